/** Every grant of the lake does what it says, and no more: tried by a policy simulator that is not this project's. */
import assert from "node:assert/strict";
import { SimulateCustomPolicyCommand } from "@aws-sdk/client-iam";
import { policyOf, type Call, type Grant } from "../../components/access/grant.ts";
import { createArns } from "../../components/arns.ts";
import { FailureQueue } from "../../components/events/failure-queue.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { deploy } from "../unit/deploy.ts";
import { testAws, type TestAws } from "./local-aws.ts";

const arns = createArns({ accountId: "123456789012", region: "eu-west-1", partition: "aws" });

/** One grant of each verb, with and without prefixes. */
async function allGrants(): Promise<Record<string, Grant>> {
  const grants: Record<string, Grant> = {};
  await deploy(
    () => {
      const bucket = new ZoneBucket("raw", {
        zone: "raw",
        bucketName: "lake-raw",
        arns,
        oldVersionRetentionDays: 1,
        destroyData: false,
      });
      const queue = new FailureQueue("failed", { queueName: "failed", queueArn: arns.queue("failed") });
      grants["raw.canRead()"] = bucket.canRead();
      grants['raw.canRead("incoming/")'] = bucket.canRead("incoming/");
      grants["raw.canWrite()"] = bucket.canWrite();
      grants['raw.canWrite("a/", "b/")'] = bucket.canWrite("a/", "b/");
      grants["failed.canSend()"] = queue.canSend();
    },
    { mode: "update" },
  );
  return grants;
}

describe("a grant", function () {
  this.timeout(30_000);
  let aws: TestAws;
  let grants: Record<string, Grant>;

  before(async () => {
    aws = await testAws();
    grants = await allGrants();
  });

  async function isAllowed(grant: Grant, { action, resource, context = {} }: Call): Promise<boolean> {
    const { EvaluationResults } = await aws.root.iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [JSON.stringify(policyOf([grant]))],
        ActionNames: [action],
        ResourceArns: [resource],
        ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
          ContextKeyName,
          ContextKeyType: "string" as const,
          ContextKeyValues: [value],
        })),
      }),
    );
    return EvaluationResults?.[0]?.EvalDecision === "allowed";
  }

  it("allows each call that it must allow", async () => {
    for (const [name, grant] of Object.entries(grants)) {
      assert(grant.mustAllow.length > 0, name);
      for (const call of grant.mustAllow) {
        assert(await isAllowed(grant, call), `${name} does not allow ${call.action} on ${call.resource}`);
      }
    }
  });

  it("allows none of the calls that it must not allow", async () => {
    for (const [name, grant] of Object.entries(grants)) {
      assert(grant.mustNotAllow.length > 0, name);
      for (const call of grant.mustNotAllow) {
        assert(!(await isAllowed(grant, call)), `${name} allows ${call.action} on ${call.resource}`);
      }
    }
  });

  it("says why its holder needs it", () => {
    assert.deepEqual(Object.fromEntries(Object.entries(grants).map(([name, { reason }]) => [name, reason])), {
      "raw.canRead()": "reads the objects of zone raw",
      'raw.canRead("incoming/")': "reads the objects under incoming/ of zone raw",
      "raw.canWrite()": "writes the objects of zone raw",
      'raw.canWrite("a/", "b/")': "writes the objects under a/, b/ of zone raw",
      "failed.canSend()": "keeps what failed in failed",
    });
  });
});
