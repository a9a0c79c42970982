/** Every grant of every role, decided by the policy pack's evaluator: what it must allow, and what it must not. */
import assert from "node:assert/strict";
import { policyOf, type Call, type Grant, type Statement } from "../../../components/access/grant.ts";
import { boundaryOf } from "../../../components/access/boundary.ts";
import { compilePolicies, decideWithin, type CompiledPolicies } from "../../../policy-pack/iam/evaluate.ts";
import { mutantsOf } from "./mutations.ts";
import { everyGrant, fullConfig, wholeLake, type WholeLake } from "./whole.ts";

function compiled(statements: readonly Statement[]): CompiledPolicies {
  return compilePolicies([{ Version: "2012-10-17", Statement: statements }]);
}

function describeCall({ action, resource, context = {} }: Call): string {
  return `${action} on ${resource} with ${JSON.stringify(context)}`;
}

/** Calls as AWS sees them: S3 tells whose bucket it is. */
function inAccount(accountId: string): (call: Call) => Call {
  return (call) =>
    call.action.startsWith("s3:")
      ? { ...call, context: { ...call.context, "aws:ResourceAccount": accountId } }
      : call;
}

/** Where the policies decide otherwise than the grant says. */
function contradictions(policies: CompiledPolicies, { mustAllow, mustNotAllow }: Grant): string[] {
  return [
    ...mustAllow
      .filter((call) => policies.decide(call) !== "allowed")
      .map((call) => `refused: ${describeCall(call)}`),
    ...mustNotAllow
      .filter((call) => policies.decide(call) !== "implicitly-denied")
      .map((call) => `allowed: ${describeCall(call)}`),
  ];
}

for (const { place, config } of [
  { place: "the default region", config: fullConfig },
  { place: "China", config: { ...fullConfig, "aws:region": "cn-north-1" } },
  { place: "GovCloud", config: { ...fullConfig, "aws:region": "us-gov-west-1" } },
]) {
  describe(`the grants of a lake in ${place}`, () => {
    let whole: WholeLake;

    before(async () => {
      whole = await wholeLake(config);
    });

    it("each say what must be allowed and what must not, and mean it", () => {
      for (const [name, grant] of everyGrant(whole)) {
        assert(grant.mustAllow.length > 0 && grant.mustNotAllow.length > 0, `"${name}" proves nothing`);
        assert.deepEqual(contradictions(compiled(grant.statements), grant), [], name);
      }
    });

    it("allow nothing more together than each by itself", () => {
      for (const { name, grants } of whole.holders) {
        const policies = compilePolicies([policyOf(grants)]);
        const wanted = new Set(grants.flatMap(({ mustAllow }) => mustAllow.map(describeCall)));
        for (const grant of grants) {
          // What one grant must not allow another of the same role may give.
          const mustNotAllow = grant.mustNotAllow.filter((call) => !wanted.has(describeCall(call)));
          assert.deepEqual(
            contradictions(policies, { ...grant, mustNotAllow }),
            [],
            `${name}: ${grant.reason}`,
          );
        }
      }
    });

    it("have their effect within the permissions boundary, which ends where the lake ends", () => {
      const { arns, names } = whole.lake.site;
      const { prefix } = names;
      const boundary = compilePolicies([boundaryOf(whole.holders, { prefix, accountId: arns.accountId })]);
      for (const { name, grants } of whole.holders) {
        const identity = compilePolicies([policyOf(grants)]);
        for (const call of grants.flatMap(({ mustAllow }) => mustAllow).map(inAccount(arns.accountId))) {
          assert.equal(decideWithin(identity, boundary, call), "allowed", `${name}: ${describeCall(call)}`);
        }
      }
      const everything = compilePolicies([
        { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
      ]);
      const inOwn = inAccount(arns.accountId);
      const alike = { action: "s3:GetObject", resource: `${arns.bucket(`${prefix}-raw-of-another`)}/file` };
      assert.equal(decideWithin(everything, boundary, inOwn(alike)), "allowed");
      for (const call of [
        // Whose account a bucket is in its ARN does not say.
        inAccount("000000000001")(alike),
        alike,
        inOwn({ action: "s3:GetObject", resource: `${arns.bucket("payroll")}/salaries.csv` }),
        inOwn({
          action: "s3:DeleteObject",
          resource: `${arns.bucket(whole.lake.zones.raw.bucketName)}/file`,
        }),
        { action: "sqs:SendMessage", resource: arns.queue("orders") },
        { action: "glue:GetTable", resource: arns.table("payroll", "salaries") },
        { action: "kms:Decrypt", resource: arns.everyKey.replace("*", "1234") },
        { action: "iam:CreateUser", resource: arns.user("eve") },
        { action: "sts:AssumeRole", resource: arns.role("admin") },
        { action: "iam:PassRole", resource: arns.role("sluice-dev-ingest") },
      ]) {
        assert.equal(decideWithin(everything, boundary, call), "implicitly-denied", describeCall(call));
      }
    });

    it("name the partition, region and account in every ARN", () => {
      const { partition, region, accountId } = whole.lake.site.arns;
      const resources = [...everyGrant(whole).values()].flatMap(({ statements }) =>
        statements.flatMap(({ Resource }) => Resource),
      );
      for (const arn of resources.filter((resource) => resource !== "*")) {
        const [, foundPartition, service, foundRegion, foundAccount] = arn.split(":");
        assert.equal(foundPartition, partition, arn);
        const isGlobal = service === "s3" || service === "iam";
        assert.equal(foundRegion, isGlobal ? "" : region, arn);
        assert.equal(foundAccount, service === "s3" ? "" : accountId, arn);
      }
    });
  });
}

describe("a grant", () => {
  it("cannot lose or gain anything without its own calls saying so", async () => {
    const survivors: string[] = [];
    let mutants = 0;
    for (const [name, grant] of everyGrant(await wholeLake())) {
      for (const { change, statements } of await mutantsOf(grant.statements)) {
        mutants++;
        if (contradictions(compiled(statements), grant).length === 0) survivors.push(`${name}: ${change}`);
      }
    }

    assert.deepEqual(survivors, []);
    assert(mutants > 500, `only ${mutants} mutants were tried`);
  });
});
