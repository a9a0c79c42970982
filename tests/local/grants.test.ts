/** Every grant of the lake does what it says, and no more: tried by a policy simulator that is not this project's. */
import assert from "node:assert/strict";
import { ContextKeyTypeEnum, SimulateCustomPolicyCommand, type ContextEntry } from "@aws-sdk/client-iam";
import { policyOf, type Call, type Grant } from "../../components/access/grant.ts";
import { everyGrant, wholeLake } from "../unit/access/whole.ts";
import { testAws, type TestAws } from "./local-aws.ts";

function entriesOf(context: Call["context"] = {}): ContextEntry[] {
  return Object.entries(context).map(([ContextKeyName, value]) => ({
    ContextKeyName,
    ContextKeyType: typeof value === "string" ? ContextKeyTypeEnum.STRING : ContextKeyTypeEnum.STRING_LIST,
    ContextKeyValues: [value].flat(),
  }));
}

async function isAllowed(
  { root }: TestAws,
  grants: readonly Grant[],
  { action, resource, context }: Call,
): Promise<boolean> {
  const { EvaluationResults } = await root.iam.send(
    new SimulateCustomPolicyCommand({
      PolicyInputList: [JSON.stringify(policyOf(grants))],
      ActionNames: [action],
      ResourceArns: [resource],
      ContextEntries: entriesOf(context),
    }),
  );
  return EvaluationResults?.[0]?.EvalDecision === "allowed";
}

/** What the simulator decides otherwise than the grant says. */
async function contradictions(aws: TestAws, grant: Grant): Promise<string[]> {
  const faults: string[] = [];
  for (const { calls, wanted } of [
    { calls: grant.mustAllow, wanted: true },
    { calls: grant.mustNotAllow, wanted: false },
  ]) {
    for (const call of calls) {
      if ((await isAllowed(aws, [grant], call)) !== wanted) {
        faults.push(`${wanted ? "refused" : "allowed"}: ${JSON.stringify(call)}`);
      }
    }
  }
  return faults;
}

describe("the grants of the lake, tried by the emulator's simulator", function () {
  this.timeout(120_000);

  it("each allow what they must, and nothing that they must not", async () => {
    const aws = await testAws();

    for (const [name, grant] of everyGrant(await wholeLake())) {
      assert.deepEqual(await contradictions(aws, grant), [], name);
    }
  });
});
