/** What hangs on a bucket, on the real engine: logs, encryption, lifecycle, access lists. */
import assert from "node:assert/strict";
import {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  ListBucketsCommand,
} from "@aws-sdk/client-s3";
import { deployedProgram, prologue } from "./provider-programs.ts";

const OWNER = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a";
const KEY = "arn:aws:kms:eu-west-1:000000000000:key/one";

const source = (changed: boolean): string => `${prologue(changed)}
const data = new aws.s3.Bucket("data", { bucket: "hung-data" });
const logs = new aws.s3.Bucket("logs", { bucket: "hung-logs" });
const simple = new aws.s3.Bucket("simple", { bucket: "hung-simple" });
new aws.s3.BucketLogging("logging", {
  bucket: data.bucket,
  targetBucket: logs.bucket,
  targetPrefix: changed ? "second/" : "first/",
  targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
});
new aws.s3.BucketLogging("simple-logging", {
  bucket: simple.bucket,
  targetBucket: logs.bucket,
  targetPrefix: "",
  targetObjectKeyFormat: { simplePrefix: {} },
});
new aws.s3.BucketServerSideEncryptionConfiguration("encryption", {
  bucket: data.bucket,
  rules: [
    {
      applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: ${JSON.stringify(KEY)} },
      bucketKeyEnabled: !changed,
    },
  ],
});
const versioning = new aws.s3.BucketVersioning("versioning", {
  bucket: data.bucket,
  versioningConfiguration: { status: "Enabled" },
});
new aws.s3.BucketLifecycleConfiguration(
  "lifecycle",
  {
    bucket: data.bucket,
    rules: [
      {
        id: "age",
        status: "Enabled",
        filter: { prefix: "raw/" },
        transitions: [
          { days: changed ? 45 : 30, storageClass: "STANDARD_IA" },
          { days: 90, storageClass: "GLACIER" },
        ],
        expiration: { days: 365 },
        noncurrentVersionTransitions: [{ noncurrentDays: 30, newerNoncurrentVersions: 2, storageClass: "STANDARD_IA" }],
        noncurrentVersionExpiration: { noncurrentDays: 60, newerNoncurrentVersions: 3 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
      {
        id: "quarantined",
        status: changed ? "Disabled" : "Enabled",
        filter: { tag: { key: "state", value: "quarantined" } },
        expiration: { days: 14 },
      },
      {
        id: "both",
        status: "Enabled",
        filter: { and: { prefix: "tmp/", tags: { a: "1" }, objectSizeGreaterThan: 1024 } },
        expiration: { days: 1 },
      },
      { id: "markers", status: "Enabled", filter: {}, expiration: { expiredObjectDeleteMarker: true } },
    ],
  },
  { dependsOn: [versioning] },
);
const ownership = new aws.s3.BucketOwnershipControls("ownership", {
  bucket: logs.bucket,
  rule: { objectOwnership: "BucketOwnerPreferred" },
});
new aws.s3.BucketAcl(
  "acl",
  {
    bucket: logs.bucket,
    expectedBucketOwner: account,
    accessControlPolicy: {
      owner: { id: ${JSON.stringify(OWNER)} },
      grants: [
        { grantee: { type: "Group", uri: "http://acs.amazonaws.com/groups/s3/LogDelivery" }, permission: "WRITE" },
        ...(changed ? [] : [{ grantee: { type: "Group", uri: "http://acs.amazonaws.com/groups/s3/LogDelivery" }, permission: "READ_ACP" }]),
      ],
    },
  },
  { dependsOn: [ownership] },
);
`;

/** The canonical user that owns the local AWS's buckets. */

describe("a program with what hangs on buckets", function () {
  this.timeout(120_000);
  const program = deployedProgram(source(false));

  before(() => program.up());

  it("has a log of accesses", async () => {
    const { s3 } = program.aws.clients;
    const { LoggingEnabled } = await s3.send(new GetBucketLoggingCommand({ Bucket: "hung-data" }));
    const simple = await s3.send(new GetBucketLoggingCommand({ Bucket: "hung-simple" }));

    assert.deepEqual(LoggingEnabled, {
      TargetBucket: "hung-logs",
      TargetPrefix: "first/",
      TargetObjectKeyFormat: { PartitionedPrefix: { PartitionDateSource: "EventTime" } },
    });
    assert.equal(simple.LoggingEnabled?.TargetBucket, "hung-logs");
  });

  it("is encrypted with a key of its own", async () => {
    const call = new GetBucketEncryptionCommand({ Bucket: "hung-data" });
    const found = await program.aws.clients.s3.send(call);

    const rule = found.ServerSideEncryptionConfiguration?.Rules?.[0];
    assert.equal(rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID, KEY);
    assert.equal(rule.BucketKeyEnabled, true);
  });

  it("lets objects age by rules", async () => {
    const call = new GetBucketLifecycleConfigurationCommand({ Bucket: "hung-data" });
    const { Rules = [] } = await program.aws.clients.s3.send(call);

    const [age, quarantined, both, markers] = Rules;
    assert.deepEqual(
      age?.Transitions?.map(({ Days }) => Days),
      [30, 90],
    );
    assert.equal(age.NoncurrentVersionExpiration?.NewerNoncurrentVersions, 3);
    assert.equal(age.NoncurrentVersionTransitions?.[0]?.NewerNoncurrentVersions, 2);
    assert.deepEqual(quarantined?.Filter?.Tag, { Key: "state", Value: "quarantined" });
    assert.equal(both?.Filter?.And?.ObjectSizeGreaterThan, 1024);
    assert.equal(markers?.Expiration?.ExpiredObjectDeleteMarker, true);
  });

  it("lets the log's writer in", async () => {
    const { Grants = [] } = await program.aws.clients.s3.send(
      new GetBucketAclCommand({ Bucket: "hung-logs" }),
    );

    assert.deepEqual(
      Grants.map(({ Permission }) => Permission),
      ["WRITE", "READ_ACP"],
    );
  });

  it("changes with the program", async () => {
    await program.change(source(true));
  });

  it("leaves nothing when it is destroyed", async () => {
    await program.run("destroy", "--yes");

    const { Buckets = [] } = await program.aws.clients.s3.send(new ListBucketsCommand({}));
    assert.deepEqual(
      Buckets.filter(({ Name }) => Name?.startsWith("hung-")),
      [],
    );
  });
});
