import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { deployLake } from "../../components/deploy.ts";
import { InvalidNameError } from "../../components/names.ts";
import { InvalidSettingsError } from "../../components/settings.ts";
import { RULES } from "../../policy-pack/rules/index.ts";
import { POLICY_DOCUMENTS } from "../../policy-pack/stack/policy-documents.ts";
import { deploy, one, validConfig, type Declared } from "./deploy.ts";

/** What decides access: for types whose purpose it is, the property must be there. */
const ACCESS_PROPERTIES: Record<string, readonly string[]> = {
  "aws:iam/role:Role": ["assumeRolePolicy"],
  "aws:iam/rolePolicy:RolePolicy": ["role", "policy"],
  "aws:lambda/permission:Permission": ["function", "principal", "sourceArn"],
  "aws:lambda/function:Function": ["role"],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ["bucket"],
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ["bucket"],
  "aws:s3/bucketPolicy:BucketPolicy": ["bucket", "policy"],
  "aws:sqs/queuePolicy:QueuePolicy": ["policy"],
  "aws:athena/workgroup:Workgroup": ["configuration"],
};

function accessOf(resource: Declared): [string, unknown][] {
  const required = ACCESS_PROPERTIES[resource.type] ?? [];
  // Wherever else a document may stand, it need not: a bucket's own `policy`, a role's inline policies.
  const optional = (POLICY_DOCUMENTS[resource.type] ?? [])
    .map(({ path }) => path[0] ?? "")
    .filter((property) => property in resource.inputs);
  return [...new Set([...required, ...optional])].map((name) => [
    `${resource.name}.${name}`,
    resource.inputs[name],
  ]);
}

/** The paths of the leaves that are not known. */
function unknownLeaves(path: string, value: unknown): string[] {
  if (value === undefined) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => unknownLeaves(`${path}.${key}`, part));
}

async function declaredBy(
  mode: "preview" | "update",
  config: Record<string, string> = validConfig,
): Promise<Declared[]> {
  return deploy(deployLake, { mode, config });
}

