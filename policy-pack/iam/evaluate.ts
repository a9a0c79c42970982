/**
 * What identity policies decide of one request, in AWS's order: a Deny that matches, then an Allow that matches, then
 * nothing. Pure.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 *
 * Limits: resource policies and principals are not looked at; IP addresses and binary values are not compared, and
 * give an unknown.
 */
import { UNKNOWN } from "../plain.ts";
import {
  conditionsHold,
  every,
  not,
  some,
  substitute,
  type RequestContext,
  type Verdict,
} from "./conditions.ts";
import { parsePolicyDocument, type Patterns, type Statement, type UnknownStatement } from "./parse.ts";
import { actionMatches, textMatches } from "./patterns.ts";

/** One request. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: RequestContext;
}

/** What comes of a request. `unknown` where a preview cannot know what decides it. */
export type Decision = "allowed" | "explicitly-denied" | "implicitly-denied" | "unknown";

/** Policies that were read once, to be asked many times. */
export interface CompiledPolicies {
  /** What the policies together decide. */
  decide(request: Request): Decision;
}

/**
 * Reads policies of one identity. A document that AWS would refuse gives unknown for every request: it is not known
 * what would stand there instead.
 */
export function compilePolicies(documents: readonly unknown[]): CompiledPolicies {
  const parsed = documents.map(parsePolicyDocument);
  const isWhole = parsed.every((document) => document.kind === "parsed" && document.problems.length === 0);
  const statements = parsed.flatMap((document) => (document.kind === "parsed" ? document.statements : []));
  return { decide: (request) => (isWhole ? decide(statements, request) : "unknown") };
}

/**
 * What policies decide within a permissions boundary: what both allow.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function decideWithin(
  identity: CompiledPolicies,
  boundary: CompiledPolicies,
  request: Request,
): Decision {
  const decisions = [identity.decide(request), boundary.decide(request)];
  const order: readonly Decision[] = ["explicitly-denied", "implicitly-denied", "unknown"];
  return order.find((decision) => decisions.includes(decision)) ?? "allowed";
}

function decide(statements: readonly (Statement | UnknownStatement)[], request: Request): Decision {
  const of = (effect: "Allow" | "Deny"): Verdict =>
    some(statements.map((statement) => applies(statement, effect, request)));
  const [denied, allowed] = [of("Deny"), of("Allow")];
  if (denied === true) return "explicitly-denied";
  if (allowed === false) return "implicitly-denied";
  return denied === false && allowed === true ? "allowed" : "unknown";
}

function applies(
  statement: Statement | UnknownStatement,
  effect: "Allow" | "Deny",
  { action, resource, context = {} }: Request,
): Verdict {
  if (statement.kind === "unknown") return UNKNOWN;
  return every([
    statement.effect === UNKNOWN ? UNKNOWN : statement.effect === effect,
    matches(statement.action, context, (pattern) => actionMatches(pattern, action)),
    statement.resource === undefined ||
      matches(statement.resource, context, (pattern) => textMatches(pattern, resource)),
    statement.conditions === UNKNOWN ? UNKNOWN : conditionsHold(statement.conditions, context),
  ]);
}

function matches(
  { negated, patterns }: Patterns,
  context: RequestContext,
  test: (pattern: string) => boolean,
): Verdict {
  const isOne = some(
    patterns.map((pattern) => {
      const text = substitute(pattern, context);
      return text === UNKNOWN ? UNKNOWN : test(text);
    }),
  );
  return negated ? not(isOne) : isOne;
}
