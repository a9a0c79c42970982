/** Lake Formation over one zone. */
import { Database } from "../../components/catalog/database.ts";
import { Governance } from "../../components/governance/governance.ts";
import { LakeFormationSettings } from "../../components/governance/settings.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });
    // The settings come first: no database is open to everybody, not even for a moment.
    const { accountId, lakeFormationAdmins: admins } = site.settings;
    const settings = new LakeFormationSettings("lake-formation-settings", { accountId, admins });
    const database = new Database(
      "curated-database",
      { site, of: "curated", description: "The tables" },
      { dependsOn: [settings] },
    );

    new Governance("governance", { site, governed: curated, databases: [database] });
  });
  /// hide
}
