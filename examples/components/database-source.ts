/** A PostgreSQL database, and a crawler that shows its tables. */
import { Crawler } from "../../components/catalog/crawler.ts";
import { Database } from "../../components/catalog/database.ts";
import { DatabaseSource } from "../../components/source/database-source.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const source = new DatabaseSource("source", {
      site,
      keyArn,
      source: {
        ...{ engine: "postgres", databaseName: "shop" },
        ...{ instanceClass: "db.t4g.micro", storageGiB: 20, zones: ["a", "b"] },
      },
    });

    const database = new Database("source-database", { site, of: "source", description: "The shop" });
    new Crawler(
      "crawl-source",
      {
        ...{ site, what: "source", description: "Shows the tables of the shop", database },
        target: {
          kind: "jdbc",
          source,
          path: "shop/public/%",
          mode: { kind: "everything", onChange: "update-table", onGone: "log" },
        },
      },
      { dependsOn: [source] },
    );
  });
  /// hide
}
