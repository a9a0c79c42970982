/** Two zones, and a role that brings files from one to the other. */
import { Role } from "../../components/access/role.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const raw = new ZoneBucket("raw", { site, zone: "raw", keyArn, sendsEvents: true });
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });

    new Role("mover-role", {
      site,
      what: "report",
      description: "Brings reports from the raw to the curated zone",
      service: "lambda.amazonaws.com",
      grants: [raw.canRead("reports/"), raw.canList("reports/"), curated.canWrite("reports/")],
    });
  });
  /// hide
}
