/** What identity policies decide of a request: AWS's rules as a table. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  compilePolicies,
  decideWithin,
  type Decision,
  type Request,
} from "../../policy-pack/iam/evaluate.ts";
import { UNKNOWN_SENTINELS } from "../../policy-pack/plain.ts";

const [UNKNOWN = ""] = UNKNOWN_SENTINELS;

const request: Request = { action: "s3:GetObject", resource: "arn:aws:s3:::lake/raw/file.csv" };

interface Case {
  readonly name: string;
  readonly statement: object;
  readonly context?: Request["context"];
  readonly decision: Decision;
}

const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::lake/*" };
const deny = { ...allow, Effect: "Deny" };

const when = (operator: string, key: string, value: string | readonly string[]): object => ({
  ...allow,
  Condition: { [operator]: { [key]: value } },
});

/** Names an operator by what it compares, what the request has, and whether it holds. */
function condition(
  operator: string,
  expected: string | readonly string[],
  actual: string | readonly string[] | undefined,
  decision: Decision,
): Case {
  const key = "aws:PrincipalTag/team";
  return {
    name: `${operator} ${JSON.stringify(expected)} of ${JSON.stringify(actual)}`,
    statement: when(operator, key, expected),
    ...(actual !== undefined && { context: { [key]: actual } }),
    decision,
  };
}

const [YES, NO] = ["allowed", "implicitly-denied"] as const;

