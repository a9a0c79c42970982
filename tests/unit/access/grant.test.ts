import assert from "node:assert/strict";
import { combine, policyOf, sidPart, type Grant } from "../../../components/access/grant.ts";

function grant(sid: string, actions: string[]): Grant {
  const statements = [
    { Sid: sid, Effect: "Allow" as const, Action: actions, Resource: ["arn:aws:s3:::b/*"] },
  ];
  return { reason: "to be tested", statements, mustAllow: [], mustNotAllow: [] };
}

describe("a policy made of grants", () => {
  it("holds each statement once", () => {
    const policy = policyOf([
      grant("Read", ["s3:GetObject"]),
      grant("Read", ["s3:GetObject"]),
      grant("Write", ["s3:PutObject"]),
    ]);

    assert.deepEqual(
      policy.Statement.map(({ Sid }) => Sid),
      ["Read", "Write"],
    );
  });

  it("refuses two different statements with one Sid", () => {
    assert.throws(
      () => policyOf([grant("Read", ["s3:GetObject"]), grant("Read", ["s3:PutObject"])]),
      /two grants have different statements with the Sid Read; give one of them another/,
    );
  });

  it("refuses two statements with one Sid that differ in a condition alone", () => {
    const [statement] = grant("Read", ["s3:GetObject"]).statements;
    assert(statement !== undefined);
    const narrow = { ...statement, Condition: { Bool: { "aws:SecureTransport": "true" } } };

    assert.throws(
      () => policyOf([grant("Read", ["s3:GetObject"]), { ...grant("Read", []), statements: [narrow] }]),
      /Sid Read/,
    );
  });

  it("names statements with letters and digits only", () => {
    assert.equal(sidPart("/aws/lambda/sluice-dev-ingest"), "AwsLambdaSluiceDevIngest");
  });
});

describe("grants that are combined", () => {
  const read = { action: "s3:GetObject", resource: "arn:aws:s3:::b/a" };
  const write = { action: "s3:PutObject", resource: "arn:aws:s3:::b/a" };
  const reader: Grant = { ...grant("Read", ["s3:GetObject"]), mustAllow: [read], mustNotAllow: [write] };
  const writer: Grant = { ...grant("Write", ["s3:PutObject"]), mustAllow: [write], mustNotAllow: [read] };

  it("give what each gives, and must not allow what none does", () => {
    const other = { ...read, context: { "aws:username": "ada" } };

    const both = combine("reads and writes", [reader, { ...writer, mustNotAllow: [read, other] }]);

    assert.equal(both.reason, "reads and writes");
    assert.deepEqual(both.statements, [...reader.statements, ...writer.statements]);
    assert.deepEqual(both.mustAllow, [read, write]);
    assert.deepEqual(both.mustNotAllow, [other]);
    assert.equal("lakeFormation" in both, false);
  });

  it("keep what each asks of Lake Formation", () => {
    const right = {
      resource: { kind: "database", databaseName: "d" },
      permissions: ["DESCRIBE"],
    } as const;

    assert.deepEqual(combine("", [{ ...reader, lakeFormation: [right] }, writer]).lakeFormation, [right]);
  });
});
