/** The settings of a bucket that are resources of their own: each is one Get, one Put and one Delete. */
import {
  DeleteBucketEncryptionCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import * as v from "valibot";
import { text, unlessMissing } from "./common.ts";
import { defineSetting } from "./s3-setting.ts";

const flag = v.optional(v.boolean(), false);

const publicAccessBlock = defineSetting({
  token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  inputs: v.strictObject({
    bucket: text,
    // A flag that is left out is off: so says the official provider.
    blockPublicAcls: flag,
    blockPublicPolicy: flag,
    ignorePublicAcls: flag,
    restrictPublicBuckets: flag,
  }),
  async get(s3, bucket) {
    const call = s3.send(new GetPublicAccessBlockCommand({ Bucket: bucket }));
    const found = (await unlessMissing(call, "NoSuchPublicAccessBlockConfiguration"))
      ?.PublicAccessBlockConfiguration;
    return (
      found && {
        blockPublicAcls: found.BlockPublicAcls ?? false,
        blockPublicPolicy: found.BlockPublicPolicy ?? false,
        ignorePublicAcls: found.IgnorePublicAcls ?? false,
        restrictPublicBuckets: found.RestrictPublicBuckets ?? false,
      }
    );
  },
  put: (s3, inputs) =>
    s3.send(
      new PutPublicAccessBlockCommand({
        Bucket: inputs.bucket,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: inputs.blockPublicAcls,
          BlockPublicPolicy: inputs.blockPublicPolicy,
          IgnorePublicAcls: inputs.ignorePublicAcls,
          RestrictPublicBuckets: inputs.restrictPublicBuckets,
        },
      }),
    ),
  remove: (s3, bucket) => s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket })),
});

const ownership = defineSetting({
  token: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  inputs: v.strictObject({
    bucket: text,
    rule: v.strictObject({
      objectOwnership: v.picklist(["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]),
    }),
  }),
  async get(s3, bucket) {
    const call = s3.send(new GetBucketOwnershipControlsCommand({ Bucket: bucket }));
    const rule = (await unlessMissing(call, "OwnershipControlsNotFoundError"))?.OwnershipControls?.Rules?.[0];
    return rule && { rule: { objectOwnership: rule.ObjectOwnership } };
  },
  put: (s3, { bucket, rule }) =>
    s3.send(
      new PutBucketOwnershipControlsCommand({
        Bucket: bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: rule.objectOwnership }] },
      }),
    ),
  remove: (s3, bucket) => s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket: bucket })),
});

const encryption = defineSetting({
  token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  inputs: v.strictObject({
    bucket: text,
    rules: v.array(
      v.strictObject({
        applyServerSideEncryptionByDefault: v.strictObject({
          sseAlgorithm: v.picklist(["AES256", "aws:kms", "aws:kms:dsse"]),
          kmsMasterKeyId: v.optional(text),
        }),
        bucketKeyEnabled: v.optional(v.boolean()),
      }),
    ),
  }),
  async get(s3, bucket) {
    const call = s3.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
    const found = await unlessMissing(call, "ServerSideEncryptionConfigurationNotFoundError");
    const rules = found?.ServerSideEncryptionConfiguration?.Rules?.map((rule) => ({
      applyServerSideEncryptionByDefault: {
        sseAlgorithm: rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
        kmsMasterKeyId: rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID,
      },
      bucketKeyEnabled: rule.BucketKeyEnabled,
    }));
    return rules && { rules };
  },
  put: (s3, { bucket, rules }) =>
    s3.send(
      new PutBucketEncryptionCommand({
        Bucket: bucket,
        ServerSideEncryptionConfiguration: {
          Rules: rules.map(({ applyServerSideEncryptionByDefault: byDefault, bucketKeyEnabled }) => ({
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: byDefault.sseAlgorithm,
              KMSMasterKeyID: byDefault.kmsMasterKeyId,
            },
            BucketKeyEnabled: bucketKeyEnabled,
          })),
        },
      }),
    ),
  remove: (s3, bucket) => s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket })),
});

const versioning = defineSetting({
  token: "aws:s3/bucketVersioning:BucketVersioning",
  inputs: v.strictObject({
    bucket: text,
    versioningConfiguration: v.strictObject({ status: v.picklist(["Enabled", "Suspended"]) }),
  }),
  async get(s3, bucket) {
    const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
    return Status && { versioningConfiguration: { status: Status } };
  },
  put: (s3, { bucket, versioningConfiguration: { status } }) =>
    s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: status } })),
  // Versioning cannot be taken away, only suspended.
  remove: (s3, bucket) =>
    s3.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Suspended" } }),
    ),
});

const policy = defineSetting({
  token: "aws:s3/bucketPolicy:BucketPolicy",
  inputs: v.strictObject({ bucket: text, policy: text }),
  documents: ["policy"],
  async get(s3, bucket) {
    const found = await unlessMissing(
      s3.send(new GetBucketPolicyCommand({ Bucket: bucket })),
      "NoSuchBucketPolicy",
    );
    return found && { policy: found.Policy };
  },
  put: (s3, { bucket, policy: document }) =>
    s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: document })),
  remove: (s3, bucket) => s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket })),
});

const notification = defineSetting({
  token: "aws:s3/bucketNotification:BucketNotification",
  inputs: v.strictObject({ bucket: text, eventbridge: flag }),
  async get(s3, bucket) {
    const found = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
    return { eventbridge: found.EventBridgeConfiguration !== undefined };
  },
  put: (s3, { bucket, eventbridge }) =>
    s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: bucket,
        NotificationConfiguration: eventbridge ? { EventBridgeConfiguration: {} } : {},
      }),
    ),
  remove: (s3, bucket) =>
    s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: {} })),
});

/** Types that hang on a bucket. */
export const s3SettingTypes = [publicAccessBlock, ownership, encryption, versioning, policy, notification];
