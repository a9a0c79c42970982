/** The crawlers of a lake. */
import { Crawls } from "../../components/catalog/crawls.ts";
import { Database } from "../../components/catalog/database.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const raw = new ZoneBucket("raw", { site, zone: "raw", keyArn });
    const rawDatabase = new Database("raw-database", { site, of: "raw", description: "The raw tables" });

    new Crawls("crawls", { site, keyArn, raw, rawDatabase });
  });
  /// hide
}
