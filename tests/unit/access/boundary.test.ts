import assert from "node:assert/strict";
import { Boundary, boundaryOf } from "../../../components/access/boundary.ts";
import { PolicyTooLargeError } from "../../../components/access/documents.ts";
import type { Statement } from "../../../components/access/grant.ts";
import { AccessLedger, type Holder } from "../../../components/access/ledger.ts";
import { compilePolicies, decideWithin } from "../../../policy-pack/iam/evaluate.ts";
import { deployPart, one, statementsOf } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const prefix = "sluice-dev";
const accountId = "123456789012";

function holderOf(...statements: Omit<Statement, "Effect">[]): Holder {
  const grant = {
    ...{ reason: "", mustAllow: [], mustNotAllow: [] },
    statements: statements.map((statement) => ({ ...statement, Effect: "Allow" as const })),
  };
  return { name: "role", arn: "arn:aws:iam::123456789012:role/role", grants: [grant] };
}

function boundary(...holders: Holder[]): readonly Statement[] {
  return boundaryOf(holders, { prefix, accountId }).Statement;
}

describe("the permissions boundary", () => {
  it("allows each action on whatever of the stack it could be meant for", () => {
    assert.deepEqual(
      boundary(
        holderOf({ Sid: "A", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::sluice-dev-raw-1/in/*"] }),
        holderOf({ Sid: "B", Action: ["s3:PutObject"], Resource: ["arn:aws:s3:::sluice-dev-curated-1/*"] }),
        holderOf({
          Sid: "C",
          Action: ["sqs:SendMessage"],
          Resource: ["arn:aws:sqs:eu-west-1:1:sluice-dev-dead"],
        }),
      ),
      [
        {
          Sid: "Boundary1",
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:PutObject"],
          Resource: ["arn:aws:s3:::sluice-dev-*"],
          // Somebody else's bucket may begin as the stack's do.
          Condition: { StringEquals: { "aws:ResourceAccount": accountId } },
        },
        {
          Sid: "Boundary2",
          Effect: "Allow",
          Action: ["sqs:SendMessage"],
          Resource: ["arn:aws:sqs:eu-west-1:1:sluice-dev-*"],
        },
      ],
    );
  });

  it("knows the stack's databases, whose names have underscores, and its repositories and secrets", () => {
    const arns = [
      "arn:aws:glue:eu-west-1:1:table/sluice_dev_curated/weather",
      "arn:aws:secretsmanager:eu-west-1:1:secret:sluice-dev/source-??????",
    ];

    assert.deepEqual(
      arns.map((arn) => boundary(holderOf({ Sid: "A", Action: ["x:Get"], Resource: [arn] }))[0]?.Resource),
      [
        ["arn:aws:glue:eu-west-1:1:table/sluice_dev_*"],
        ["arn:aws:secretsmanager:eu-west-1:1:secret:sluice-dev/*"],
      ],
    );
  });

  it("adds the account to the conditions of a bucket that does not name the stack, and takes none away", () => {
    const [statement] = boundary(
      holderOf({
        Sid: "A",
        Action: ["s3:GetObject"],
        Resource: ["arn:aws:s3:::shared/*"],
        Condition: { StringEquals: { "s3:ExistingObjectTag/for": "sluice" } },
      }),
    );

    assert.deepEqual(Object.keys(statement?.Condition?.["StringEquals"] ?? {}), [
      "s3:ExistingObjectTag/for",
      "aws:ResourceAccount",
    ]);
  });

  it("leaves what does not name the stack as narrow as its conditions make it", () => {
    const Condition = { StringEquals: { "aws:ResourceTag/project": "sluice" } };

    const [statement] = boundary(
      holderOf({
        Sid: "A",
        Action: ["ec2:CreateNetworkInterface"],
        Resource: ["arn:aws:ec2:e:1:subnet/*"],
        Condition,
      }),
    );

    assert.deepEqual(statement?.Resource, ["arn:aws:ec2:e:1:subnet/*"]);
    assert.deepEqual(statement.Condition, Condition);
  });

  it("never lets an action on everything widen one on the stack's things", () => {
    const statements = boundary(
      holderOf({ Sid: "A", Action: ["ec2:DescribeSubnets"], Resource: ["*"] }),
      holderOf({ Sid: "B", Action: ["ec2:DeleteSubnet"], Resource: ["arn:aws:ec2:e:1:subnet/sluice-dev-a"] }),
    );

    const onEverything = statements.filter(({ Resource }) => Resource.includes("*"));
    assert.deepEqual(
      onEverything.map(({ Action }) => Action),
      [["ec2:DescribeSubnets"]],
    );
  });

  it("widens no condition that has no wildcards", () => {
    const arn = "arn:aws:s3:::sluice-dev-raw-1/in/";
    const Condition = { StringEquals: { "x:exact": arn }, StringLike: { "x:like": [arn, `${arn}other`] } };

    const [statement] = boundary(
      holderOf({ Sid: "A", Action: ["kms:Decrypt"], Resource: ["arn:aws:kms:e:1:key/*"], Condition }),
    );

    assert.deepEqual(statement?.Condition, {
      StringEquals: { "x:exact": arn },
      StringLike: { "x:like": ["arn:aws:s3:::sluice-dev-*"] },
    });
  });

  it("is declared with the grants of every role, also those that come after it", async () => {
    const declared = await deployPart((site) => {
      new Boundary("boundary", { site });
      const late = holderOf({
        Sid: "A",
        Action: ["sqs:SendMessage"],
        Resource: ["arn:aws:sqs:e:1:sluice-dev-q"],
      });
      site.access.record(late);
    });

    const { inputs } = one(declared, "aws:iam/policy:Policy");
    assert.equal(inputs["name"], "sluice-dev-boundary");
    assert.deepEqual(
      statementsOf(inputs["policy"]).map(({ Action }) => Action),
      [["sqs:SendMessage"]],
    );
  });

  it("that IAM would not take is refused, with the words for it", async () => {
    const statement = (index: number) => ({
      Sid: `A${index}`,
      Action: [`service${index}:SomeAction`],
      Resource: [`arn:aws:service${index}:eu-west-1:123456789012:sluice-dev-thing`],
    });

    await assert.rejects(
      deployPart((site) => {
        new Boundary("boundary", { site });
        site.access.record(holderOf(...Array.from({ length: 80 }, (_, index) => statement(index))));
      }),
      (error) =>
        error instanceof PolicyTooLargeError &&
        /policy "sluice-dev-boundary": its managed policy would have \d+ characters, and IAM takes 6144/.test(
          error.message,
        ),
    );
  });

  it("ends, for whoever may do anything, where the lake's own policies end", async () => {
    const { inputs } = one(await declaredBy("preview"), "aws:iam/policy:Policy");
    const limit = compilePolicies([{ Version: "2012-10-17", Statement: statementsOf(inputs["policy"]) }]);
    const everything = compilePolicies([
      { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
    ]);

    const raw = "arn:aws:s3:::sluice-dev-raw-123456789012/file";
    for (const [action, resource, decision, account] of [
      ["s3:GetObject", raw, "allowed", accountId],
      ["s3:GetObject", raw, "implicitly-denied", undefined],
      ["s3:GetObject", "arn:aws:s3:::sluice-dev-raw-of-another/file", "implicitly-denied", "210987654321"],
      ["s3:GetObject", "arn:aws:s3:::payroll/file", "implicitly-denied", accountId],
      ["s3:DeleteObject", raw, "implicitly-denied", accountId],
      ["iam:PassRole", "arn:aws:iam::123456789012:role/sluice-dev-ingest", "implicitly-denied"],
      [
        "iam:PutRolePermissionsBoundary",
        "arn:aws:iam::123456789012:role/sluice-dev-ingest",
        "implicitly-denied",
      ],
    ] as const) {
      const context = account === undefined ? {} : { "aws:ResourceAccount": account };
      assert.equal(
        decideWithin(everything, limit, { action, resource, context }),
        decision,
        `${action} ${resource} of ${account}`,
      );
    }
  });
});

describe("the ledger of roles", () => {
  const someone = holderOf({ Sid: "A", Action: ["sqs:SendMessage"], Resource: ["*"] });

  it("tells every role once it is closed, and not before", async () => {
    const ledger = new AccessLedger();
    let told: readonly Holder[] | undefined;
    const settled = ledger.settled.then((holders) => (told = holders));
    ledger.record(someone);
    await Promise.resolve();
    assert.equal(told, undefined);

    ledger.close();

    assert.deepEqual(await settled, [someone]);
  });

  it("refuses a role that comes after, with where to declare it", () => {
    const ledger = new AccessLedger();
    ledger.close();

    assert.throws(() => {
      ledger.record(someone);
    }, /^Error: "role" comes too late: the lake's key and permissions boundary are made already; declare it in the function that deployLake calls with the lake$/);
    assert.deepEqual(ledger.holders, []);
  });
});
