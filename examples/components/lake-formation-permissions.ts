/** What the roles' grants ask of Lake Formation. */
import { PersonRole } from "../../components/access/role.ts";
import { Database } from "../../components/catalog/database.ts";
import { Table } from "../../components/catalog/table.ts";
import { LakeFormationPermissions } from "../../components/governance/permissions.ts";
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
      ...{ site, what: "analyst", description: "Queries the weather", mfaRequired: true },
      principals: ["arn:aws:iam::123456789012:user/ada"],
      grants: [table.canQuery()],
    });

    // After the last role; a lake does it in closeAccess().
    new LakeFormationPermissions(
      "permissions",
      { arns: site.arns, holders: site.access.holders },
      { dependsOn: [table] },
    );
  });
  /// hide
}
