/** A bucket that one partner drops files into. */
import { PartnerDrop } from "../../components/storage/partner-drop.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site }) => {
    const logs = new ZoneBucket("access-logs", { site, zone: "access-logs", expiresAfterDays: 365 });

    new PartnerDrop("partner-drop", { site, partnerAccountIds: ["210987654321"] }, { dependsOn: [logs] });
  });
  /// hide
}
