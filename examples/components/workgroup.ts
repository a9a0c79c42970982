/** A workgroup, and somebody who queries in it. */
import { PersonRole } from "../../components/access/role.ts";
import { Database } from "../../components/catalog/database.ts";
import { Table } from "../../components/catalog/table.ts";
import { Workgroup } from "../../components/query/workgroup.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { seattleWeather } from "../../datasets/seattle-weather.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });
    const database = new Database("curated-database", { site, of: "curated", description: "The tables" });
    const table = new Table("weather-table", { site, database, dataset: seattleWeather, zone: curated });
    const results = new ZoneBucket("results", { site, zone: "results", keyArn, expiresAfterDays: 30 });

    const workgroup = new Workgroup("workgroup", {
      site,
      what: "lake",
      description: "Queries over the lake",
      results,
      keyArn,
      scanLimitMiB: 1024,
    });

    new PersonRole("analyst", {
      ...{ site, what: "analyst", description: "Queries the weather", mfaRequired: true },
      principals: ["arn:aws:iam::123456789012:user/ada"],
      grants: [table.canQuery(), workgroup.canRun()],
    });
  });
  /// hide
}
