/** Every grant of the lake does what it says, and no more: tried by a policy simulator that is not this project's. */
import assert from "node:assert/strict";
import { SimulateCustomPolicyCommand } from "@aws-sdk/client-iam";
import { policyOf, type Call, type Grant } from "../../components/access/grant.ts";
import { createArns } from "../../components/arns.ts";
import { deployLake } from "../../components/deploy.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { deploy } from "../unit/deploy.ts";
import { testAws, type TestAws } from "./local-aws.ts";

let aws: TestAws;

async function isAllowed(
  grants: readonly Grant[],
  { action, resource, context = {} }: Call,
): Promise<boolean> {
  const { EvaluationResults } = await aws.root.iam.send(
    new SimulateCustomPolicyCommand({
      PolicyInputList: [JSON.stringify(policyOf(grants))],
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

/** What the policy made of `grants` decides against what `grant` says of itself. */
async function contradictions(grants: readonly Grant[], grant: Grant): Promise<string[]> {
  assert(grant.mustAllow.length > 0 && grant.mustNotAllow.length > 0, `"${grant.reason}" proves nothing`);
  const faults: string[] = [];
  for (const call of grant.mustAllow) {
    if (!(await isAllowed(grants, call))) faults.push(`refused: ${call.action} on ${call.resource}`);
  }
  for (const call of grant.mustNotAllow) {
    if (await isAllowed(grants, call)) faults.push(`allowed: ${call.action} on ${call.resource}`);
  }
  return faults;
}

describe("the grants of the ingestion's role", function () {
  this.timeout(60_000);
  let grants: readonly Grant[] = [];

  before(async () => {
    aws = await testAws();
    await deploy(
      () => {
        grants = deployLake().lake.ingest.role.grants;
      },
      { mode: "update" },
    );
  });

  it("say what the role is for", () => {
    assert.deepEqual(
      grants.map(({ reason }) => reason),
      [
        "reads the objects of zone raw",
        "writes the objects under seattle_weather/ of zone curated",
        "writes the objects under seattle_weather/, _unknown/ of zone quarantine",
        "writes its log to /aws/lambda/sluice-dev-ingest",
        "keeps what failed in sluice-dev-ingest-failed",
      ],
    );
  });

  it("each allow what they must, and nothing that they must not", async () => {
    for (const grant of grants) assert.deepEqual(await contradictions([grant], grant), [], grant.reason);
  });

  it("allow nothing more together than each by itself", async () => {
    for (const grant of grants) assert.deepEqual(await contradictions(grants, grant), [], grant.reason);
  });
});

describe("a zone's grants", function () {
  this.timeout(60_000);

  it("hold for any prefixes", async () => {
    aws = await testAws();
    const arns = createArns({ accountId: "123456789012", region: "cn-north-1", partition: "aws-cn" });
    const made: Grant[] = [];
    await deploy(
      () => {
        const args = {
          zone: "raw",
          bucketName: "lake-raw",
          arns,
          oldVersionRetentionDays: 1,
          destroyData: false,
        } as const;
        const bucket = new ZoneBucket("raw", args);
        made.push(
          bucket.canRead("incoming/"),
          bucket.canWrite(),
          bucket.canWrite("a/", "b/"),
          bucket.canWrite("a/"),
        );
      },
      { mode: "update" },
    );

    for (const grant of made) assert.deepEqual(await contradictions([grant], grant), [], grant.reason);
    // Grants of different prefixes go together in one role.
    assert.equal(policyOf(made).Statement.length, made.length);
  });
});