describe("the whole program", () => {
  let previewed: readonly Declared[];

  before(async () => {
    previewed = await declaredBy("preview");
  });

  it("has no unknown in anything that decides access, on the first preview of an empty account", () => {
    const access = previewed.flatMap(accessOf);

    assert.deepEqual(
      access.flatMap(([path, value]) => unknownLeaves(path, value)),
      [],
    );
    assert(access.length >= 20, `only ${access.length} properties were looked at`);
  });

  it("declares the same in a preview as in an update", async () => {
    const updated = await declaredBy("update");

    const identity = ({ type, name }: Declared): string => `${type} ${name}`;
    assert.deepEqual(previewed.map(identity).toSorted(), updated.map(identity).toSorted());
  });

  it("works in the settings' account and region only", () => {
    const { inputs } = one(previewed, "pulumi:providers:aws");

    assert.equal(inputs["region"], "eu-west-1");
    assert.equal(inputs["allowedAccountIds"], '["123456789012"]');
  });

  it("gives every resource to that provider, and none to the default one", async () => {
    const declared = (await declaredBy("update")).filter(({ type }) => type.startsWith("aws:"));

    assert.deepEqual(
      declared.filter(({ provider }) => !provider.includes("::pulumi:providers:aws::aws::")),
      [],
    );
    assert(declared.length > 30);
  });

  for (const zone of ["raw", "curated", "quarantine", "results"]) {
    describe(`zone ${zone}`, () => {
      const bucket = `sluice-dev-${zone}-123456789012`;

      it("blocks public access by all four flags", () => {
        assert.deepEqual(
          one(previewed, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", `${zone}-public-access`)
            .inputs,
          {
            bucket,
            blockPublicAcls: true,
            blockPublicPolicy: true,
            ignorePublicAcls: true,
            restrictPublicBuckets: true,
          },
        );
      });

      it("has no ACLs", () => {
        const { inputs } = one(
          previewed,
          "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
          `${zone}-ownership`,
        );

        assert.deepEqual(inputs["rule"], { objectOwnership: "BucketOwnerEnforced" });
      });

      it("refuses whatever does not come over TLS", () => {
        const { inputs } = one(previewed, "aws:s3/bucketPolicy:BucketPolicy", `${zone}-policy`);

        assert.deepEqual((inputs["policy"] as { Statement: unknown[] }).Statement, [
          {
            Sid: "DenyWithoutTls",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]);
      });

      it("is encrypted and versioned", () => {
        const encryption = one(
          previewed,
          "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
          `${zone}-encryption`,
        );
        const versioning = one(previewed, "aws:s3/bucketVersioning:BucketVersioning", `${zone}-versioning`);

        assert.deepEqual(encryption.inputs["rules"], [
          { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
        ]);
        assert.deepEqual(versioning.inputs["versioningConfiguration"], { status: "Enabled" });
      });

      it(zone === "results" ? "lets its objects expire" : "keeps its objects", () => {
        const { inputs } = one(
          previewed,
          "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
          `${zone}-lifecycle`,
        );
        const expiring = (inputs["rules"] as { id: string; expiration?: unknown }[]).filter(
          (rule) => rule.expiration !== undefined,
        );

        assert.deepEqual(
          expiring.map(({ expiration }) => expiration),
          zone === "results" ? [{ days: 7 }] : [],
        );
      });

      it("keeps its data when the stack is destroyed, unless both keys say otherwise", async () => {
        const forced = await declaredBy("update", { ...validConfig, "sluice:destroyData": "true" });

        assert.equal(one(previewed, "aws:s3/bucket:Bucket", zone).inputs["forceDestroy"], false);
        assert.equal(one(forced, "aws:s3/bucket:Bucket", zone).inputs["forceDestroy"], true);
      });
    });
  }

  it("keeps no old version of a result beyond its time", () => {
    const { inputs } = one(
      previewed,
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "results-lifecycle",
    );

    const rules = inputs["rules"] as { noncurrentVersionExpiration?: { noncurrentDays: number } }[];
    assert.deepEqual(
      rules.flatMap(({ noncurrentVersionExpiration: old }) =>
        old === undefined ? [] : [old.noncurrentDays],
      ),
      [1],
    );
  });

  it("names only rules that the pack has", async () => {
    const files = (await readdir("components", { recursive: true })).filter((file) => file.endsWith(".ts"));
    const texts = await Promise.all(files.map((file) => readFile(`components/${file}`, "utf8")));
    const named = texts.flatMap((text) => [...text.matchAll(/`((?:s3|iam)-[a-z-]+)`/g)].map(([, id]) => id));

    const ids = RULES.map(({ id }) => id);
    assert.deepEqual(
      named.filter((id) => !ids.includes(id ?? "")),
      [],
    );
    assert(named.length > 0);
  });

  it("sends the events of the raw zone, and of no other, to EventBridge", () => {
    const notified = previewed.filter(({ type }) => type === "aws:s3/bucketNotification:BucketNotification");

    assert.deepEqual(
      notified.map(({ inputs }) => inputs),
      [{ bucket: "sluice-dev-raw-123456789012", eventbridge: true }],
    );
  });

  it("gives the ingestion the rights that its work takes, and no more", () => {
    const { inputs } = one(previewed, "aws:iam/rolePolicy:RolePolicy", "ingest-role-grants");

    const statements = (inputs["policy"] as { Statement: { Action: string[]; Resource: string[] }[] })
      .Statement;
    const rights = Object.fromEntries(statements.map(({ Action, Resource }) => [Resource.join(), Action]));
    assert.deepEqual(rights, {
      "arn:aws:s3:::sluice-dev-raw-123456789012/*": ["s3:GetObject", "s3:GetObjectVersion"],
      "arn:aws:s3:::sluice-dev-curated-123456789012/seattle_weather/*": ["s3:PutObject"],
      "arn:aws:s3:::sluice-dev-quarantine-123456789012/seattle_weather/*,arn:aws:s3:::sluice-dev-quarantine-123456789012/_unknown/*":
        ["s3:PutObject"],
      "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/sluice-dev-ingest:*": [
        "logs:CreateLogStream",
        "logs:PutLogEvents",
      ],
      "arn:aws:sqs:eu-west-1:123456789012:sluice-dev-ingest-failed": ["sqs:SendMessage"],
    });
  });

  it("lets one rule of the account call the ingestion", () => {
    assert.deepEqual(one(previewed, "aws:lambda/permission:Permission").inputs, {
      statementId: "sluice-dev-raw-object-created",
      action: "lambda:InvokeFunction",
      function: "sluice-dev-ingest",
      principal: "events.amazonaws.com",
      sourceArn: "arn:aws:events:eu-west-1:123456789012:rule/sluice-dev-raw-object-created",
    });
  });

  it("loses no event: the rule and the function each have a queue for what failed", () => {
    const { inputs: target } = one(previewed, "aws:cloudwatch/eventTarget:EventTarget");
    const { inputs: failures } = one(
      previewed,
      "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    );

    const queue = "arn:aws:sqs:eu-west-1:123456789012:sluice-dev-ingest";
    assert.deepEqual(target["deadLetterConfig"], { arn: `${queue}-undelivered` });
    assert.deepEqual(failures["destinationConfig"], { onFailure: { destination: `${queue}-failed` } });
  });

  it("gives the table the dataset's columns and computes its partitions", () => {
    const { inputs } = one(previewed, "aws:glue/catalogTable:CatalogTable", "seattle_weather-table");

    const storage = inputs["storageDescriptor"] as {
      location: string;
      columns: { name: string; type: string }[];
    };
    const location = "s3://sluice-dev-curated-123456789012/seattle_weather/";
    assert.equal(storage.location, location);
    assert.deepEqual(
      storage.columns.map(({ name, type }) => `${name} ${type}`),
      [
        "date date",
        "precipitation double",
        "temp_max double",
        "temp_min double",
        "wind double",
        "weather string",
      ],
    );
    assert.deepEqual(inputs["partitionKeys"], [{ name: "month", type: "string" }]);
    assert.deepEqual(inputs["parameters"], {
      EXTERNAL: "TRUE",
      classification: "parquet",
      "projection.enabled": "true",
      "projection.month.type": "date",
      "projection.month.format": "yyyy-MM",
      "projection.month.range": "2012-01,NOW",
      "projection.month.interval": "1",
      "projection.month.interval.unit": "MONTHS",
      "storage.location.template": `${location}month=\${month}/`,
    });
  });

  it("lets no client override where results go, or how much a query reads", () => {
    const { inputs } = one(previewed, "aws:athena/workgroup:Workgroup");

    assert.deepEqual(inputs["configuration"], {
      enforceWorkgroupConfiguration: true,
      publishCloudwatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: 10 * 1024 ** 3,
      resultConfiguration: {
        outputLocation: "s3://sluice-dev-results-123456789012/",
        expectedBucketOwner: "123456789012",
        encryptionConfiguration: { encryptionOption: "SSE_S3" },
      },
    });
  });

  for (const { name, options, error } of [
    { name: "configuration", options: { config: { "sluice:profile": "dev" } }, error: InvalidSettingsError },
    {
      name: "name of the stack",
      options: { stack: "a-stack-with-a-name-that-is-too-long" },
      error: InvalidNameError,
    },
  ]) {
    it(`declares nothing when the ${name} is wrong`, async () => {
      const declared: Declared[] = [];

      await assert.rejects(deploy(deployLake, { mode: "update", ...options }, declared), error);

      assert.deepEqual(declared, []);
    });
  }

  it("exports what a user needs to know", async () => {
    let outputs: unknown;
    await deploy(
      async () => {
        outputs = await import("../../index.ts");
      },
      { mode: "update" },
    );

    assert.deepEqual(outputs && { ...outputs }, {
      rawBucket: "sluice-dev-raw-123456789012",
      curatedBucket: "sluice-dev-curated-123456789012",
      quarantineBucket: "sluice-dev-quarantine-123456789012",
      resultBucket: "sluice-dev-results-123456789012",
      database: "sluice_dev_curated",
      workgroup: "sluice-dev-lake",
      ingestFunction: "sluice-dev-ingest",
      failedEvents: "sluice-dev-ingest-failed",
      undeliveredEvents: "sluice-dev-ingest-undelivered",
    });
  });
});
