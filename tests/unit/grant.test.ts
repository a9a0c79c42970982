import assert from "node:assert/strict";
import { policyOf, sidPart, type Grant } from "../../components/access/grant.ts";

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
      /Sid Read/,
    );
  });

  it("names statements with letters and digits only", () => {
    assert.equal(sidPart("/aws/lambda/sluice-dev-ingest"), "AwsLambdaSluiceDevIngest");
  });
});
