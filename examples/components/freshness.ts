/** How long there has been no new file of two datasets. */
import { Freshness } from "../../components/observability/freshness.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });

    new Freshness("freshness", { site, keyArn, zone: curated, datasets: ["seattle_weather", "tides"] });
  });
  /// hide
}
