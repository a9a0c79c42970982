/**
 * Every statement that allows names the actions it allows: no "*", no "?", no NotAction, in any policy document.
 * A wildcard also allows what AWS adds to the service later.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
 * Limits: a managed policy that serves only as a permissions boundary is judged like any other; AWS managed policies
 * are attached by ARN and not read here; service control policies grant nothing and are not read.
 */
import { parsePolicyDocument } from "../iam/parse.ts";
import type { Leaf, Statement } from "../iam/parse.ts";
import { reachOfAction } from "../iam/patterns.ts";
import { anyMatches, witnessOf } from "../iam/witness.ts";
import type { Covers } from "../iam/witness.ts";
import { isPlainArray, UNKNOWN } from "../plain.ts";
import type { PlainObject } from "../plain.ts";
import type { Finding, Request } from "../report/finding.ts";
import { documentsOf, POLICY_DOCUMENTS } from "../stack/policy-documents.ts";
import type { DocumentKind, FoundDocument } from "../stack/policy-documents.ts";
import { finding, malformedFinding, unknownFinding } from "./rule.ts";
import type { ResourceFacts, ResourceRule } from "./rule.ts";

const ID = "iam-action-wildcard";

const CODES = {
  "every-action": "A statement allows every action of every service.",
  "every-action-of-service": "A statement allows every action of a service.",
  "action-pattern": "A statement allows every action that matches a pattern.",
  "not-action": "A statement allows every action but those it names.",
  unknown: "A document, an effect or an action is not known before deployment.",
  malformed: "AWS would refuse the document.",
} as const;

type Code = keyof typeof CODES;

// What "allowed" may hold: patterns that read, in full form. Anything wider stays a finding whatever is configured.
const READ_ONLY_PATTERN = "^[A-Za-z0-9-]+:(Get|List|Describe)[A-Za-z0-9]*\\*$";

function check(facts: ResourceFacts): Finding<Code>[] {
  return documentsOf(facts.type, facts.props).flatMap((document) => checkDocument(facts, document));
}

function checkDocument(facts: ResourceFacts, document: FoundDocument): Finding<Code>[] {
  const parsed = parsePolicyDocument(document.value);
  if (parsed.kind === "unknown") return [unknownFinding(ID, facts, "unknown", document.path)];
  const within = (path: string): string => (path === "" ? document.path : `${document.path}: ${path}`);
  const malformed = parsed.problems.map(({ path, reason }) =>
    malformedFinding<Code>(ID, facts, "malformed", within(path), reason),
  );
  const faults = parsed.statements.flatMap((statement) =>
    statement.kind === "unknown"
      ? [unknownFinding<Code>(ID, facts, "unknown", within(statement.path))]
      : checkStatement(facts, document.kind, statement, within),
  );
  return [...malformed, ...faults];
}

type Within = (path: string) => string;

function checkStatement(
  facts: ResourceFacts,
  kind: DocumentKind,
  statement: Statement,
  within: Within,
): Finding<Code>[] {
  const { effect, action } = statement;
  if (effect === "Deny") return [];
  if (kind === "key" && delegatesKeyToAccount(statement, facts.config)) return [];
  const patterns = action.patterns.filter(isText);
  if (action.negated) return [notActionFinding(facts, statement, within)];
  const unknown = action.patterns.includes(UNKNOWN)
    ? [unknownFinding<Code>(ID, facts, "unknown", within(action.path))]
    : [];
  const allowed = allowedPatterns(facts.config);
  const wild = patterns
    .filter((pattern) => !allowed.includes(pattern.toLowerCase()))
    .flatMap((pattern) => {
      const code = reachOfAction(pattern);
      if (code === "exact") return [];
      if (effect === UNKNOWN)
        return [unknownFinding<Code>(ID, facts, "unknown", within(`${statement.path}.Effect`))];
      const covers: Covers = (name) => anyMatches([pattern], name);
      return [statementFinding(facts, statement, within, { code, fault: `allows "${pattern}"`, covers })];
    });
  return [...unknown, ...wild];
}

function notActionFinding(facts: ResourceFacts, statement: Statement, within: Within): Finding<Code> {
  const { action, effect, path } = statement;
  if (effect === UNKNOWN) return unknownFinding(ID, facts, "unknown", within(`${path}.Effect`));
  const named = action.patterns.filter(isText);
  // With an exception that is not known, no one action is known to be allowed.
  const isKnown = named.length === action.patterns.length;
  const covers: Covers = (name) => isKnown && !anyMatches(named, name);
  const exceptions = [...named.map((pattern) => `"${pattern}"`), ...(isKnown ? [] : ["some not known yet"])];
  const fault = `allows every action but ${exceptions.length === 0 ? "none" : exceptions.join(", ")}`;
  return statementFinding(facts, statement, within, { code: "not-action", fault, covers });
}

