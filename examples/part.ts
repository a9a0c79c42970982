/** Runs a part of the lake without the rest of it. */
/// show
import type { Output } from "@pulumi/pulumi";
import { Boundary } from "../components/access/boundary.ts";
import { Key } from "../components/access/key.ts";
import { loadSettings } from "../components/settings.ts";
import { createSite, type Site } from "../components/site.ts";

/** What a part needs to know. */
export interface Part {
  readonly site: Site;
  readonly keyArn: Output<string>;
}

/** Declares a part of the lake, with the key and the boundary that it takes, in the stack that is being deployed. */
export function declarePart(declare: (part: Part) => void): void {
  const site = createSite(loadSettings());
  const boundary = new Boundary("boundary", { site });
  const { keyArn } = new Key("key", { site, createsThrough: ["ecr", "rds", "secretsmanager"] });
  declare({ site: { ...site, beforeRoles: [boundary] }, keyArn });
  // Now every role is known, and the key and the boundary follow from what they may do.
  site.access.close();
}
/// hide
