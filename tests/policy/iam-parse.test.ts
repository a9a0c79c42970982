import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePolicyDocument } from "../../policy-pack/iam/parse.ts";
import type { ParsedDocument, Problem, Statement } from "../../policy-pack/iam/parse.ts";
import { actionMatches, reachOfAction } from "../../policy-pack/iam/patterns.ts";
import { UNKNOWN } from "../../policy-pack/plain.ts";

const ALLOW = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };

describe("parsing a policy document", () => {
  it("reads one statement, and strings for lists", () => {
    const [statement] = statementsOf({ Version: "2012-10-17", Statement: { ...ALLOW, Sid: "Read" } });

    assert.deepEqual(statement, {
      kind: "statement",
      path: "Statement",
      sid: "Read",
      effect: "Allow",
      action: { negated: false, path: "Statement.Action", patterns: ["s3:GetObject"] },
      resource: { negated: false, path: "Statement.Resource", patterns: ["*"] },
      principal: undefined,
      conditions: [],
    });
  });

  it("reads the Not forms", () => {
    const [statement] = statementsOf({
      Statement: [
        {
          Effect: "Deny",
          NotAction: ["a:b", "c:d"],
          NotResource: "r",
          NotPrincipal: { AWS: "111122223333" },
        },
      ],
    });

    assert.deepEqual(statement?.action, {
      negated: true,
      path: "Statement[0].NotAction",
      patterns: ["a:b", "c:d"],
    });
    assert.deepEqual([statement.resource?.negated, statement.principal?.negated], [true, true]);
  });

  for (const [name, principal, entries] of [
    ["the bare star", "*", [{ type: "*", value: "*" }]],
    [
      "one ARN",
      { AWS: "arn:aws:iam::111122223333:root" },
      [{ type: "AWS", value: "arn:aws:iam::111122223333:root" }],
    ],
    [
      "a list",
      { Service: ["a.amazonaws.com", "b.amazonaws.com"] },
      [
        { type: "Service", value: "a.amazonaws.com" },
        { type: "Service", value: "b.amazonaws.com" },
      ],
    ],
    [
      "several types",
      { Federated: "f", CanonicalUser: "c" },
      [
        { type: "Federated", value: "f" },
        { type: "CanonicalUser", value: "c" },
      ],
    ],
    ["an unknown", UNKNOWN, [{ type: UNKNOWN, value: UNKNOWN }]],
  ] as const) {
    it(`reads a principal that is ${name}`, () => {
      const [statement] = statementsOf({
        Statement: [{ Effect: "Allow", Action: "a:b", Principal: principal }],
      });

      assert.deepEqual(statement?.principal?.entries, entries);
    });
  }

  it("reads conditions as comparisons, numbers and booleans as text", () => {
    const Condition = {
      Bool: { "aws:SecureTransport": false },
      NumericLessThan: { "s3:TlsVersion": [1.2, "1.3"] },
    };

    const [statement] = statementsOf({ Statement: [{ ...ALLOW, Condition }] });

    assert.deepEqual(statement?.conditions, [
      { operator: "Bool", key: "aws:SecureTransport", values: ["false"] },
      { operator: "NumericLessThan", key: "s3:TlsVersion", values: ["1.2", "1.3"] },
    ]);
  });

  it("is unknown only when the whole document is", () => {
    assert.deepEqual(parsePolicyDocument(UNKNOWN), { kind: "unknown" });
    assert.equal(parsePolicyDocument({ Statement: UNKNOWN }).kind, "parsed");
  });

  it("keeps unknown statements, effects, leaves and conditions in their place", () => {
    const parsed = parsePolicyDocument({
      Statement: [
        UNKNOWN,
        { ...ALLOW, Effect: UNKNOWN },
        { ...ALLOW, Action: ["a:b", UNKNOWN], Condition: UNKNOWN },
      ],
    });

    assert.ok(parsed.kind === "parsed");
    const [first, second, third] = parsed.statements;
    assert.deepEqual(first, { kind: "unknown", path: "Statement[0]" });
    assert.ok(second?.kind === "statement" && second.effect === UNKNOWN);
    assert.ok(third?.kind === "statement" && third.conditions === UNKNOWN);
    assert.deepEqual(third.action.patterns, ["a:b", UNKNOWN]);
  });

  for (const [name, document, path] of [
    ["text that is not JSON", "Allow", ""],
    ["a document that is a list", [], ""],
    ["a missing Statement", {}, "Statement"],
    ["a statement that is text", { Statement: ["x"] }, "Statement[0]"],
    ["a missing Effect", { Statement: [{ Action: "a:b" }] }, "Statement[0].Effect"],
    ["Action and NotAction at once", { Statement: [{ ...ALLOW, NotAction: "a:b" }] }, "Statement[0]"],
    ["an unknown element of a statement", { Statement: [{ ...ALLOW, action: "*" }] }, "Statement[0]"],
    ["an unknown element of a document", { Statement: [ALLOW], statement: [] }, ""],
    [
      "a number among the actions",
      { Statement: [{ ...ALLOW, Action: ["a:b", 1] }] },
      "Statement[0].Action[1]",
    ],
    [
      "a principal that is an ARN and no object",
      { Statement: [{ ...ALLOW, Principal: "arn:aws:iam::1:root" }] },
      "Statement[0].Principal",
    ],
    [
      "a principal of no type",
      { Statement: [{ ...ALLOW, Principal: { Aws: "*" } }] },
      "Statement[0].Principal",
    ],
    ["a condition that is a list", { Statement: [{ ...ALLOW, Condition: [] }] }, "Statement[0].Condition"],
    [
      "an operator without keys",
      { Statement: [{ ...ALLOW, Condition: { Bool: "x" } }] },
      "Statement[0].Condition",
    ],
  ] as const) {
    it(`reports ${name}, and where`, () => {
      const problems = problemsOf(parsePolicyDocument(document));

      assert.deepEqual(
        problems.map((problem) => problem.path),
        [path],
      );
    });
  }

  it("keeps the sound statements of a document that has others", () => {
    assert.equal(statementsOf({ Statement: ["x", ALLOW] }).length, 1);
  });

  it("never throws, whatever JSON it is given, as a value or as text", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        parsePolicyDocument(value);
        parsePolicyDocument(JSON.stringify(value));
        parsePolicyDocument({
          Statement: [{ Effect: "Allow", Action: value, Principal: value, Condition: value }],
        });
      }),
    );
  });

  it("does not overflow on a document nested a hundred thousand deep", () => {
    let deep: unknown = [];
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];

    assert.equal(parsePolicyDocument({ Statement: deep }).kind, "parsed");
  });

  it("reads an object and its JSON text alike", () => {
    const leaf = fc.oneof(fc.string(), fc.array(fc.string()), fc.jsonValue());
    const statement = fc.record(
      {
        Effect: fc.constantFrom("Allow", "Deny"),
        Action: leaf,
        NotAction: leaf,
        Resource: leaf,
        Principal: fc.oneof(fc.constant("*"), fc.dictionary(fc.constantFrom("AWS", "Service", "x"), leaf)),
        Condition: fc.dictionary(fc.string(), fc.dictionary(fc.string(), leaf)),
      },
      { requiredKeys: ["Effect"] },
    );
    const document = fc.record(
      { Version: fc.string(), Statement: fc.oneof(statement, fc.array(statement), fc.jsonValue()) },
      { requiredKeys: [] },
    );

    fc.assert(
      fc.property(document, (value) => {
        assert.deepEqual(parsePolicyDocument(JSON.stringify(value)), parsePolicyDocument(value));
      }),
    );
  });
});

