/** What `pulumi destroy` leaves of a lake whose data is not to be destroyed. */
import assert from "node:assert/strict";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import {
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { allNames, createNames } from "../../components/names.ts";
import { resourceTypes } from "../../local/provider/types/index.ts";
import { testAws, writeProgram, type TestAws } from "./local-aws.ts";

/** A lake of a stack of its own in the local AWS. */
function program(stack: string, profile: string): string {
  return `
import * as aws from "@pulumi/aws";
import { Lake } from "../../../../components/lake.ts";
import { parseSettings } from "../../../../components/settings.ts";
import { createSite } from "../../../../components/site.ts";

const settings = parseSettings("sluice", "${stack}", {
  "aws:region": "eu-west-1",
  "sluice:accountId": "000000000000",
  "sluice:profile": "${profile}",
  "sluice:baseImage": "public.ecr.aws/lambda/nodejs:24@sha256:${"0".repeat(64)}",
  "sluice:lakeFormationSettings": "external",
});
const provider = new aws.Provider("aws", { region: "eu-west-1" });
const lake = new Lake("lake", { site: createSite(settings) }, { providers: [provider] });
lake.closeAccess();
`;
}

/** Takes away by hand what the stack left, as whoever wants the data gone must. */
async function removeByHand(aws: TestAws, stack: string): Promise<void> {
  const names = createNames({ project: "sluice", stack, accountId: "000000000000" });
  const context = { clients: aws.root, region: "eu-west-1", accountId: "000000000000", partition: "aws" };
  const remove = async (token: string, id: string): Promise<void> =>
    resourceTypes.get(token)?.delete(id, { forceDestroy: true, skipDestroy: false }, context);
  for (const { kind, name } of allNames(names)) {
    if (kind === "bucket") await remove("aws:s3/bucket:Bucket", name);
    if (kind === "queue") {
      await remove("aws:sqs/queue:Queue", `https://sqs.eu-west-1.amazonaws.com/000000000000/${name}`);
    }
    if (kind === "alias") {
      const { KeyMetadata } = await aws.root.kms.send(new DescribeKeyCommand({ KeyId: name }));
      await remove("aws:kms/alias:Alias", name);
      await remove("aws:kms/key:Key", KeyMetadata?.KeyId ?? "");
    }
    if (kind === "function") await remove("aws:cloudwatch/logGroup:LogGroup", `/aws/lambda/${name}`);
  }
}

describe("a lake without the two keys to destroy data", function () {
  this.timeout(240_000);
  let aws: TestAws;

  before(async () => {
    aws = await testAws();
  });

  it("keeps its objects when it is destroyed, and everything that protects them", async () => {
    const folder = await writeProgram(aws, program("kept", "dev"));
    const up = await aws.pulumi(["up", "--yes", "--skip-preview"], folder);
    assert.equal(up.code, 0, up.stdout + up.stderr);
    const Bucket = "sluice-kept-raw-000000000000";
    await aws.clients.s3.send(new PutObjectCommand({ Bucket, Key: "precious", Body: "data" }));

    const destroy = await aws.pulumi(["destroy", "--yes"], folder);

    assert.equal(destroy.code, 0, destroy.stdout + destroy.stderr);
    const { s3, sqs } = aws.root;
    const object = await s3.send(new GetObjectCommand({ Bucket, Key: "precious" }));
    assert.equal(await object.Body?.transformToString(), "data");
    const block = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    assert.deepEqual(Object.values(block.PublicAccessBlockConfiguration ?? {}), [true, true, true, true]);
    const ownership = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }));
    assert.equal(ownership.OwnershipControls?.Rules?.[0]?.ObjectOwnership, "BucketOwnerEnforced");
    assert.equal((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status, "Enabled");
    assert.match((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? "", /DenyWithoutTls/);
    await sqs.send(new GetQueueUrlCommand({ QueueName: "sluice-kept-ingest-dead" }));
    await removeByHand(aws, "kept");
  });

  it("refuses to be destroyed at all in production, and loses nothing", async () => {
    const folder = await writeProgram(aws, program("vault", "prod"));
    const up = await aws.pulumi(["up", "--yes", "--skip-preview"], folder);
    assert.equal(up.code, 0, up.stdout + up.stderr);

    const destroy = await aws.pulumi(["destroy", "--yes"], folder);

    assert.notEqual(destroy.code, 0);
    assert.match(destroy.stdout + destroy.stderr, /protect/);
    const refreshed = await aws.pulumi(["preview", "--refresh", "--expect-no-changes"], folder);
    assert.equal(refreshed.code, 0, refreshed.stdout + refreshed.stderr);

    await aws.pulumi(["state", "unprotect", "--all", "--yes"], folder);
    const undone = await aws.pulumi(["destroy", "--yes"], folder);
    assert.equal(undone.code, 0, undone.stdout + undone.stderr);
    await removeByHand(aws, "vault");
  });
});