const CASES: readonly Case[] = [
  { name: "an Allow that matches", statement: allow, decision: YES },
  { name: "another action", statement: { ...allow, Action: "s3:PutObject" }, decision: NO },
  { name: "an action in another case", statement: { ...allow, Action: "S3:getobject" }, decision: YES },
  { name: "an action by pattern", statement: { ...allow, Action: ["s3:Get?bject"] }, decision: YES },
  {
    name: "a resource in another case",
    statement: { ...allow, Resource: "arn:aws:s3:::Lake/*" },
    decision: NO,
  },
  { name: "another resource", statement: { ...allow, Resource: "arn:aws:s3:::other/*" }, decision: NO },
  {
    name: "NotAction of another",
    statement: { Effect: "Allow", NotAction: "s3:PutObject", Resource: "*" },
    decision: YES,
  },
  {
    name: "NotAction of the same",
    statement: { Effect: "Allow", NotAction: "s3:Get*", Resource: "*" },
    decision: NO,
  },
  {
    name: "NotResource of another",
    statement: { Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::other/*" },
    decision: YES,
  },
  {
    name: "NotResource of the same",
    statement: { Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::lake/*" },
    decision: NO,
  },
  { name: "a Deny that matches", statement: deny, decision: "explicitly-denied" },
  condition("StringEquals", "data", "data", YES),
  condition("StringEquals", "data", "Data", NO),
  condition("StringEquals", ["ops", "data"], "data", YES),
  condition("StringEquals", "data", undefined, NO),
  condition("StringEquals", "d*", "data", NO),
  condition("StringNotEquals", "data", "ops", YES),
  condition("StringNotEquals", ["ops", "data"], "ops", NO),
  condition("StringNotEquals", "data", undefined, YES),
  condition("StringEqualsIgnoreCase", "data", "DATA", YES),
  condition("StringLike", "d?t*", "data", YES),
  condition("StringNotLike", "d*", "data", NO),
  condition("StringEqualsIfExists", "data", undefined, YES),
  condition("StringEqualsIfExists", "data", "ops", NO),
  condition("NumericLessThan", "3600", "3599", YES),
  condition("NumericLessThan", "3600", "3600", NO),
  condition("NumericGreaterThanEquals", "10", "10", YES),
  condition("DateLessThan", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", YES),
  condition("DateGreaterThan", "2026-01-02T00:00:00Z", "1767225600", NO),
  condition("Bool", "true", "true", YES),
  condition("Bool", "true", undefined, NO),
  condition("Null", "true", undefined, YES),
  condition("Null", "true", "data", NO),
  condition("Null", "false", "data", YES),
  condition("ArnLike", "arn:aws:s3:::la*", "arn:aws:s3:::lake", YES),
  condition("ArnLike", "arn:aws:*", "arn:aws:s3:::lake", NO),
  condition("ArnEquals", "arn:aws:iam::*:role/ingest", "arn:aws:iam::123456789012:role/ingest", YES),
  condition("ArnNotEquals", "arn:aws:iam::*:role/x", "arn:aws:iam::123456789012:role/ingest", YES),
  condition("ForAnyValue:StringEquals", "data", ["ops", "data"], YES),
  condition("ForAnyValue:StringEquals", "data", ["ops"], NO),
  condition("ForAnyValue:StringEquals", "data", undefined, NO),
  condition("ForAllValues:StringEquals", ["ops", "data"], ["ops", "data"], YES),
  condition("ForAllValues:StringEquals", "data", ["ops", "data"], NO),
  condition("ForAllValues:StringEquals", "data", undefined, YES),
  {
    name: "two keys, of which one does not hold",
    statement: { ...allow, Condition: { StringEquals: { "aws:a": "1", "aws:b": "2" } } },
    context: { "aws:a": "1", "aws:b": "3" },
    decision: NO,
  },
  {
    name: "a key in another case",
    statement: when("StringEquals", "AWS:principaltag/TEAM", "data"),
    context: { "aws:PrincipalTag/team": "data" },
    decision: YES,
  },
  {
    name: "a variable that the request has a value for",
    statement: { ...allow, Resource: "arn:aws:s3:::lake/${aws:PrincipalTag/team}/*" },
    context: { "aws:PrincipalTag/team": "raw" },
    decision: YES,
  },
  {
    name: "a variable that the request has no value for",
    statement: { ...allow, Resource: "arn:aws:s3:::lake/${aws:PrincipalTag/team}*" },
    decision: NO,
  },
  {
    name: "a star that is no wildcard",
    statement: { ...allow, Resource: "arn:aws:s3:::lake/${*}" },
    decision: NO,
  },
  {
    name: "a star in the request's own value",
    statement: { ...allow, Resource: "arn:aws:s3:::lake/${aws:PrincipalTag/team}" },
    context: { "aws:PrincipalTag/team": "*" },
    decision: NO,
  },
  condition("StringEquals", "${*}", "*", YES),
  condition("StringLike", "d${?}*", "d?ta", YES),
  condition("StringLike", "d${?}*", "data", NO),
  {
    name: "a variable with a default",
    statement: { ...allow, Resource: "arn:aws:s3:::lake/${aws:PrincipalTag/team, 'raw'}/*" },
    decision: YES,
  },
  {
    name: "an operator that is not compared",
    statement: when("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
    context: { "aws:SourceIp": "10.0.0.1" },
    decision: "unknown",
  },
  { name: "an unknown resource", statement: { ...allow, Resource: UNKNOWN }, decision: "unknown" },
  {
    name: "an unknown resource of another action",
    statement: { ...allow, Action: "s3:PutObject", Resource: UNKNOWN },
    decision: NO,
  },
  {
    name: "an unknown resource beside one that matches",
    statement: { ...allow, Resource: [UNKNOWN, "*"] },
    decision: YES,
  },
  {
    name: "an unknown value of a condition",
    statement: when("StringEquals", "aws:a", UNKNOWN),
    context: { "aws:a": "1" },
    decision: "unknown",
  },
  { name: "a document that AWS would refuse", statement: { ...allow, Efect: "Allow" }, decision: "unknown" },
];

function decide(statements: readonly object[], context: Request["context"]): Decision {
  const policies = compilePolicies([{ Version: "2012-10-17", Statement: statements }]);
  return policies.decide({ ...request, ...(context && { context }) });
}

describe("the evaluator of identity policies", () => {
  for (const { name, statement, context, decision } of CASES) {
    it(`decides ${decision} for ${name}`, () => {
      assert.equal(decide([statement], context), decision);
    });
  }

  it("lets a Deny win, wherever it stands and whatever else is unknown", () => {
    for (const other of [allow, { ...allow, Resource: UNKNOWN }]) {
      assert.equal(decide([other, deny], {}), "explicitly-denied");
      assert.equal(decide([deny, other], {}), "explicitly-denied");
    }
    assert.equal(decide([allow, { ...deny, Resource: UNKNOWN }], {}), "unknown");
  });

  it("never takes access away by one more Allow, and never gives any by one more Deny", () => {
    const order: readonly Decision[] = ["explicitly-denied", "implicitly-denied", "unknown", "allowed"];
    const statements = CASES.filter(({ name }) => !name.includes("refuse")).map(({ statement }) => statement);
    const some = fc.array(fc.constantFrom(...statements), { maxLength: 4 });
    const context = fc.dictionary(
      fc.constantFrom("aws:PrincipalTag/team", "aws:a", "aws:b"),
      fc.constantFrom("data", "1", "2"),
    );
    fc.assert(
      fc.property(some, context, (before, values) => {
        const decision = decide(before, values);
        const withAllow = decide([...before, allow], values);
        const withDeny = decide([...before, deny], values);

        assert(order.indexOf(withAllow) >= order.indexOf(decision), `${decision} became ${withAllow}`);
        assert.equal(withDeny, "explicitly-denied");
      }),
    );
  });

  it("allows within a boundary what both allow", () => {
    const identity = compilePolicies([{ Version: "2012-10-17", Statement: [allow] }]);
    for (const { statement, decision } of [
      { statement: { ...allow, Action: "s3:*" }, decision: "allowed" },
      { statement: { ...allow, Action: "s3:Put*" }, decision: "implicitly-denied" },
      { statement: deny, decision: "explicitly-denied" },
      { statement: { ...allow, Resource: UNKNOWN }, decision: "unknown" },
    ] as const) {
      const boundary = compilePolicies([{ Version: "2012-10-17", Statement: [statement] }]);
      assert.equal(decideWithin(identity, boundary, request), decision);
    }
  });
});
