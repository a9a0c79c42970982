/** What `pulumi destroy` leaves of a lake whose data is not to be destroyed. */
import assert from "node:assert/strict";
import {
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { ZONES } from "../../components/names.ts";
import { resourceTypes } from "../../local/provider/types/index.ts";
import { testAws, writeProgram, type TestAws } from "./local-aws.ts";

const PROGRAM = `
import * as aws from "@pulumi/aws";
import { Lake } from "../../../components/lake.ts";
import { createNames } from "../../../components/names.ts";
import { parseSettings } from "../../../components/settings.ts";

const settings = parseSettings("sluice", "kept", {
  "aws:region": "eu-west-1", "sluice:accountId": "000000000000", "sluice:profile": "prod",
});
const provider = new aws.Provider("aws", { region: "eu-west-1" });
new Lake("lake", { settings, names: createNames(settings) }, { providers: [provider] });
`;

describe("a lake without the two keys to destroy data", function () {
  this.timeout(120_000);
  let aws: TestAws;

  after(async () => {
    // By hand, as whoever wants the data gone must.
    const context = { clients: aws.root, region: "eu-west-1", accountId: "000000000000", partition: "aws" };
    const remove = async (token: string, id: string): Promise<void> =>
      resourceTypes.get(token)?.delete(id, { forceDestroy: true, skipDestroy: false }, context);
    for (const zone of ZONES) await remove("aws:s3/bucket:Bucket", `sluice-kept-${zone}-000000000000`);
    for (const what of ["failed", "undelivered"]) {
      await remove(
        "aws:sqs/queue:Queue",
        `https://sqs.eu-west-1.amazonaws.com/000000000000/sluice-kept-ingest-${what}`,
      );
    }
    await remove("aws:cloudwatch/logGroup:LogGroup", "/aws/lambda/sluice-kept-ingest");
  });

  it("keeps its objects when it is destroyed, and everything that protects them", async () => {
    aws = await testAws();
    const folder = await writeProgram(aws, PROGRAM);
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
    await sqs.send(new GetQueueUrlCommand({ QueueName: "sluice-kept-ingest-failed" }));
  });
});
