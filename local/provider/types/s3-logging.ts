/** aws.s3.BucketLogging and aws.s3.BucketAcl. */
import {
  GetBucketAclCommand,
  GetBucketLoggingCommand,
  PutBucketAclCommand,
  PutBucketLoggingCommand,
  type AccessControlPolicy,
  type Grant,
  type LoggingEnabled,
  Permission,
} from "@aws-sdk/client-s3";
import * as v from "valibot";
import type { Properties } from "../values.ts";
import { text } from "./common.ts";
import { defineSetting } from "./s3-setting.ts";

const loggingInputs = v.strictObject({
  bucket: text,
  targetBucket: text,
  targetPrefix: text,
  expectedBucketOwner: v.optional(text),
  targetObjectKeyFormat: v.optional(
    v.strictObject({
      partitionedPrefix: v.optional(
        v.strictObject({ partitionDateSource: v.picklist(["EventTime", "DeliveryTime"]) }),
      ),
      simplePrefix: v.optional(v.strictObject({})),
    }),
  ),
});

const logging = defineSetting({
  token: "aws:s3/bucketLogging:BucketLogging",
  inputs: loggingInputs,
  async get(s3, bucket) {
    const { LoggingEnabled: found } = await s3.send(new GetBucketLoggingCommand({ Bucket: bucket }));
    return (
      found && {
        targetBucket: found.TargetBucket,
        targetPrefix: found.TargetPrefix ?? "",
        targetObjectKeyFormat: fromKeyFormat(found),
      }
    );
  },
  put: (s3, inputs) => {
    const { partitionedPrefix, simplePrefix } = inputs.targetObjectKeyFormat ?? {};
    return s3.send(
      new PutBucketLoggingCommand({
        Bucket: inputs.bucket,
        ExpectedBucketOwner: inputs.expectedBucketOwner,
        BucketLoggingStatus: {
          LoggingEnabled: {
            TargetBucket: inputs.targetBucket,
            TargetPrefix: inputs.targetPrefix,
            ...(partitionedPrefix && {
              TargetObjectKeyFormat: {
                PartitionedPrefix: {
                  PartitionDateSource: partitionedPrefix.partitionDateSource,
                },
              },
            }),
            ...(simplePrefix && { TargetObjectKeyFormat: { SimplePrefix: {} } }),
          },
        },
      }),
    );
  },
  remove: (s3, bucket) => s3.send(new PutBucketLoggingCommand({ Bucket: bucket, BucketLoggingStatus: {} })),
});

function fromKeyFormat({ TargetObjectKeyFormat: found }: LoggingEnabled): Properties | undefined {
  if (found?.PartitionedPrefix !== undefined) {
    return { partitionedPrefix: { partitionDateSource: found.PartitionedPrefix.PartitionDateSource } };
  }
  return found?.SimplePrefix === undefined ? undefined : { simplePrefix: {} };
}

const grantee = v.strictObject({
  type: v.picklist(["CanonicalUser", "AmazonCustomerByEmail", "Group"]),
  id: v.optional(text),
  uri: v.optional(text),
  emailAddress: v.optional(text),
});

const accessControlPolicy = v.strictObject({
  owner: v.strictObject({ id: text, displayName: v.optional(text) }),
  grants: v.optional(
    v.array(v.strictObject({ grantee: v.optional(grantee), permission: v.enum(Permission) })),
  ),
});

const acl = defineSetting({
  token: "aws:s3/bucketAcl:BucketAcl",
  inputs: v.strictObject({
    bucket: text,
    acl: v.optional(
      v.picklist(["private", "public-read", "public-read-write", "authenticated-read", "log-delivery-write"]),
    ),
    accessControlPolicy: v.optional(accessControlPolicy),
    expectedBucketOwner: v.optional(text),
  }),
  async get(s3, bucket, olds) {
    const found = await s3.send(new GetBucketAclCommand({ Bucket: bucket }));
    // S3 keeps the grants of a canned ACL, not its name: that it is there is all a read can tell of one.
    if (olds["accessControlPolicy"] === undefined) return found.Grants && {};
    const { owner } = v.parse(accessControlPolicy, olds["accessControlPolicy"]);
    return {
      accessControlPolicy: {
        owner: { id: found.Owner?.ID, displayName: owner.displayName },
        grants: found.Grants?.map(fromGrant),
      },
    };
  },
  put: (s3, inputs) =>
    s3.send(
      new PutBucketAclCommand({
        Bucket: inputs.bucket,
        ExpectedBucketOwner: inputs.expectedBucketOwner,
        ...(inputs.accessControlPolicy
          ? { AccessControlPolicy: toPolicy(inputs.accessControlPolicy) }
          : { ACL: (inputs.acl ?? "private") as "private" }),
      }),
    ),
  // As the official provider: taking the resource away leaves the ACL as it is.
  remove: () => Promise.resolve(),
});

function toPolicy({ owner, grants }: v.InferOutput<typeof accessControlPolicy>): AccessControlPolicy {
  return {
    Owner: { ID: owner.id },
    Grants: (grants ?? []).map((grant) => ({
      Permission: grant.permission,
      ...(grant.grantee && {
        Grantee: {
          Type: grant.grantee.type,
          ID: grant.grantee.id,
          URI: grant.grantee.uri,
          EmailAddress: grant.grantee.emailAddress,
        },
      }),
    })),
  };
}

function fromGrant({ Grantee: found, Permission: permission }: Grant): Properties {
  return {
    permission,
    grantee: found && { type: found.Type, id: found.ID, uri: found.URI, emailAddress: found.EmailAddress },
  };
}

/** Who may do what with a bucket, and the log of what they did. */
export const s3LoggingTypes = [logging, acl];
