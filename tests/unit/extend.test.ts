import assert from "node:assert/strict";
import { deployLake, type DeployOptions } from "../../components/deploy.ts";
import { Role } from "../../components/access/role.ts";
import { ZipFunction } from "../../components/compute/zip-function.ts";
import { Queue } from "../../components/events/queue.ts";
import type { Lake } from "../../components/lake.ts";
import { InvalidNameError } from "../../components/names.ts";
import { compilePolicies, decideWithin } from "../../policy-pack/iam/evaluate.ts";
import { deploy, one, statementsOf, type Declared } from "./deploy.ts";
import { declaredWith } from "./program.ts";

const account = "eu-west-1:123456789012";
const reports = "arn:aws:s3:::sluice-dev-curated-123456789012/reports/today.csv";

/** A function of the program's own, called so, that reads reports and answers into a queue of its own. */
function addFunction({ site, zones, key }: Lake, what: string): void {
  const answers = new Queue("reports-answers", { site, what: `${what}-answers` });
  new ZipFunction("reports", {
    ...{ site, what, keyArn: key.keyArn, zip: Promise.resolve("reports.zip") },
    description: "Reads reports",
    grants: [zones.curated.canRead("reports/"), answers.canSend()],
    ...{ environment: {}, memoryMiB: 128, timeoutSeconds: 10 },
    failed: new Queue("reports-failed", { site, what: `${what}-failed` }),
  });
}

function documentOf(declared: readonly Declared[], type: string, name: string) {
  const { policy } = one(declared, type, name).inputs;
  return compilePolicies([{ Version: "2012-10-17", Statement: statementsOf(policy) }]);
}

describe("what a program adds to the lake", () => {
  let declared: readonly Declared[];

  before(async () => {
    declared = await declaredWith({
      extend: (lake) => {
        addFunction(lake, "reports");
      },
    });
  });

  it("has names of its own beside the lake's", () => {
    assert.equal(
      one(declared, "aws:lambda/function:Function", "reports").inputs["name"],
      "sluice-dev-reports",
    );
    assert.equal(one(declared, "aws:iam/role:Role", "reports-role").inputs["name"], "sluice-dev-reports");
    assert.equal(
      one(declared, "aws:sqs/queue:Queue", "reports-answers").inputs["name"],
      "sluice-dev-reports-answers",
    );
    for (const type of ["aws:lambda/function:Function", "aws:iam/role:Role", "aws:sqs/queue:Queue"]) {
      const names = declared.filter((each) => each.type === type).map(({ inputs }) => inputs["name"]);
      assert.equal(new Set(names).size, names.length, type);
    }
  });

  it("may use the key: its role is named in the key's policy", () => {
    const role = "arn:aws:iam::123456789012:role/sluice-dev-reports";

    const uses = statementsOf(one(declared, "aws:kms/key:Key").inputs["policy"]).filter(({ Condition }) =>
      Condition?.["ArnEquals"]?.["aws:PrincipalArn"]?.includes(role),
    );

    assert.deepEqual(
      uses.map(({ Action, Condition }) => [Action, Condition?.["StringEquals"]?.["kms:ViaService"]]),
      [[["kms:Decrypt"], "s3.eu-west-1.amazonaws.com"]],
    );
  });

  it("has its effect within the boundary, which holds its role too", () => {
    const { inputs } = one(declared, "aws:iam/role:Role", "reports-role");
    const limit = documentOf(declared, "aws:iam/policy:Policy", "boundary");
    const rights = documentOf(declared, "aws:iam/rolePolicy:RolePolicy", "reports-role-grants");

    assert.equal(inputs["permissionsBoundary"], "arn:aws:iam::123456789012:policy/sluice-dev-boundary");
    for (const call of [
      { action: "s3:GetObject", resource: reports, context: { "aws:ResourceAccount": "123456789012" } },
      { action: "sqs:SendMessage", resource: `arn:aws:sqs:${account}:sluice-dev-reports-answers` },
    ]) {
      assert.equal(decideWithin(rights, limit, call), "allowed", call.action);
    }
  });

  it("widens the boundary by a service that the lake does not use itself", async () => {
    const action = "dynamodb:GetItem";
    const resource = `arn:aws:dynamodb:${account}:table/sluice-dev-reports`;
    const grant = {
      ...{ reason: "reads a table", mustAllow: [], mustNotAllow: [] },
      statements: [{ Sid: "ReadTable", Effect: "Allow" as const, Action: [action], Resource: [resource] }],
    };

    const added = await declaredWith({
      extend: ({ site }) => {
        const base = { site, what: "reports", description: "Reports" } as const;
        new Role("reports", { ...base, service: "lambda.amazonaws.com", grants: [grant] });
      },
    });

    const limits = [declared, added].map((each) => documentOf(each, "aws:iam/policy:Policy", "boundary"));
    assert.deepEqual(
      limits.map((limit) => limit.decide({ action, resource })),
      ["implicitly-denied", "allowed"],
    );
  });

  it("is refused by a name that AWS would refuse, and nothing of it comes into AWS", async () => {
    const found: Declared[] = [];
    const options: DeployOptions = {
      extend: (lake) => {
        addFunction(lake, "Reports of today");
      },
    };

    await assert.rejects(
      deploy(() => deployLake(options), { mode: "preview" }, found),
      (error) =>
        error instanceof InvalidNameError &&
        error.message.startsWith(
          '"Reports of today-answers" cannot name a queue: "sluice-dev-Reports of today-answers" would be its name',
        ),
    );
    assert.deepEqual(
      found.filter(({ type, name }) => type.startsWith("aws:") && name.startsWith("reports")),
      [],
    );
  });

  it("is refused once the last role is declared", async () => {
    await assert.rejects(
      deploy(
        () => {
          const { lake } = deployLake();
          lake.site.access.record({ name: "late", arn: "arn:aws:iam::123456789012:role/late", grants: [] });
        },
        { mode: "preview" },
      ),
      /"late" comes too late: .* declare it in the function that deployLake calls with the lake/,
    );
  });
});
