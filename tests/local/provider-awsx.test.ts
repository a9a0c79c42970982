/** Functions of images, the components of awsx that make the images, and what brings events to functions. */
import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeRepositoriesCommand, GetLifecyclePolicyCommand } from "@aws-sdk/client-ecr";
import {
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetPolicyCommand,
  InvokeCommand,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import { programsDir } from "./local-aws.ts";
import { deployedProgram, prologue } from "./provider-programs.ts";

const CONTEXT = path.join(programsDir, "image-context");

const source = (changed: boolean): string => `${prologue(changed)}
import * as awsx from "@pulumi/awsx";
const provider = new aws.Provider("own", { region: "eu-west-1", defaultTags: { tags: { project: "images" } } });
const opts = { provider };
const repository = new awsx.ecr.Repository(
  "Images",
  {
    name: "awsx-images",
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    forceDelete: true,
    lifecyclePolicy: changed
      ? { rules: [{ tagStatus: "any", maximumAgeLimit: 7 }, { tagStatus: "tagged", tagPrefixList: ["v"], maximumNumberOfImages: 3 }] }
      : undefined,
    tags: { team: changed ? "two" : "one" },
  },
  { providers: { aws: provider } },
);
const image = new awsx.ecr.Image(
  "image",
  {
    repositoryUrl: repository.url,
    context: ${JSON.stringify(CONTEXT)},
    dockerfile: ${JSON.stringify(path.join(CONTEXT, "Dockerfile"))},
    platform: "linux/amd64",
    args: { VERSION: "1" },
  },
  { providers: { aws: provider } },
);
const role = new aws.iam.Role(
  "role",
  {
    name: "awsx-role",
    forceDetachPolicies: true,
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
  },
  opts,
);
new aws.iam.RolePolicy(
  "queue-access",
  {
    name: "queue",
    role: role.name,
    policy: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
          Resource: \`arn:aws:sqs:eu-west-1:\${account}:awsx-queue\`,
        },
      ],
    },
  },
  opts,
);
const dead = new aws.sqs.Queue("dead", { name: "awsx-dead" }, opts);
const fn = new aws.lambda.Function(
  "fn",
  {
    name: "awsx-fn",
    role: role.arn,
    packageType: "Image",
    imageUri: image.imageUri,
    imageConfig: { commands: [changed ? "index.other" : "index.handler"] },
    memorySize: 256,
    timeout: 10,
    reservedConcurrentExecutions: changed ? 3 : 2,
    tracingConfig: { mode: "Active" },
    kmsKeyArn: \`arn:aws:kms:eu-west-1:\${account}:key/one\`,
    deadLetterConfig: { targetArn: dead.arn },
    environment: { variables: { GREETING: "hello" } },
    publish: true,
  },
  opts,
);
new aws.lambda.Permission(
  "permission",
  {
    statementId: "bucket",
    action: "lambda:InvokeFunction",
    function: fn.name,
    principal: "s3.amazonaws.com",
    sourceArn: "arn:aws:s3:::awsx-bucket",
    sourceAccount: account,
  },
  opts,
);
const queue = new aws.sqs.Queue("queue", { name: "awsx-queue", visibilityTimeoutSeconds: 60 }, opts);
export const mapping = new aws.lambda.EventSourceMapping(
  "mapping",
  {
    eventSourceArn: queue.arn,
    functionName: fn.arn,
    batchSize: changed ? 20 : 10,
    maximumBatchingWindowInSeconds: 5,
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: 2 },
    filterCriteria: { filters: [{ pattern: JSON.stringify({ body: { kind: ["a"] } }) }] },
    enabled: !changed,
    tags: { team: changed ? "two" : "one" },
  },
  opts,
).uuid;
export const imageUri = image.imageUri;
export const version = fn.version;
export const repositoryName = repository.repository.name;
`;

const HANDLERS = `
exports.handler = async (event) => ({ handler: "first", greeting: process.env.GREETING, event });
exports.other = async () => ({ handler: "second" });
`;

describe("a program with an image and its function", function () {
  this.timeout(120_000);

  before(async () => {
    await mkdir(CONTEXT, { recursive: true });
    await writeFile(path.join(CONTEXT, "Dockerfile"), "FROM public.ecr.aws/lambda/nodejs:24\nCOPY . .\n");
    await writeFile(path.join(CONTEXT, "index.js"), HANDLERS);
  });

  after(async () => {
    await rm(CONTEXT, { recursive: true, force: true });
  });

  const program = deployedProgram(source(false));

  before(() => program.up());

  const invoke = async (): Promise<Record<string, unknown>> => {
    const call = new InvokeCommand({ FunctionName: "awsx-fn", Payload: '{"key":1}' });
    const { Payload } = await program.aws.clients.lambda.send(call);
    return JSON.parse(Payload?.transformToString() ?? "") as Record<string, unknown>;
  };

  it("names the image by the digest of its files", async () => {
    const { imageUri } = await program.outputs();

    assert.match(
      String(imageUri),
      /^000000000000\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/awsx-images@sha256:[0-9a-f]{64}$/,
    );
  });

  it("runs the function from the files of the image", async () => {
    assert.deepEqual(await invoke(), { handler: "first", greeting: "hello", event: { key: 1 } });
  });

  it("has made the children of the repository with the provider of the component", async () => {
    const { ecr } = program.aws.clients;
    const name = String((await program.outputs())["repositoryName"]);
    const found = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
    const { lifecyclePolicyText = "" } = await ecr.send(
      new GetLifecyclePolicyCommand({ repositoryName: name }),
    );
    const urns = await program.run("stack", "--show-urns");

    assert.equal(found.repositories?.[0]?.imageTagMutability, "IMMUTABLE");
    assert.match(
      lifecyclePolicyText,
      /"tagStatus":\s*"untagged","countType":\s*"imageCountMoreThan","countNumber":\s*1/,
    );
    assert.match(urns, /::awsx:ecr:Repository\$aws:ecr\/repository:Repository::images\n/);
    assert.match(urns, /::awsx:ecr:Repository\$aws:ecr\/lifecyclePolicy:LifecyclePolicy::images\n/);
    const state = await program.run("stack", "export");
    const child = /"type": "aws:ecr\/repository:Repository"[\s\S]*?"provider": "([^"]*)"/.exec(state)?.[1];
    assert.match(child ?? "", /pulumi:providers:aws::own::/);
    assert.match(state, /"project": "images"/);
  });

  it("has made the function and its mapping as it says", async () => {
    const { lambda } = program.aws.clients;
    const found = await lambda.send(new GetFunctionCommand({ FunctionName: "awsx-fn" }));
    const limit = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: "awsx-fn" }));
    const { Policy = "" } = await lambda.send(new GetPolicyCommand({ FunctionName: "awsx-fn" }));
    const UUID = String((await program.outputs())["mapping"]);
    const mapping = await lambda.send(new GetEventSourceMappingCommand({ UUID }));

    assert.equal(found.Configuration?.TracingConfig?.Mode, "Active");
    assert.match(found.Configuration.DeadLetterConfig?.TargetArn ?? "", /:awsx-dead$/);
    assert.equal(limit.ReservedConcurrentExecutions, 2);
    assert.match(Policy, /"AWS:SourceAccount":\s*"000000000000"/);
    assert.equal(mapping.BatchSize, 10);
    assert.deepEqual(mapping.FunctionResponseTypes, ["ReportBatchItemFailures"]);
    assert.equal(mapping.ScalingConfig?.MaximumConcurrency, 2);
    assert.equal(mapping.FilterCriteria?.Filters?.length, 1);
  });

  it("changes with the program", async () => {
    await program.change(source(true));
  });

  it("runs the image's other command after the change", async () => {
    assert.deepEqual(await invoke(), { handler: "second" });
  });

  it("makes the function anew from files that changed", async () => {
    await writeFile(path.join(CONTEXT, "index.js"), HANDLERS.replace('"second"', '"third"'));

    const preview = await program.run("preview", "--diff");
    await program.up();

    assert.match(preview, /imageUri *: ".*" => ".*"/);
    assert.deepEqual(await invoke(), { handler: "third" });
  });

  it("leaves nothing when it is destroyed", async () => {
    await program.run("destroy", "--yes");

    const { lambda, ecr } = program.aws.clients;
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    assert.deepEqual(
      Functions.filter(({ FunctionName }) => FunctionName?.startsWith("awsx-")),
      [],
    );
    const { EventSourceMappings } = await lambda.send(
      new ListEventSourceMappingsCommand({ EventSourceArn: "arn:aws:sqs:eu-west-1:000000000000:awsx-queue" }),
    );
    assert.deepEqual(EventSourceMappings, []);
    const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
    assert.equal(
      repositories.some(({ repositoryName }) => repositoryName === "awsx-images"),
      false,
    );
    // Lambda has made it, and no program takes it away.
    await program.aws.clients.logs.send(new DeleteLogGroupCommand({ logGroupName: "/aws/lambda/awsx-fn" }));
  });
});
