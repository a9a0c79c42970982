/** The lake's stack on the real engine, against the stand-in provider. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import {
  CreateBucketCommand,
  ListBucketsCommand,
  PutBucketAclCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { GetAccountSummaryCommand } from "@aws-sdk/client-iam";
import { DeleteQueueCommand, GetQueueUrlCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { localDir } from "../../local/paths.ts";
import type { Finished } from "../../local/process.ts";
import { addedSince, listAccount } from "./account.ts";
import { projectDir, testAws, writeProgram, type TestAws } from "./local-aws.ts";
import { inFolder } from "./own-emulator.ts";

const PACK = ["--policy-pack", path.join(projectDir, "policy-pack")];

function assertSucceeded(finished: Finished): void {
  assert.equal(finished.code, 0, finished.stdout + finished.stderr);
}

describe("the lake's stack", function () {
  this.timeout(120_000);
  let aws: TestAws;

  before(async () => {
    aws = await testAws();
    assertSucceeded(await aws.pulumi(["up", "--yes", ...PACK]));
  });

  it("passes its own policy pack, with no rule that could not run", async () => {
    const preview = await aws.pulumi(["preview", ...PACK]);

    assertSucceeded(preview);
    assert.match(preview.stdout, /✅ sluice@v/);
    assert.doesNotMatch(preview.stdout, /can't run policy|\[advisory\]|\[mandatory\]/);
  });

  it("has nothing to change in a second preview", async () => {
    assertSucceeded(await aws.pulumi(["preview", "--expect-no-changes"]));
  });

  it("has no drift right after it was deployed", async () => {
    assertSucceeded(await aws.pulumi(["refresh", "--yes", "--expect-no-changes"]));
  });

  it("shows a setting that was changed by hand, and puts it back", async () => {
    const Bucket = "sluice-local-raw-000000000000";
    await aws.clients.s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }),
    );

    const refresh = await aws.pulumi(["refresh", "--yes", "--diff"]);
    const up = await aws.pulumi(["up", "--yes", "--skip-preview", "--diff"]);

    assertSucceeded(refresh);
    assert.match(refresh.stdout, /raw-versioning[\s\S]*status\s*: "Enabled" => "Suspended"/);
    assertSucceeded(up);
    assert.match(up.stdout, /raw-versioning[\s\S]*status\s*: "Suspended" => "Enabled"/);
    assertSucceeded(await aws.pulumi(["refresh", "--yes", "--expect-no-changes"]));
  });

  it("shows a resource that was deleted by hand, and makes it again", async () => {
    const QueueName = "sluice-local-ingest-failed";
    const { QueueUrl } = await aws.clients.sqs.send(new GetQueueUrlCommand({ QueueName }));
    await aws.clients.sqs.send(new DeleteQueueCommand({ QueueUrl }));

    const refresh = await aws.pulumi(["refresh", "--yes"]);

    assertSucceeded(refresh);
    assert.match(refresh.stdout, /aws:sqs:Queue ingest-failed deleted/);
    assertSucceeded(await aws.pulumi(["up", "--yes", "--skip-preview"]));
    assertSucceeded(await aws.pulumi(["preview", "--expect-no-changes"]));
  });

  it("stops at a wrong configuration with one message a fault, before anything is declared", async () => {
    const file = path.join(localDir, "Pulumi.wrong.yaml");
    await writeFile(
      file,
      "config:\n  aws:region: eu-west-1\n  sluice:acountId: '1'\n  sluice:profile: locl\n",
    );

    const preview = await aws.pulumi(["preview", "--config-file", file]);

    assert.notEqual(preview.code, 0);
    const output = preview.stdout + preview.stderr;
    assert.match(output, /has 3 faults/);
    for (const fault of [
      /sluice:acountId: there is no such key/,
      /sluice:accountId: missing/,
      /sluice:profile: found "locl"/,
    ]) {
      assert.match(output, fault);
    }
    assert.doesNotMatch(output, /aws:s3/);
    assert.doesNotMatch(output, /at .*\.ts:\d+/, "a stack trace says nothing to a user");
  });

  it("stops in an account that the settings do not name", async () => {
    const file = path.join(localDir, "Pulumi.other.yaml");
    await writeFile(
      file,
      "config:\n  aws:region: eu-west-1\n  sluice:accountId: '111122223333'\n  sluice:profile: local\n  sluice:lakeFormationSettings: external\n",
    );

    const preview = await aws.pulumi(["preview", "--config-file", file]);

    assert.notEqual(preview.code, 0);
    assert.match(
      preview.stdout + preview.stderr,
      /AWS account 000000000000 is not among the provider's allowedAccountIds: 111122223333/,
    );
  });
});

describe("the public-ACL example", function () {
  this.timeout(120_000);
  const LIST = "/sluice-local-curated-000000000000/";
  const example = path.join(projectDir, "examples", "public-acl");
  let aws: TestAws;

  before(async () => {
    aws = await testAws();
    assertSucceeded(await aws.pulumi(["up", "--yes", "--skip-preview"]));
  });

  it("is stopped by the pack: resource, grant, request and remedy are named, and nothing changes", async () => {
    const before = await aws.pulumi(["stack", "export"]);

    const up = await aws.pulumi(["up", "--yes", ...PACK], example);

    assert.notEqual(up.code, 0);
    assert.match(up.stdout, /\[mandatory\].*s3-acl-public.*curated-acl/);
    assert.match(up.stdout, /acl: "public-read" grants READ to AllUsers/);
    assert.match(
      up.stdout,
      /Request: curl https:\/\/sluice-local-curated-000000000000\.s3\.eu-west-1\.amazonaws\.com\//,
    );
    assert.match(up.stdout, /Remedy: {2}set acl to "private"/);
    assert.match(up.stdout, /\[mandatory\].*s3-public-access-block-incomplete.*curated-public-access/);
    assert.equal((await aws.pulumi(["stack", "export"])).stdout, before.stdout);
    assert.equal((await aws.anonymous(LIST)).status, 403);
  });

  it("is what the pack says it is: without the pack, the request that it names succeeds", async () => {
    assertSucceeded(await aws.pulumi(["up", "--yes", "--skip-preview"], example));

    const open = await aws.anonymous(LIST);
    // S3 turns no ACLs off while one is public, and taking the resource away leaves the ACL.
    await aws.clients.s3.send(
      new PutBucketAclCommand({ Bucket: "sluice-local-curated-000000000000", ACL: "private" }),
    );
    assertSucceeded(await aws.pulumi(["up", "--yes", "--skip-preview"]));
    const closed = await aws.anonymous(LIST);

    assert.equal(open.status, 200);
    assert.match(open.body, /<ListBucketResult/);
    assert.equal(closed.status, 403);
  });
});

describe("the stand-in provider on the engine", function () {
  this.timeout(60_000);
  let aws: TestAws;

  before(async () => {
    aws = await testAws();
  });

  it("refuses a type that it does not serve, by name", async () => {
    const folder = await writeProgram(
      aws,
      `import * as aws from "@pulumi/aws";
       new aws.dynamodb.Table("orders", { attributes: [{ name: "id", type: "S" }], hashKey: "id" });`,
    );

    const preview = await aws.pulumi(["preview"], folder);

    assert.notEqual(preview.code, 0);
    assert.match(
      preview.stdout,
      /orders[\s\S]*the local AWS does not serve the resource type aws:dynamodb\/table:Table/,
    );
  });

  it("refuses a property that it does not support, by name, at any depth", async () => {
    const folder = await writeProgram(
      aws,
      `import * as aws from "@pulumi/aws";
       new aws.s3.BucketLifecycleConfiguration("l", { bucket: "b-of-test", expectedBucketOwner: "1", rules: [
         { id: "r", status: "Enabled", prefix: "raw/" } ] });`,
    );

    const preview = await aws.pulumi(["preview"], folder);

    assert.notEqual(preview.code, 0);
    assert.match(
      preview.stdout,
      /property expectedBucketOwner .*the local AWS does not support this property/,
    );
    assert.match(preview.stdout, /property rules\.0\.prefix .*the local AWS does not support this property/);
  });

  it("passes on what AWS says, with the resource's name", async () => {
    const folder = await writeProgram(
      aws,
      `import * as aws from "@pulumi/aws";
       new aws.s3.Bucket("misnamed", { bucket: "Not_A_Bucket_Name" });`,
    );

    const up = await aws.pulumi(["up", "--yes", "--skip-preview"], folder);

    assert.notEqual(up.code, 0);
    assert.match(up.stdout, /misnamed[\s\S]*InvalidBucketName: /);
  });

  it("collapses a document with one unknown leaf, which the pack does not let pass", async () => {
    const folder = await writeProgram(
      aws,
      `import * as aws from "@pulumi/aws";
       const queue = new aws.sqs.Queue("q", { name: "q-of-test" });
       new aws.iam.RolePolicy("rights", { name: "r", role: "some-role", policy: {
         Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: queue.arn }] } });`,
    );

    const preview = await aws.pulumi(["preview", ...PACK], folder);

    assert.notEqual(preview.code, 0);
    assert.match(preview.stdout, /\[mandatory\].*iam-action-wildcard.*rights[\s\S]*unknown/);
    assert.doesNotMatch(preview.stdout, /can't run policy/);
  });

  it("lets the pack join resources over the stack, in the preview already", async () => {
    const folder = await writeProgram(
      aws,
      `import * as aws from "@pulumi/aws";
       const bare = new aws.s3.Bucket("bare", { bucket: "bare-of-test" });
       const kept = new aws.s3.Bucket("kept", { bucket: "kept-of-test" });
       new aws.s3.BucketPublicAccessBlock("block", { bucket: kept.id, blockPublicAcls: true,
         blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true });`,
    );

    const preview = await aws.pulumi(["preview", ...PACK], folder);

    assert.notEqual(preview.code, 0);
    assert.match(preview.stdout, /\[mandatory\].*s3-public-access-block-missing.*\(aws:s3.*: bare\)/);
    assert.doesNotMatch(preview.stdout, /s3-public-access-block-missing.*: kept\)/);
  });

  it("imports a resource that exists", async () => {
    await aws.clients.s3.send(
      new CreateBucketCommand({
        Bucket: "made-by-hand",
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    const folder = await writeProgram(
      aws,
      `import * as aws from "@pulumi/aws";
       new aws.s3.Bucket("old", { bucket: "made-by-hand", forceDestroy: true }, { import: "made-by-hand" });`,
    );

    const up = await aws.pulumi(["up", "--yes", "--skip-preview"], folder);
    const destroy = await aws.pulumi(["destroy", "--yes"], folder);

    assertSucceeded(up);
    assert.match(up.stdout, /aws:s3:Bucket old imported/);
    assertSucceeded(destroy);
    const { Buckets } = await aws.root.s3.send(new ListBucketsCommand({}));
    assert(!Buckets?.some(({ Name }) => Name === "made-by-hand"));
  });

  it("replaces what cannot be renamed, and updates the rest in place", async () => {
    const program = (name: string, seconds: number): string =>
      `import * as aws from "@pulumi/aws";
       new aws.sqs.Queue("q", { name: "${name}", visibilityTimeoutSeconds: ${seconds} });`;
    const folder = await writeProgram(aws, program("first", 30));
    assertSucceeded(await aws.pulumi(["up", "--yes", "--skip-preview"], folder));

    await writeFile(path.join(folder, "index.ts"), program("first", 60));
    const updated = await aws.pulumi(["up", "--yes", "--skip-preview"], folder);
    await writeFile(path.join(folder, "index.ts"), program("second", 60));
    const replaced = await aws.pulumi(["up", "--yes", "--skip-preview"], folder);

    assert.match(updated.stdout, /aws:sqs:Queue q updated/);
    assert.match(replaced.stdout, /aws:sqs:Queue q (replaced|created replacement)/);
    const { QueueUrls } = await aws.root.sqs.send(new ListQueuesCommand({}));
    assert.deepEqual(
      QueueUrls?.map((url) => url.split("/").at(-1)).filter((name) => name === "first" || name === "second"),
      ["second"],
    );
    assertSucceeded(await aws.pulumi(["destroy", "--yes"], folder));
  });

  it("keeps a resource that was made but not finished, and finishes it on the next run", async () => {
    const program = (days: number): string =>
      `import * as aws from "@pulumi/aws";
       new aws.cloudwatch.LogGroup("log", { name: "half-made", retentionInDays: ${days} });`;
    const folder = await writeProgram(aws, program(8)); // CloudWatch knows no 8 days

    const failed = await aws.pulumi(["up", "--yes", "--skip-preview"], folder);
    await writeFile(path.join(folder, "index.ts"), program(7));
    const repaired = await aws.pulumi(["up", "--yes", "--skip-preview"], folder);

    assert.notEqual(failed.code, 0);
    assert.match(failed.stdout, /log[\s\S]*InvalidParameterException/);
    assertSucceeded(repaired);
    assertSucceeded(await aws.pulumi(["destroy", "--yes"], folder));
  });
});

describe("a destroyed lake", function () {
  this.timeout(120_000);
  const folder = inFolder();

  it("leaves nothing behind in the account", async () => {
    const aws = await testAws();
    assertSucceeded(await aws.pulumi(["up", "--yes", "--skip-preview"]));
    const { root } = await folder.open();
    const newAccount = await listAccount(root);

    assertSucceeded(await aws.pulumi(["destroy", "--yes"]));

    assert.deepEqual(addedSince(newAccount, await listAccount(aws.root)), { users: ["sluice-deployer"] });
    // The answer "nothing" counts only from somebody who may see everything.
    await aws.root.iam.send(new GetAccountSummaryCommand({}));
  });
});
