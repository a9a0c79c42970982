/** A key, and a bucket that it encrypts. */
import { Key } from "../../components/access/key.ts";
import { loadSettings } from "../../components/settings.ts";
import { createSite } from "../../components/site.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";

/** Declares it. */
export function example(): void {
  /// show
  const site = createSite(loadSettings());
  const key = new Key("key", { site, createsThrough: ["ecr"] });
  new ZoneBucket("raw", { site, zone: "raw", keyArn: key.keyArn });
  // The key's policy is made of the roles' grants: it waits until the last role is declared.
  site.access.close();
  /// hide
}
