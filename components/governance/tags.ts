/** LF-tags. @see https://docs.aws.amazon.com/lake-formation/latest/dg/tag-based-access-control.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Database } from "../catalog/database.ts";
import type { Named } from "../names.ts";
import type { Site } from "../site.ts";

/** Values by tag. */
export type TagValues = Readonly<Partial<Record<Named<"lfTag">, string>>>;

/** What {@link LakeFormationTags} are made of. */
export interface LakeFormationTagsArgs {
  readonly site: Site;
  /** The values that each tag may have. */
  readonly values: Readonly<Record<Named<"lfTag">, readonly string[]>>;
  /** Which database has which values; its tables have them too. */
  readonly databases: readonly { readonly database: Database; readonly tags: TagValues }[];
}

/**
 * Tags to give permissions by, instead of database by database. Their names are the account's, so they begin with the
 * stack's.
 */
export class LakeFormationTags extends pulumi.ComponentResource {
  constructor(name: string, args: LakeFormationTagsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, values } = args;
    super("sluice:governance:LakeFormationTags", name, { values }, opts);
    const tags = Object.entries(values).map(
      ([what, allowed]) =>
        new aws.lakeformation.LfTag(
          `${name}-${what}`,
          { catalogId: site.arns.accountId, key: keyOf(site, what), values: [...allowed] },
          { parent: this },
        ),
    );
    for (const { database, tags: own } of args.databases) {
      new aws.lakeformation.ResourceLfTags(
        `${name}-${database.of}`,
        {
          catalogId: site.arns.accountId,
          database: { name: database.databaseName, catalogId: site.arns.accountId },
          lfTags: Object.entries(own).map(([what, value]) => ({ key: keyOf(site, what), value })),
        },
        { parent: this, dependsOn: [...tags, database] },
      );
    }
    this.registerOutputs({});
  }
}

function keyOf(site: Site, what: string): string {
  return site.names.lfTag(what);
}
