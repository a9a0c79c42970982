/** Who sees which data of the lake: Lake Formation. */
import * as pulumi from "@pulumi/pulumi";
import type { Database } from "../catalog/database.ts";
import { CATALOGUED_ZONES } from "../names.ts";
import { DATA_CLASSES } from "../settings.ts";
import type { Site } from "../site.ts";
import type { ZoneBucket } from "../storage/zone-bucket.ts";
import { RegisteredLocation } from "./location.ts";
import { LakeFormationTags } from "./tags.ts";

/** What a {@link Governance} is made of. */
export interface GovernanceArgs {
  readonly site: Site;
  /** The zone whose data is given out by Lake Formation alone. */
  readonly governed: ZoneBucket;
  /** The databases to tag. */
  readonly databases: readonly Database[];
}

/**
 * Lake Formation over the lake: the governed zone, registered, and tags on the databases. The account's settings come
 * before (settings.ts), and the permissions themselves follow from the roles' grants (permissions.ts).
 */
export class Governance extends pulumi.ComponentResource {
  constructor(name: string, args: GovernanceArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, governed, databases } = args;
    const names = databases.map(({ databaseName }) => databaseName);
    super("sluice:governance:Governance", name, { governed: governed.bucketName, databases: names }, opts);
    new RegisteredLocation(`${name}-location`, { site, zone: governed }, { parent: this });
    new LakeFormationTags(
      `${name}-tags`,
      {
        site,
        values: { "data-class": DATA_CLASSES, zone: [...CATALOGUED_ZONES, "source"] },
        databases: databases.map((database) => ({
          database,
          tags: { "data-class": site.settings.dataClass, zone: database.of },
        })),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
