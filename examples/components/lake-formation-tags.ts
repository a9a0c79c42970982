/** Tags that say how sensitive a database's data is. */
import { Database } from "../../components/catalog/database.ts";
import { LakeFormationTags } from "../../components/governance/tags.ts";
import { DATA_CLASSES } from "../../components/settings.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site }) => {
    const database = new Database("curated-database", { site, of: "curated", description: "The tables" });

    new LakeFormationTags("tags", {
      site,
      values: { "data-class": DATA_CLASSES, zone: ["curated"] },
      databases: [{ database, tags: { "data-class": "confidential", zone: "curated" } }],
    });
  });
  /// hide
}
