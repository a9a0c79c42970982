/**
 * Reads a policy document in any form AWS accepts into statements. Pure; never throws.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { isPlainArray, isPlainObject, kindOf, toPlain, UNKNOWN } from "../plain.ts";
import type { Plain, PlainObject, Unknown } from "../plain.ts";

/** A string of a document, or UNKNOWN where a preview cannot know it. */
export type Leaf = string | Unknown;

/** `Action` or `NotAction`, `Resource` or `NotResource`: which of the two, and its patterns as a list. */
export interface Patterns {
  readonly negated: boolean;
  /** Where in the document: `Statement[1].Action`. */
  readonly path: string;
  readonly patterns: readonly Leaf[];
}

/** One principal: its type as AWS writes it (`*` for the bare star) and its value. */
export interface PrincipalEntry {
  readonly type: PrincipalType;
  readonly value: Leaf;
}

/** The keys a `Principal` object may have, the bare `"*"`, and UNKNOWN for one a preview cannot know. */
export type PrincipalType = "*" | "AWS" | "Service" | "Federated" | "CanonicalUser" | Unknown;

/** `Principal` or `NotPrincipal`, flattened. */
export interface Principals {
  readonly negated: boolean;
  readonly path: string;
  readonly entries: readonly PrincipalEntry[];
}

/** One comparison of a `Condition`: operator, key, and its values as strings. */
export interface Comparison {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly Leaf[];
}

/** A statement whose every element has one shape, whatever form it was written in. */
export interface Statement {
  readonly kind: "statement";
  /** `Statement`, or `Statement[n]` in a list. */
  readonly path: string;
  readonly sid: Leaf | undefined;
  readonly effect: "Allow" | "Deny" | Unknown;
  readonly action: Patterns;
  readonly resource: Patterns | undefined;
  readonly principal: Principals | undefined;
  /** UNKNOWN when a preview cannot know which conditions there are. */
  readonly conditions: readonly Comparison[] | Unknown;
}

/** A statement, or all of them, that a preview cannot know: it may grant anything. */
export interface UnknownStatement {
  readonly kind: "unknown";
  readonly path: string;
}

/** Something AWS would refuse: where it is, and why. Never holds a value of the document. */
export interface Problem {
  readonly path: string;
  readonly reason: string;
}

/**
 * The outcome of parsing. `unknown` only when nothing of the document is known. Statements that are
 * well-formed are kept when others are not; `path` is relative to the document, and "" is the document.
 */
export type ParsedDocument =
  | { readonly kind: "unknown" }
  | {
      readonly kind: "parsed";
      readonly statements: readonly (Statement | UnknownStatement)[];
      readonly problems: readonly Problem[];
    };

const DOCUMENT_ELEMENTS = ["Version", "Id", "Statement"];
const STATEMENT_ELEMENTS = [
  ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"],
  ...["Resource", "NotResource", "Condition"],
];
const PRINCIPAL_TYPES = ["AWS", "Service", "Federated", "CanonicalUser"] as const;

/** Parses a document given as an object or as JSON text. Both forms of one document parse equally. */
export function parsePolicyDocument(input: unknown): ParsedDocument {
  const problems: Problem[] = [];
  const document = openDocument(input, problems);
  if (document === UNKNOWN) return { kind: "unknown" };
  if (!isPlainObject(document)) {
    if (problems.length === 0)
      problems.push({ path: "", reason: `is ${kindOf(document)}, not a policy object` });
    return { kind: "parsed", statements: [], problems };
  }
  rejectUnknownElements(document, DOCUMENT_ELEMENTS, "", problems);
  return { kind: "parsed", statements: parseStatements(document["Statement"], problems), problems };
}

function openDocument(input: unknown, problems: Problem[]): Plain {
  const value = toPlain(input);
  if (typeof value !== "string") return value;
  try {
    const parsed: unknown = JSON.parse(value);
    return toPlain(parsed);
  } catch {
    // JSON.parse quotes the text in its message; the text may be a secret, so the message is dropped.
    problems.push({ path: "", reason: "is not valid JSON" });
    return null;
  }
}

function parseStatements(value: Plain | undefined, problems: Problem[]): (Statement | UnknownStatement)[] {
  if (value === undefined) {
    problems.push({ path: "Statement", reason: "is missing" });
    return [];
  }
  if (!isPlainArray(value)) return parseStatement(value, "Statement", problems);
  return value.flatMap((entry, index) => parseStatement(entry, `Statement[${String(index)}]`, problems));
}

function parseStatement(value: Plain, path: string, problems: Problem[]): (Statement | UnknownStatement)[] {
  if (value === UNKNOWN) return [{ kind: "unknown", path }];
  if (!isPlainObject(value)) {
    problems.push({ path, reason: `is ${kindOf(value)}, not a statement object` });
    return [];
  }
  rejectUnknownElements(value, STATEMENT_ELEMENTS, path, problems);
  const effect = parseEffect(value["Effect"], path, problems);
  const action = parsePatterns(value, "Action", path, problems);
  const resource = parsePatterns(value, "Resource", path, problems);
  const principal = parsePrincipals(value, path, problems);
  const conditions = parseConditions(value["Condition"], `${path}.Condition`, problems);
  if (action === undefined) problems.push({ path, reason: "has neither Action nor NotAction" });
  if (effect === undefined || action === undefined) return [];
  const sid = parseSid(value["Sid"], path, problems);
  return [{ kind: "statement", path, sid, effect, action, resource, principal, conditions }];
}

