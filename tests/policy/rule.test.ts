import assert from "node:assert/strict";
import type { PolicyResource, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import type { ResourceRule, StackRule } from "../../policy-pack/rules/rule.ts";
import { finding, toPolicy } from "../../policy-pack/rules/rule.ts";
import { stackPolicy } from "../../policy-pack/stack/dispatcher.ts";

const BASE = {
  description: "Nothing fails.",
  enforcementLevel: "mandatory",
  severity: "high",
  url: "https://docs.aws.amazon.com/",
  codes: { found: "Something was found." },
  types: ["test:index:Thing"],
} as const;

const SECRET = "hunter2";
const throwing: ResourceRule = {
  ...BASE,
  id: "throws",
  check: () => {
    throw new TypeError(`cannot read\n    at ${SECRET}`);
  },
};
const throwingStack: StackRule = {
  ...BASE,
  id: "throws-too",
  checkStack: () => {
    throw new RangeError(SECRET);
  },
};
const finding1: StackRule = {
  ...BASE,
  id: "finds",
  checkStack: () => [
    finding(
      "finds",
      { type: "t", name: "n", urn: "urn:n" },
      { code: "found", path: "p", fault: "is found", remedy: "mend it" },
    ),
  ],
};

describe("a rule as a policy", () => {
  it("is a violation when its check throws, and quotes nothing of the error's message", () => {
    const reported = validate(throwing, "test:index:Thing");

    assert.equal(reported.length, 1);
    assert.match(
      reported[0] ?? "",
      /test:index:Thing "it": rule failed \(TypeError at .*\) *, so nothing.*\[rule-failed\]/,
    );
    assert.ok(!reported.join().includes(SECRET));
  });

  it("is a violation when what it throws is not an Error", () => {
    const rule: ResourceRule = {
      ...throwing,
      check: () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- a dependency may do so
        throw SECRET;
      },
    };

    const reported = validate(rule, "test:index:Thing");

    assert.match(reported[0] ?? "", /rule failed/);
    assert.ok(!reported.join().includes(SECRET));
  });

  it("does not apply to other types of resource", () => {
    assert.throws(() => validate(throwing, "test:index:Other"), /^Error: not applicable$/);
  });

  it("says itself that it does not apply, when it judges the stack", () => {
    assert.throws(() => validate(throwingStack, "test:index:Thing"), /^Error: not applicable$/);
  });
});

describe("the stack policy", () => {
  it("reports a rule that throws under that rule's name, and runs the others", () => {
    const reported = validateStack([throwingStack, finding1]);

    assert.deepEqual(
      reported.map((each) => [field(each, "name"), field(each, "enforcementLevel"), field(each, "urn")]),
      [
        ["throws-too", "mandatory", undefined],
        ["finds", "mandatory", "urn:n"],
      ],
    );
    assert.match(String(field(reported[0], "message")), /^Nothing fails\.\n.*\[rule-failed\]/);
    assert.ok(!JSON.stringify(reported).includes(SECRET));
  });
});

function validate(rule: ResourceRule | StackRule, type: string): string[] {
  const reported: string[] = [];
  const { validateResource } = toPolicy(rule);
  assert.ok(typeof validateResource === "function");
  void validateResource(resourceArgs(type), (message) => reported.push(message));
  return reported;
}

function validateStack(rules: readonly StackRule[]): unknown[] {
  const reported: unknown[] = [];
  const policy = stackPolicy(rules, (rule) => ({ enforcementLevel: rule.enforcementLevel, config: {} }));
  const resources: PolicyResource[] = [];
  const args: StackValidationArgs = {
    resources,
    stackTags: new Map(),
    getConfig: emptyConfig,
    notApplicable,
  };
  void policy.validateStack(args, (message: unknown) => reported.push(message));
  return reported;
}

function resourceArgs(type: string): ResourceValidationArgs {
  const opts = {
    protect: false,
    ignoreChanges: [],
    aliases: [],
    customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    additionalSecretOutputs: [],
  };
  return {
    ...{
      type,
      props: {},
      urn: "urn:it",
      name: "it",
      opts,
      stackTags: new Map<string, string>(),
      notApplicable,
    },
    ...{ isType: () => false, asType: () => undefined, getConfig: emptyConfig },
  };
}

// The server gives an object of whatever type a rule asks for.
function emptyConfig(): never {
  return {} as never;
}

function notApplicable(): never {
  throw new Error("not applicable");
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
