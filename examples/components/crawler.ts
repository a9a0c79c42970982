/** A crawler that shows a zone's files as tables, each night. */
import { PersonRole } from "../../components/access/role.ts";
import { Crawler } from "../../components/catalog/crawler.ts";
import { Database } from "../../components/catalog/database.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const raw = new ZoneBucket("raw", { site, zone: "raw", keyArn });
    const database = new Database("raw-database", { site, of: "raw", description: "What came in" });

    const crawler = new Crawler("crawl-raw", {
      site,
      what: "raw",
      description: "Shows the files of the raw zone as tables",
      database,
      target: {
        kind: "s3",
        zone: raw,
        prefix: "",
        // The bucket is level 1, a dataset's folder level 2.
        tableLevel: 2,
        mode: { kind: "new-folders" },
      },
      schedule: "cron(0 4 * * ? *)",
    });

    // Somebody who may run it.
    new PersonRole("engineer", {
      site,
      what: "engineer",
      description: "Runs the crawler",
      principals: ["arn:aws:iam::123456789012:user/grace"],
      mfaRequired: true,
      grants: [crawler.canStart()],
    });
  });
  /// hide
}
