/** A bucket that partners' accounts drop files into. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
import * as pulumi from "@pulumi/pulumi";
import type { Grant } from "../access/grant.ts";
import { partnerDrop } from "../access/resource-policies.ts";
import type { Site } from "../site.ts";
import { PrivateBucket } from "./private-bucket.ts";

/** What a {@link PartnerDrop} is made of. */
export interface PartnerDropArgs {
  readonly site: Site;
  /** The accounts that may put files, by id. */
  readonly partnerAccountIds: readonly string[];
}

/**
 * A private bucket ({@link PrivateBucket}) that the partners' accounts can put objects into, and nothing else: each
 * with the ACL `bucket-owner-full-control`, which makes the object this account's; without it the object is refused.
 * It is encrypted with S3's own key, since the partners have no right to the lake's.
 */
export class PartnerDrop extends pulumi.ComponentResource {
  readonly bucketName: string;
  readonly #site: Site;

  constructor(name: string, args: PartnerDropArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, ...data } = args;
    super("sluice:storage:PartnerDrop", name, data, opts);
    this.#site = site;
    this.bucketName = site.names.bucket("partner-drop");
    new PrivateBucket(
      name,
      {
        site,
        bucketName: this.bucketName,
        accessLogBucketName: site.names.bucket("access-logs"),
        oldVersionRetentionDays: site.settings.oldVersionRetentionDays,
        acl: { kind: "private" },
        statements: partnerDrop(site.arns, site.arns.objects(this.bucketName, ""), args.partnerAccountIds),
      },
      { parent: this },
    );
    this.registerOutputs({ bucketName: this.bucketName });
  }

  /** The right to see what was dropped, and to read it. */
  canRead(): Grant {
    const { arns } = this.#site;
    const bucket = arns.bucket(this.bucketName);
    const object = `${bucket}/object`;
    return {
      reason: "reads what partners dropped",
      statements: [
        { Sid: "ListPartnerDrop", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [bucket] },
        {
          Sid: "ReadPartnerDrop",
          Effect: "Allow",
          Action: ["s3:GetObject"],
          Resource: [arns.objects(this.bucketName, "")],
        },
      ],
      mustAllow: [
        { action: "s3:ListBucket", resource: bucket },
        { action: "s3:GetObject", resource: object },
      ],
      mustNotAllow: [
        { action: "s3:ListBucket", resource: `${bucket}-other` },
        { action: "s3:GetObject", resource: `${bucket}-other/object` },
        { action: "s3:ListBucketVersions", resource: bucket },
        { action: "s3:GetObjectAcl", resource: object },
        { action: "s3:PutObject", resource: object },
        { action: "s3:DeleteObject", resource: object },
      ],
    };
  }
}
