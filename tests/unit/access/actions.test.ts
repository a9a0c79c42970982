import assert from "node:assert/strict";
import { POLICY_DOCUMENTS } from "../../../policy-pack/stack/policy-documents.ts";
import { statementsOf, type Declared } from "../deploy.ts";
import { unknownToAws, type CheckedStatement, type Speaker } from "./aws-actions.ts";
import { everyGrant, fullConfig, wholeLake, type WholeLake } from "./whole.ts";

const right: CheckedStatement = {
  Effect: "Allow",
  Action: ["s3:GetObject"],
  Resource: ["arn:aws:s3:::lake/weather/*"],
};

describe("a statement that AWS knows", () => {
  for (const { name, statement, speaker = "holder" } of [
    { name: "an action on what it is for", statement: right },
    {
      name: "a global condition key",
      statement: { ...right, Condition: { Bool: { "aws:SecureTransport": "true" } } },
    },
    {
      name: "a condition key of the action",
      statement: {
        ...{ Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::lake" },
        Condition: { StringLike: { "s3:prefix": "a/*" } },
      },
    },
    {
      name: "a condition key with a name in it",
      statement: {
        ...{ Effect: "Allow", Action: "kms:Decrypt", Resource: "arn:aws:kms:eu-west-1:123456789012:key/*" },
        Condition: { StringLike: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::lake" } },
      },
    },
    {
      name: "everything, for an action that AWS does not let narrow",
      statement: { Effect: "Allow", Action: "lakeformation:GetDataAccess", Resource: "*" },
    },
    {
      name: "everything, in a key's own policy",
      speaker: "resource",
      statement: { Effect: "Allow", Action: "kms:Decrypt", Resource: "*" },
    },
    { name: "every action, where it is refused", statement: { ...right, Effect: "Deny", Action: "s3:*" } },
    {
      name: "the streams of a log group",
      statement: {
        ...{ Effect: "Allow", Action: ["logs:PutLogEvents", "logs:CreateLogStream"] },
        Resource: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/ingest:*",
      },
    },
  ] satisfies { name: string; statement: CheckedStatement; speaker?: Speaker }[]) {
    it(`has no fault: ${name}`, async () => {
      assert.deepEqual(await unknownToAws(statement, speaker), []);
    });
  }
});

describe("a statement that AWS does not know", () => {
  for (const { name, statement, fault } of [
    {
      name: "an action that does not exist",
      statement: { ...right, Action: ["s3:GetObjects"] },
      fault: "s3:GetObjects: there is no such action",
    },
    {
      name: "an action in other capitals",
      statement: { ...right, Action: ["s3:getObject"] },
      fault: "s3:getObject: AWS spells it s3:GetObject",
    },
    {
      name: "a wildcard that allows",
      statement: { ...right, Action: ["s3:Get*"] },
      fault: "s3:Get*: an Allow names each action",
    },
    {
      name: "a service that there is not",
      statement: { ...right, Effect: "Deny", Action: ["s4:*"] },
      fault: "s4:*: AWS has no service of this name",
    },
    {
      name: "objects, where the bucket is named",
      statement: { ...right, Resource: ["arn:aws:s3:::lake"] },
      fault: "s3:GetObject: no resource of the statement is a accesspointobject or object, which it takes",
    },
    {
      name: "the bucket, where its objects are named",
      statement: { ...right, Action: ["s3:ListBucket"] },
      fault: "s3:ListBucket: no resource of the statement is a accesspoint or bucket, which it takes",
    },
    {
      name: "a resource that no action is for",
      statement: { ...right, Resource: ["arn:aws:s3:::lake/*", "arn:aws:sqs:eu-west-1:123456789012:lake"] },
      fault: "arn:aws:sqs:eu-west-1:123456789012:lake: no action of the statement takes such a resource",
    },
    {
      name: "everything, for an action that AWS lets narrow",
      statement: { ...right, Resource: ["*"] },
      fault: 's3:GetObject: Resource "*", though AWS lets it be narrowed to accesspointobject or object',
    },
    {
      name: "a condition key of nobody's",
      statement: { ...right, Condition: { StringEquals: { "s3:color": "blue" } } },
      fault: "s3:color: a request for s3:GetObject has no such condition key",
    },
    {
      name: "a condition key that begins as a global one",
      statement: { ...right, Condition: { StringEquals: { "aws:SourceAcount": "1" } } },
      fault: "aws:SourceAcount: a request for s3:GetObject has no such condition key",
    },
    {
      name: "a condition key of another action",
      statement: { ...right, Condition: { StringLike: { "s3:prefix": "a/*" } } },
      fault: "s3:prefix: a request for s3:GetObject has no such condition key",
    },
  ] satisfies { name: string; statement: CheckedStatement; fault: string }[]) {
    it(`has a fault with words: ${name}`, async () => {
      const found = await unknownToAws(statement, "holder");

      assert(found.includes(fault), found.join("\n"));
    });
  }
});

interface Checked {
  readonly from: string;
  readonly statement: CheckedStatement;
  readonly speaker: Speaker;
}

function ofGrants(whole: WholeLake): Checked[] {
  return [...everyGrant(whole)].flatMap(([from, { statements }]) =>
    statements.map((statement) => ({ from, statement, speaker: "holder" as const })),
  );
}

/** Every document that the program declares, by the pack's own table of where one may stand. */
function ofDocuments(declared: readonly Declared[]): Checked[] {
  return declared.flatMap(({ type, name, inputs }) =>
    (POLICY_DOCUMENTS[type] ?? [])
      .filter(({ path }) => inputs[path] !== undefined)
      .flatMap(({ path, kind }) =>
        statementsOf(inputs[path]).map((statement) => ({
          from: `${type} ${name}`,
          statement,
          speaker: kind === "identity" ? ("holder" as const) : ("resource" as const),
        })),
      ),
  );
}

async function faultsOf(checked: readonly Checked[]): Promise<string[]> {
  const faults = await Promise.all(
    checked.map(async ({ from, statement, speaker }) =>
      (await unknownToAws(statement, speaker)).map((fault) => `${from}: ${fault}`),
    ),
  );
  return faults.flat();
}

describe("the rights of the whole lake", () => {
  let whole: WholeLake;

  before(async () => {
    whole = await wholeLake(fullConfig);
  });

  it("are ones that AWS knows, on things and under conditions that they have, and no wider than AWS makes it", async () => {
    const checked = ofGrants(whole);

    assert.deepEqual(await faultsOf(checked), []);
    assert(checked.length > 40, `only ${checked.length} statements were looked at`);
  });

  it("are known to AWS in every policy that is declared", async () => {
    const checked = ofDocuments(whole.declared);

    assert.deepEqual(await faultsOf(checked), []);
    const types = new Set(checked.map(({ from }) => from.split(" ")[0]));
    assert.deepEqual([...types].toSorted(), [
      "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:ecr/repositoryPolicy:RepositoryPolicy",
      "aws:iam/groupPolicy:GroupPolicy",
      "aws:iam/policy:Policy",
      "aws:iam/role:Role",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:kms/key:Key",
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:sns/topicPolicy:TopicPolicy",
      "aws:sqs/queuePolicy:QueuePolicy",
    ]);
  });
});