interface Fault {
  readonly code: Code;
  readonly fault: string;
  readonly covers: Covers;
}

function statementFinding(
  facts: ResourceFacts,
  statement: Statement,
  within: Within,
  parts: Fault,
): Finding<Code> {
  const sid = typeof statement.sid === "string" && statement.sid !== "" ? ` (Sid "${statement.sid}")` : "";
  return finding(ID, facts, {
    code: parts.code,
    path: within(statement.action.path),
    fault: `${parts.fault}${sid}`,
    request: requestOf(statement, parts.covers),
    remedy:
      parts.code === "not-action"
        ? "replace NotAction by Action with the actions that are used; to take actions away, add a statement that denies them"
        : "replace the pattern by the names of the actions that are used",
  });
}

function requestOf(statement: Statement, covers: Covers): Request {
  const witness = witnessOf(covers, knownResources(statement));
  const sender = senderOf(statement);
  const limits =
    statement.conditions === UNKNOWN || statement.conditions.length > 0 ? ", if its conditions hold" : "";
  if (witness === undefined) {
    return {
      command: "any action that matches, on the resources of the statement",
      outcome: `by ${sender} is allowed by this statement${limits}, and so is each that AWS adds under that name.`,
    };
  }
  return {
    command: `${witness.action} on ${witness.resource}`,
    outcome: `by ${sender} is allowed by this statement${limits}: it ${witness.does}.`,
  };
}

/** The resource patterns of a statement; `*` where they are unknown or given by what they are not. */
function knownResources({ resource }: Statement): string[] | undefined {
  if (resource === undefined) return undefined;
  if (resource.negated || resource.patterns.includes(UNKNOWN)) return ["*"];
  return resource.patterns.filter(isText);
}

function senderOf({ principal }: Statement): string {
  if (principal === undefined) return "whoever holds the policy";
  if (principal.negated) return "everyone but the principals it names";
  const [first, ...rest] = principal.entries;
  if (first === undefined || first.value === UNKNOWN) return "its principal";
  if (first.value === "*") return "anyone";
  return rest.length === 0 ? first.value : `${first.value} and ${String(rest.length)} more`;
}

/**
 * Whether a statement of a key policy is the one AWS puts there by default: `kms:*` for the root of the
 * account, which hands the decision to the account's IAM policies and keeps the key from being locked out.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 * Whose account it is cannot be told from the key; `account` in the rule's configuration fixes it.
 */
function delegatesKeyToAccount({ effect, action, principal }: Statement, config: PlainObject): boolean {
  if (effect !== "Allow" || action.negated || principal === undefined || principal.negated) return false;
  if (!action.patterns.every((pattern) => isText(pattern) && pattern.toLowerCase() === "kms:*")) return false;
  const [only, ...others] = principal.entries;
  if (only?.type !== "AWS" || !isText(only.value) || others.length > 0) return false;
  const account = /^(?:arn:aws[\w-]*:iam::(\d{12}):root|(\d{12}))$/.exec(only.value);
  if (account === null) return false;
  const own = config["account"];
  return typeof own !== "string" || own === (account[1] ?? account[2]);
}

function allowedPatterns(config: PlainObject): string[] {
  const allowed = config["allowed"];
  if (!isPlainArray(allowed)) return [];
  const readOnly = new RegExp(READ_ONLY_PATTERN, "i");
  return allowed.flatMap((entry) =>
    typeof entry === "string" && readOnly.test(entry) ? [entry.toLowerCase()] : [],
  );
}

function isText(leaf: Leaf): leaf is string {
  return typeof leaf === "string";
}

/** Every statement that allows names its actions one by one. */
export const iamActionWildcard: ResourceRule<Code> = {
  id: ID,
  description: "Every policy statement that allows names its actions one by one.",
  enforcementLevel: "mandatory",
  severity: "high",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  codes: CODES,
  configSchema: {
    properties: {
      allowed: {
        type: "array",
        description:
          "Patterns that stay allowed, each as it is written in the policy; only Get, List and Describe.",
        items: { type: "string", pattern: READ_ONLY_PATTERN },
        default: [],
      },
      account: {
        type: "string",
        description:
          "The account whose root a key policy may delegate kms:* to; any one account when left out.",
        pattern: "^\\d{12}$",
      },
    },
  },
  types: Object.keys(POLICY_DOCUMENTS),
  check,
};
