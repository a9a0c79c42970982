import assert from "node:assert/strict";
import { PrivateBucket, type PrivateBucketArgs } from "../../../components/storage/private-bucket.ts";
import { all, deployPart, one, statementsOf, validConfig, type Declared } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const bucketName = "sluice-dev-raw-123456789012";
const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/1";

function declare(
  args: Partial<PrivateBucketArgs> = {},
  config: Record<string, string> = validConfig,
): Promise<Declared[]> {
  return deployPart(
    (site) =>
      new PrivateBucket("raw", {
        ...{ site, bucketName, keyArn, accessLogBucketName: "logs", oldVersionRetentionDays: 30 },
        ...args,
      }),
    { config },
  );
}

function inputsOf(declared: readonly Declared[], type: string): Readonly<Record<string, unknown>> {
  return one(declared, `aws:s3/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`).inputs;
}

describe("a private bucket", () => {
  it("blocks public access by all four flags", async () => {
    assert.deepEqual(inputsOf(await declare(), "BucketPublicAccessBlock"), {
      bucket: bucketName,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  });

  it("has no ACLs", async () => {
    const declared = await declare();

    assert.deepEqual(inputsOf(declared, "BucketOwnershipControls"), {
      bucket: bucketName,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    assert.deepEqual(all(declared, "aws:s3/bucketAcl:BucketAcl"), []);
  });

  it("is encrypted with the key, by a bucket key", async () => {
    assert.deepEqual(inputsOf(await declare(), "BucketServerSideEncryptionConfiguration"), {
      bucket: bucketName,
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
          bucketKeyEnabled: true,
        },
      ],
    });
  });

  it("is encrypted with S3's own key where it is given none", async () => {
    const { rules } = inputsOf(
      await declare({ keyArn: undefined }),
      "BucketServerSideEncryptionConfiguration",
    );

    assert.deepEqual(rules, [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]);
  });

  it("refuses whatever does not come over TLS, and lets nobody in by its policy", async () => {
    const { bucket, policy } = inputsOf(await declare(), "BucketPolicy");

    assert.equal(bucket, bucketName);
    assert.deepEqual(statementsOf(policy), [
      {
        Sid: "DenyWithoutTls",
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:*"],
        Resource: [`arn:aws:s3:::${bucketName}`, `arn:aws:s3:::${bucketName}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("keeps every version", async () => {
    assert.deepEqual(inputsOf(await declare(), "BucketVersioning"), {
      bucket: bucketName,
      versioningConfiguration: { status: "Enabled" },
    });
  });

  it("lets old versions and unfinished uploads go, and keeps the objects", async () => {
    const declared = await declare();

    assert.deepEqual(inputsOf(declared, "BucketLifecycleConfiguration"), {
      bucket: bucketName,
      rules: [
        {
          id: "old-versions-and-unfinished-uploads",
          status: "Enabled",
          filter: { prefix: "" },
          noncurrentVersionExpiration: { noncurrentDays: 30 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
      ],
    });
    // S3 refuses a rule about old versions of a bucket that has none.
    const lifecycle = one(declared, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    assert(lifecycle.after.includes("raw-versioning"));
  });

  it("lets its objects go when it is told when", async () => {
    const { rules } = inputsOf(await declare({ expiresAfterDays: 7 }), "BucketLifecycleConfiguration");

    assert.deepEqual((rules as unknown[])[1], {
      ...{ id: "expiry", status: "Enabled", filter: { prefix: "" } },
      expiration: { days: 7 },
    });
  });

  it("has its accesses logged, under its own name and by day", async () => {
    assert.deepEqual(inputsOf(await declare(), "BucketLogging"), {
      bucket: bucketName,
      targetBucket: "logs",
      targetPrefix: `${bucketName}/`,
      targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
    });
  });

  it("logs nowhere and sends nothing unless it is told to", async () => {
    const declared = await declare({ accessLogBucketName: undefined });

    assert.deepEqual(all(declared, "aws:s3/bucketLogging:BucketLogging"), []);
    assert.deepEqual(all(declared, "aws:s3/bucketNotification:BucketNotification"), []);
  });

  it("sends its events to EventBridge by its one notification setting", async () => {
    assert.deepEqual(inputsOf(await declare({ sendsEvents: true }), "BucketNotification"), {
      bucket: bucketName,
      eventbridge: true,
    });
  });

  it("sets nothing before the bucket is there", async () => {
    const settings = (await declare({ sendsEvents: true })).filter(
      ({ inputs }) => inputs["bucket"] === bucketName,
    );

    for (const { type, after } of settings.filter((each) => each.type !== "aws:s3/bucket:Bucket")) {
      assert(after.includes("raw") || after.includes("raw-versioning"), type);
    }
    assert.equal(settings.length, 9);
  });

  for (const destroys of [true, false]) {
    it(`${destroys ? "goes" : "stays, with all that protects it,"} when the stack goes and both keys ${destroys ? "say so" : "don't say so"}`, async () => {
      const declared = await declare(
        { sendsEvents: true, acl: { kind: "private" } },
        { ...validConfig, "sluice:destroyData": String(destroys) },
      );

      const ofS3 = declared.filter(({ type }) => type.startsWith("aws:s3/"));
      assert.deepEqual([...new Set(ofS3.map(({ isRetained }) => isRetained))], [!destroys]);
      assert.equal(ofS3.length, 10);
      assert.equal(inputsOf(declared, "Bucket")["forceDestroy"], destroys);
    });
  }
});

describe("the zones", () => {
  const lifecycleOf = async (zone: string): Promise<[number | undefined, number | undefined]> => {
    const type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
    const { inputs } = one(await declaredBy("preview"), type, `${zone}-lifecycle`);
    const rules = inputs["rules"] as {
      noncurrentVersionExpiration?: { noncurrentDays: number };
      expiration?: { days: number };
    }[];
    return [
      rules.find((rule) => rule.noncurrentVersionExpiration)?.noncurrentVersionExpiration?.noncurrentDays,
      rules.find((rule) => rule.expiration)?.expiration?.days,
    ];
  };

  for (const { zone, oldDays, days } of [
    { zone: "raw", oldDays: 7, days: undefined },
    { zone: "curated", oldDays: 7, days: undefined },
    { zone: "quarantine", oldDays: 7, days: undefined },
    // What expires is gone, and does not live on as an old version.
    { zone: "results", oldDays: 1, days: 7 },
    { zone: "access-logs", oldDays: 1, days: 30 },
    { zone: "partner-drop", oldDays: 7, days: undefined },
  ]) {
    it(`keep the objects of ${zone} ${days === undefined ? "for ever" : `for ${days} days`}, and old versions for ${oldDays}`, async () => {
      assert.deepEqual(await lifecycleOf(zone), [oldDays, days]);
    });
  }

  it("are encrypted with the lake's key, but for those whose writers have no right to it", async () => {
    const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    const withoutKey = all(await declaredBy("update"), type).filter(
      ({ inputs }) => !JSON.stringify(inputs["rules"]).includes("arn:aws:kms:eu-west-1:123456789012:key/"),
    );

    assert.deepEqual(withoutKey.map(({ name }) => name).toSorted(), [
      "access-logs-encryption",
      "partner-drop-encryption",
    ]);
  });

  it("all log their accesses to the one bucket of access logs, which logs to none", async () => {
    const logging = all(await declaredBy("preview"), "aws:s3/bucketLogging:BucketLogging");

    assert.deepEqual(
      logging.map(({ name }) => name).toSorted(),
      ["curated", "partner-drop", "quarantine", "raw", "results"].map((zone) => `${zone}-logging`),
    );
    for (const { inputs, after } of logging) {
      assert.equal(inputs["targetBucket"], "sluice-dev-access-logs-123456789012");
      assert(after.length > 0);
    }
  });

  it("let S3's logging write to the bucket of access logs, for this stack's buckets of this account", async () => {
    const { inputs } = one(
      await declaredBy("preview"),
      "aws:s3/bucketPolicy:BucketPolicy",
      "access-logs-policy",
    );

    assert.deepEqual(statementsOf(inputs["policy"])[1], {
      Sid: "AllowAccessLogs",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: ["s3:PutObject"],
      Resource: ["arn:aws:s3:::sluice-dev-access-logs-123456789012/*"],
      Condition: {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": ["arn:aws:s3:::sluice-dev-*-123456789012"] },
      },
    });
  });

  it("send the events of raw to EventBridge, and of no other: what partners drop starts nothing", async () => {
    const notified = all(await declaredBy("preview"), "aws:s3/bucketNotification:BucketNotification");

    assert.deepEqual(notified.map(({ inputs }) => inputs["bucket"]).toSorted(), [
      "sluice-dev-raw-123456789012",
    ]);
  });
});
