/** A table, and somebody who sees two of its columns. */
import { PersonRole } from "../../components/access/role.ts";
import { Database } from "../../components/catalog/database.ts";
import { Table } from "../../components/catalog/table.ts";
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

    new PersonRole("analyst", {
      site,
      what: "analyst",
      description: "Sees what the weather was, and when",
      principals: ["arn:aws:iam::123456789012:user/ada"],
      mfaRequired: true,
      grants: [table.canQuery({ columns: ["date", "weather"] })],
    });
  });
  /// hide
}
