/** The settings of a bucket that are resources of their own: each is one Get, one Put and one Delete. */
import {
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type LifecycleRule,
  type S3Client,
} from "@aws-sdk/client-s3";
import * as v from "valibot";
import { defineType, type ResourceType } from "../resource-type.ts";
import type { Properties } from "../values.ts";
import { integer, text, unlessMissing } from "./common.ts";

const flag = v.optional(v.boolean(), false);

/** How one setting is got, put and taken away again; `get` gives the inputs as S3 has them. */
interface Setting<Inputs extends { bucket: string }> {
  readonly token: string;
  readonly inputs: v.GenericSchema<unknown, Inputs>;
  readonly documents?: readonly (keyof Inputs & string)[];
  get(s3: S3Client, bucket: string): Promise<Properties | undefined>;
  put(s3: S3Client, inputs: Inputs): Promise<unknown>;
  remove(s3: S3Client, bucket: string): Promise<unknown>;
}

function defineSetting<Inputs extends { bucket: string }>(setting: Setting<Inputs>): ResourceType {
  return defineType({
    token: setting.token,
    inputs: setting.inputs,
    ...(setting.documents === undefined ? {} : { documents: setting.documents }),
    replaceOn: ["bucket"],
    computed: [],
    create: (inputs) => Promise.resolve(inputs.bucket),
    async configure(_id, inputs, { clients }) {
      await setting.put(clients.s3, inputs);
    },
    async read(id, { clients }) {
      const state = await unlessMissing(setting.get(clients.s3, id), "NoSuchBucket");
      return state === undefined ? undefined : { bucket: id, ...state };
    },
    async delete(id, _inputs, { clients }) {
      await unlessMissing(setting.remove(clients.s3, id), "NoSuchBucket");
    },
  });
}

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
          sseAlgorithm: v.picklist(["AES256", "aws:kms"]),
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

const lifecycleRule = v.strictObject({
  id: text,
  status: v.picklist(["Enabled", "Disabled"]),
  filter: v.optional(v.strictObject({ prefix: v.optional(text, "") }), { prefix: "" }),
  expiration: v.optional(v.strictObject({ days: integer })),
  noncurrentVersionExpiration: v.optional(v.strictObject({ noncurrentDays: integer })),
  abortIncompleteMultipartUpload: v.optional(v.strictObject({ daysAfterInitiation: integer })),
});

const lifecycle = defineSetting({
  token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  inputs: v.strictObject({ bucket: text, rules: v.array(lifecycleRule) }),
  async get(s3, bucket) {
    const call = s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }));
    const rules = (await unlessMissing(call, "NoSuchLifecycleConfiguration"))?.Rules;
    return rules && { rules: rules.map(fromLifecycleRule) };
  },
  put: (s3, { bucket, rules }) =>
    s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: bucket,
        LifecycleConfiguration: { Rules: rules.map(toLifecycleRule) },
      }),
    ),
  remove: (s3, bucket) => s3.send(new DeleteBucketLifecycleCommand({ Bucket: bucket })),
});

function toLifecycleRule(rule: v.InferOutput<typeof lifecycleRule>): LifecycleRule {
  return {
    ID: rule.id,
    Status: rule.status,
    Filter: { Prefix: rule.filter.prefix },
    ...(rule.expiration && { Expiration: { Days: rule.expiration.days } }),
    ...(rule.noncurrentVersionExpiration && {
      NoncurrentVersionExpiration: { NoncurrentDays: rule.noncurrentVersionExpiration.noncurrentDays },
    }),
    ...(rule.abortIncompleteMultipartUpload && {
      AbortIncompleteMultipartUpload: {
        DaysAfterInitiation: rule.abortIncompleteMultipartUpload.daysAfterInitiation,
      },
    }),
  };
}

function fromLifecycleRule(rule: LifecycleRule): Properties {
  return {
    id: rule.ID,
    status: rule.Status,
    filter: { prefix: rule.Filter?.Prefix ?? "" },
    expiration: rule.Expiration?.Days === undefined ? undefined : { days: rule.Expiration.Days },
    noncurrentVersionExpiration: rule.NoncurrentVersionExpiration && {
      noncurrentDays: rule.NoncurrentVersionExpiration.NoncurrentDays,
    },
    abortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload && {
      daysAfterInitiation: rule.AbortIncompleteMultipartUpload.DaysAfterInitiation,
    },
  };
}

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

const acl = defineSetting({
  token: "aws:s3/bucketAcl:BucketAcl",
  inputs: v.strictObject({
    bucket: text,
    acl: v.picklist([
      "private",
      "public-read",
      "public-read-write",
      "authenticated-read",
      "log-delivery-write",
    ]),
  }),
  async get(s3, bucket) {
    // S3 keeps the grants of a canned ACL, not its name: that it is there is all a read can tell.
    const { Grants } = await s3.send(new GetBucketAclCommand({ Bucket: bucket }));
    return Grants && {};
  },
  put: (s3, { bucket, acl: canned }) =>
    s3.send(new PutBucketAclCommand({ Bucket: bucket, ACL: canned as "private" })),
  // As the official provider: taking the resource away leaves the ACL as it is.
  remove: () => Promise.resolve(),
});

/** Types that hang on a bucket. */
export const s3SettingTypes = [
  publicAccessBlock,
  ownership,
  encryption,
  versioning,
  lifecycle,
  policy,
  notification,
  acl,
];