describe("the reach of an action pattern", () => {
  for (const [pattern, reach] of [
    ["*", "every-action"],
    ["**", "every-action"],
    ["*:*", "every-action"],
    ["s3:*", "every-action-of-service"],
    ["s?:**", "every-action-of-service"],
    ["s3:Put*", "action-pattern"],
    ["s3:?", "action-pattern"],
    ["*:GetObject", "action-pattern"],
    ["s3*", "action-pattern"],
    ["s3:GetObject", "exact"],
  ] as const) {
    it(`of ${pattern} is ${reach}`, () => {
      assert.equal(reachOfAction(pattern), reach);
    });
  }

  it("matches without regard to case, and in linear time", () => {
    assert.ok(actionMatches("S3:get*T", "s3:GetObject"));
    assert.ok(actionMatches("s3:Get?bject", "s3:GetObject"));
    assert.ok(!actionMatches("s3:Get?", "s3:GetObject"));
    assert.ok(!actionMatches(`${"*a".repeat(5_000)}b`, "a".repeat(10_000)));
  });
});

function problemsOf(parsed: ParsedDocument): readonly Problem[] {
  return parsed.kind === "parsed" ? parsed.problems : [];
}

function statementsOf(document: unknown): Statement[] {
  const parsed = parsePolicyDocument(document);
  return parsed.kind === "parsed"
    ? parsed.statements.filter((statement) => statement.kind === "statement")
    : [];
}