function parseEffect(
  value: Plain | undefined,
  path: string,
  problems: Problem[],
): Statement["effect"] | undefined {
  if (value === UNKNOWN || value === "Allow" || value === "Deny") return value;
  problems.push({
    path: `${path}.Effect`,
    reason: value === undefined ? "is missing" : 'is neither "Allow" nor "Deny"',
  });
  return undefined;
}

function parseSid(value: Plain | undefined, path: string, problems: Problem[]): Leaf | undefined {
  if (value === undefined || value === UNKNOWN || typeof value === "string") return value;
  problems.push({ path: `${path}.Sid`, reason: `is ${kindOf(value)}, not a string` });
  return undefined;
}

function parsePatterns(
  statement: PlainObject,
  element: "Action" | "Resource",
  path: string,
  problems: Problem[],
): Patterns | undefined {
  const chosen = chooseElement(statement, element, path, problems);
  if (chosen === undefined) return undefined;
  const patterns = parseLeaves(chosen.value, chosen.path, problems);
  return { negated: chosen.negated, path: chosen.path, patterns };
}

/** An element or its `Not` form; both at once is a problem, and then the `Not` form, the wider one, is kept. */
function chooseElement(
  statement: PlainObject,
  element: "Action" | "Resource" | "Principal",
  path: string,
  problems: Problem[],
): { readonly negated: boolean; readonly value: Plain; readonly path: string } | undefined {
  const plain = statement[element];
  const negated = statement[`Not${element}`];
  if (plain !== undefined && negated !== undefined) {
    problems.push({ path, reason: `has both ${element} and Not${element}` });
  }
  if (negated !== undefined) return { negated: true, value: negated, path: `${path}.Not${element}` };
  return plain === undefined ? undefined : { negated: false, value: plain, path: `${path}.${element}` };
}

function parseLeaves(value: Plain, path: string, problems: Problem[]): Leaf[] {
  const list: readonly Plain[] = isPlainArray(value) ? value : [value];
  return list.flatMap((entry, index): Leaf[] => {
    if (entry === UNKNOWN || typeof entry === "string") return [entry];
    const at = isPlainArray(value) ? `${path}[${String(index)}]` : path;
    problems.push({ path: at, reason: `is ${kindOf(entry)}, not a string` });
    return [];
  });
}

// Every form of a principal: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
function parsePrincipals(statement: PlainObject, path: string, problems: Problem[]): Principals | undefined {
  const chosen = chooseElement(statement, "Principal", path, problems);
  if (chosen === undefined) return undefined;
  const entries = principalEntries(chosen.value, chosen.path, problems);
  return { negated: chosen.negated, path: chosen.path, entries };
}

function principalEntries(value: Plain, path: string, problems: Problem[]): PrincipalEntry[] {
  if (value === UNKNOWN) return [{ type: UNKNOWN, value: UNKNOWN }];
  if (value === "*") return [{ type: "*", value: "*" }];
  if (!isPlainObject(value)) {
    problems.push({ path, reason: 'is neither "*" nor an object of principals' });
    return [];
  }
  return Object.entries(value).flatMap(([key, values]) => {
    const type = PRINCIPAL_TYPES.find((known) => known === key);
    if (type === undefined) {
      problems.push({ path, reason: `has a key that is none of ${PRINCIPAL_TYPES.join(", ")}` });
      return [];
    }
    return parseLeaves(values, `${path}.${type}`, problems).map((leaf) => ({ type, value: leaf }));
  });
}

function parseConditions(
  value: Plain | undefined,
  path: string,
  problems: Problem[],
): readonly Comparison[] | Unknown {
  if (value === undefined) return [];
  if (value === UNKNOWN) return UNKNOWN;
  if (!isPlainObject(value)) {
    problems.push({ path, reason: `is ${kindOf(value)}, not an object of operators` });
    return [];
  }
  const comparisons: Comparison[] = [];
  for (const [operator, keys] of Object.entries(value)) {
    if (keys === UNKNOWN) return UNKNOWN;
    if (!isPlainObject(keys)) {
      problems.push({ path, reason: `has an operator that holds ${kindOf(keys)}, not an object of keys` });
      continue;
    }
    for (const [key, values] of Object.entries(keys)) {
      comparisons.push({ operator, key, values: conditionValues(values, path, problems) });
    }
  }
  return comparisons;
}

function conditionValues(value: Plain, path: string, problems: Problem[]): Leaf[] {
  const list: readonly Plain[] = isPlainArray(value) ? value : [value];
  return list.flatMap((entry): Leaf[] => {
    if (entry === UNKNOWN || typeof entry === "string") return [entry];
    // AWS takes numbers and booleans without quotes.
    if (typeof entry === "number" || typeof entry === "boolean") return [String(entry)];
    problems.push({ path, reason: `compares with ${kindOf(entry)}` });
    return [];
  });
}

// A misspelt element would be ignored by a lenient reader and change what the document grants.
function rejectUnknownElements(
  object: PlainObject,
  known: readonly string[],
  path: string,
  problems: Problem[],
): void {
  if (Object.keys(object).every((key) => known.includes(key))) return;
  problems.push({ path, reason: `has an element that is none of ${known.join(", ")}` });
}
