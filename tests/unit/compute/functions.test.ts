import assert from "node:assert/strict";
import { fullConfig } from "../access/whole.ts";
import { all, one, statementsOf, validConfig, type Declared } from "../deploy.ts";
import { declaredBy, EVERY_PROFILE, fullConfigOf } from "../program.ts";

const FUNCTION = "aws:lambda/function:Function";
const LOG = "aws:cloudwatch/logGroup:LogGroup";
const account = "eu-west-1:123456789012";
const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";

function rightsOf(declared: readonly Declared[], name: string): Map<string, readonly string[]> {
  const { inputs } = one(declared, "aws:iam/rolePolicy:RolePolicy", `${name}-role-grants`);
  return new Map(
    statementsOf(inputs["policy"]).map(({ Action, Resource }) => [
      [Resource ?? []].flat().join(),
      [Action].flat(),
    ]),
  );
}

describe("a function from an image", () => {
  it("runs the image by the digest that the registry gave it, with its time and its space", async () => {
    const { inputs } = one(await declaredBy("update"), FUNCTION, "ingest");

    const { tags: _tags, ...others } = inputs;
    assert.deepEqual(others, {
      name: "sluice-dev-ingest",
      description: "Turns the files of the raw zone into Parquet in the curated zone",
      role: "arn:aws:iam::123456789012:role/sluice-dev-ingest",
      packageType: "Image",
      imageUri: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/sluice-dev/ingest@sha256:${"1".repeat(64)}`,
      architectures: ["x86_64"],
      memorySize: 1024,
      timeout: 300,
      ephemeralStorage: { size: 4096 },
      environment: {
        variables: {
          LAKE_NAME: "sluice-dev",
          CURATED_BUCKET: "sluice-dev-curated-123456789012",
          QUARANTINE_BUCKET: "sluice-dev-quarantine-123456789012",
        },
      },
      loggingConfig: { logFormat: "JSON", logGroup: "/aws/lambda/sluice-dev-ingest" },
      tracingConfig: { mode: "Active" },
    });
  });

  it("is built on the base image by digest, and pushed under its content's own tag", async () => {
    const { inputs, after } = one(await declaredBy("update"), "awsx:ecr:Image");

    const { context, dockerfile, imageTag, ...others } = inputs;
    assert.deepEqual(others, {
      repositoryUrl: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/sluice-dev/ingest",
      platform: "linux/amd64",
      args: { BASE_IMAGE: validConfig["sluice:baseImage"] },
    });
    assert.match(String(imageTag), /^[0-9a-f]{16}$/);
    assert(String(context).endsWith(`dist/images/ingest-${String(imageTag)}`));
    assert.equal(dockerfile, `${String(context)}/Dockerfile`);
    assert(after.includes("ingest-repository-policy"), "Lambda may pull it before a function asks");
  });

  it("comes after its rights, its log and what lets Lambda pull its image", async () => {
    const { after } = one(await declaredBy("update"), FUNCTION, "ingest");

    for (const name of ["ingest-role-grants", "ingest-log", "ingest-repository-policy"]) {
      assert(after.includes(name), name);
    }
  });
});

describe("a repository", () => {
  it("keeps what a tag names, looks at what comes, is encrypted, and lets old images go", async () => {
    const { inputs } = one(await declaredBy("update"), "awsx:ecr:Repository");

    const { tags: _tags, ...others } = inputs;
    assert.deepEqual(others, {
      name: "sluice-dev/ingest",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: keyArn }],
      forceDelete: true,
      lifecyclePolicy: {
        rules: [{ description: "Keeps 10 images", tagStatus: "any", maximumNumberOfImages: 10 }],
      },
    });
  });

  it("lets Lambda pull for the one function, and nobody else", async () => {
    const { inputs } = one(await declaredBy("preview"), "aws:ecr/repositoryPolicy:RepositoryPolicy");

    assert.equal(inputs["repository"], "sluice-dev/ingest");
    assert.deepEqual(statementsOf(inputs["policy"]), [
      {
        Sid: "AllowLambda",
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Condition: { ArnLike: { "aws:SourceArn": [`arn:aws:lambda:${account}:function:sluice-dev-ingest`] } },
      },
    ]);
  });
});

describe("a function from a zip", () => {
  it("has its code, and room and time for its work", async () => {
    const { inputs } = one(await declaredBy("update"), FUNCTION, "freshness");

    assert.equal(inputs["handler"], "index.handler");
    assert.equal(inputs["runtime"], "nodejs24.x");
    assert.equal(inputs["packageType"], undefined);
    assert(inputs["code"] !== undefined);
    assert.deepEqual(inputs["ephemeralStorage"], { size: 512 });
    assert.deepEqual(inputs["environment"], {
      variables: { LAKE_NAME: "sluice-dev", CURATED_BUCKET: "sluice-dev-curated-123456789012" },
    });
  });

  it("that measures how fresh the lake is lists each dataset's folder, and reads nothing", async () => {
    const rights = rightsOf(await declaredBy("preview"), "freshness");

    assert.deepEqual(
      [...rights.values()].flat().filter((action) => action.startsWith("s3:")),
      ["s3:ListBucket"],
    );
    assert.deepEqual(
      [...rights.values()].flat().filter((action) => action.startsWith("kms:")),
      [],
    );
  });
});

describe("every function of the lake", () => {
  for (const name of ["ingest", "freshness"]) {
    it(`has a log of its own that it cannot make: ${name}`, async () => {
      const declared = await declaredBy("update");

      const { tags: _tags, ...log } = one(declared, LOG, `${name}-log`).inputs;
      assert.deepEqual(log, {
        name: `/aws/lambda/sluice-dev-${name}`,
        retentionInDays: 14,
        kmsKeyId: keyArn,
      });
      assert.deepEqual(
        rightsOf(declared, name).get(`arn:aws:logs:${account}:log-group:/aws/lambda/sluice-dev-${name}:*`),
        ["logs:CreateLogStream", "logs:PutLogEvents"],
      );
      assert(![...rightsOf(declared, name).values()].flat().includes("logs:CreateLogGroup"));
    });

    it(`keeps the events that it failed on, after two more tries: ${name}`, async () => {
      const declared = await declaredBy("preview");
      const queue = `arn:aws:sqs:${account}:sluice-dev-${name}-failed`;

      const { inputs } = one(
        declared,
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        `${name}-failures`,
      );
      assert.deepEqual(inputs, {
        functionName: `sluice-dev-${name}`,
        maximumRetryAttempts: 2,
        destinationConfig: { onFailure: { destination: queue } },
      });
      assert.deepEqual(rightsOf(declared, name).get(queue), ["sqs:SendMessage"]);
    });
  }

  for (const profile of EVERY_PROFILE) {
    const traces = profile !== "local";
    it(`${traces ? "is" : "is not"} followed by X-Ray with profile ${profile}, and ${traces ? "may" : "may not"} tell it`, async () => {
      const declared = await declaredBy("preview", fullConfigOf(profile));

      for (const { name, inputs } of all(declared, FUNCTION)) {
        assert.deepEqual(inputs["tracingConfig"], { mode: traces ? "Active" : "PassThrough" }, name);
        assert.deepEqual(
          rightsOf(declared, name).get("*"),
          traces ? ["xray:PutTraceSegments", "xray:PutTelemetryRecords"] : undefined,
          name,
        );
      }
    });
  }

  it("keeps its log for as long as the configuration says", async () => {
    const declared = await declaredBy("preview", { ...fullConfig, "sluice:logRetentionDays": "3653" });

    const logs = all(declared, LOG).filter(({ inputs }) => String(inputs["name"]).startsWith("/aws/lambda/"));
    assert.deepEqual(
      logs.map(({ inputs }) => inputs["retentionInDays"]),
      [3653, 3653],
    );
  });
});
