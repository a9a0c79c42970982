/** A role that reads one folder of a zone. */
import { Role } from "../../components/access/role.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });

    new Role("report-role", {
      site,
      what: "report",
      description: "Reads the reports",
      service: "lambda.amazonaws.com",
      grants: [curated.canRead("reports/"), curated.canList("reports/")],
    });
  });
  /// hide
}
