/** The curated zone, given out by Lake Formation alone. */
import { RegisteredLocation } from "../../components/governance/location.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });

    new RegisteredLocation("location", { site, zone: curated });
  });
  /// hide
}
