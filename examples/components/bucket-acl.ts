/** A bucket that one other account may read by its ACL. */
import * as aws from "@pulumi/aws";
import { BucketAcl } from "../../components/storage/bucket-acl.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site }) => {
    const bucketName = `${site.names.prefix}-shared-${site.arns.accountId}`;
    const bucket = new aws.s3.Bucket("shared", { bucket: bucketName });
    new aws.s3.BucketPublicAccessBlock(
      "shared-public-access",
      {
        bucket: bucketName,
        ...{
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
      },
      { dependsOn: [bucket] },
    );

    new BucketAcl(
      "shared",
      {
        bucketName,
        acl: {
          kind: "canonical-users",
          ownerCanonicalId: "0123456789abcdef".repeat(4),
          users: [{ canonicalId: "fedcba9876543210".repeat(4), permissions: ["READ"] }],
        },
      },
      { dependsOn: [bucket] },
    );
  });
  /// hide
}
