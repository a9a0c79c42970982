/** A database, and a role that makes its tables. */
import { Role } from "../../components/access/role.ts";
import { Database } from "../../components/catalog/database.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site }) => {
    const database = new Database("raw-database", { site, of: "raw", description: "What came in" });

    new Role("tables-role", {
      site,
      what: "crawl-raw",
      description: "Makes the tables of the raw zone",
      service: "glue.amazonaws.com",
      grants: [database.canMakeTables()],
    });
  });
  /// hide
}
