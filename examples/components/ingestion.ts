/** Files of one dataset, from the raw zone to the curated zone. */
import { PersonRole } from "../../components/access/role.ts";
import { Ingestion } from "../../components/ingestion/ingestion.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const raw = new ZoneBucket("raw", { site, zone: "raw", keyArn, sendsEvents: true });
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });
    const quarantine = new ZoneBucket("quarantine", { site, zone: "quarantine", keyArn });

    const ingestion = new Ingestion("ingest", {
      ...{ site, keyArn, raw, curated, quarantine },
      datasets: ["seattle_weather"],
    });

    // Somebody who looks at what failed, and sends it again.
    new PersonRole("engineer", {
      ...{ site, what: "engineer", description: "Sends events again", mfaRequired: true },
      principals: ["arn:aws:iam::123456789012:user/grace"],
      grants: [ingestion.dead.canRedrive(), ingestion.events.canSend(), ingestion.function.canReadLog()],
    });
  });
  /// hide
}
