/** The roles of those whom the stack's configuration names. */
import { People } from "../../components/people/people.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });

    new People("people", {
      site,
      analyst: [curated.canRead("reports/")],
      engineer: [curated.canRead(), curated.canList()],
    });
  });
  /// hide
}
