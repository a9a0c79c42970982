/**
 * Whether a statement's conditions hold for a request, in three values. Pure.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { UNKNOWN, type Unknown } from "../plain.ts";
import type { Comparison, Leaf } from "./parse.ts";
import { literalPattern, literalText, textMatches } from "./patterns.ts";

/** True, false, or not to be known. */
export type Verdict = boolean | Unknown;

/** Values of condition keys; a key that is not there was not sent. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** One value of a condition against one of the request. */
type Compare = (expected: string, actual: string) => boolean;

const numeric =
  (holds: (actual: number, expected: number) => boolean): Compare =>
  (expected, actual) =>
    holds(Number(actual), Number(expected));

const dated =
  (holds: (actual: number, expected: number) => boolean): Compare =>
  (expected, actual) =>
    holds(instantOf(actual), instantOf(expected));

const equals: Compare = (expected, actual) => literalText(expected) === actual;
const ignoringCase: Compare = (expected, actual) =>
  literalText(expected).toLowerCase() === actual.toLowerCase();

/**
 * What each operator compares with. A negated one holds where the plain one does not, for a missing key too.
 */
const OPERATORS: Readonly<Record<string, { readonly compare: Compare; readonly negated?: true }>> = {
  stringequals: { compare: equals },
  stringnotequals: { compare: equals, negated: true },
  stringequalsignorecase: { compare: ignoringCase },
  stringnotequalsignorecase: { compare: ignoringCase, negated: true },
  stringlike: { compare: textMatches },
  stringnotlike: { compare: textMatches, negated: true },
  numericequals: { compare: numeric((a, b) => a === b) },
  numericnotequals: { compare: numeric((a, b) => a === b), negated: true },
  numericlessthan: { compare: numeric((a, b) => a < b) },
  numericlessthanequals: { compare: numeric((a, b) => a <= b) },
  numericgreaterthan: { compare: numeric((a, b) => a > b) },
  numericgreaterthanequals: { compare: numeric((a, b) => a >= b) },
  dateequals: { compare: dated((a, b) => a === b) },
  datenotequals: { compare: dated((a, b) => a === b), negated: true },
  datelessthan: { compare: dated((a, b) => a < b) },
  datelessthanequals: { compare: dated((a, b) => a <= b) },
  dategreaterthan: { compare: dated((a, b) => a > b) },
  dategreaterthanequals: { compare: dated((a, b) => a >= b) },
  bool: { compare: ignoringCase },
  arnequals: { compare: arnMatches },
  arnlike: { compare: arnMatches },
  arnnotequals: { compare: arnMatches, negated: true },
  arnnotlike: { compare: arnMatches, negated: true },
};

type Quantifier = "one" | "any" | "all";

/** Whether every comparison holds. An operator that is not known here gives an unknown, never a yes. */
export function conditionsHold(comparisons: readonly Comparison[], context: RequestContext): Verdict {
  return every(comparisons.map((comparison) => comparisonHolds(comparison, context)));
}

function comparisonHolds({ operator, key, values }: Comparison, context: RequestContext): Verdict {
  const { quantifier, base, ifExists } = readOperator(operator);
  const sent = valuesOf(context, key);
  if (base === "null") {
    return some(
      values.map((value) => (value === UNKNOWN ? UNKNOWN : (sent === undefined) === (value === "true"))),
    );
  }
  const known = OPERATORS[base];
  if (known === undefined) return UNKNOWN;
  if (sent === undefined) {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    if (ifExists || quantifier === "all") return true;
    return quantifier === "any" ? false : known.negated === true;
  }
  const expected = values.map((value) => substitute(value, context));
  const matches = (actual: string): Verdict => {
    const isOne = some(expected.map((value) => (value === UNKNOWN ? UNKNOWN : known.compare(value, actual))));
    return known.negated === true ? not(isOne) : isOne;
  };
  return quantifier === "any" ? some(sent.map(matches)) : every(sent.map(matches));
}

function readOperator(operator: string): { quantifier: Quantifier; base: string; ifExists: boolean } {
  const lower = operator.toLowerCase();
  const [, set, rest = lower] = /^(forallvalues|foranyvalue):(.*)$/.exec(lower) ?? [];
  const ifExists = rest.endsWith("ifexists");
  return {
    quantifier: set === undefined ? "one" : set === "forallvalues" ? "all" : "any",
    base: ifExists ? rest.slice(0, -"ifexists".length) : rest,
    ifExists,
  };
}

/** Keys are compared without regard to case. */
function valuesOf(context: RequestContext, key: string): readonly string[] | undefined {
  const wanted = key.toLowerCase();
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === wanted);
  return found === undefined ? undefined : [found[1]].flat();
}

/**
 * Puts the request's values in the place of variables, as they are: a star in a value, or one that is written `${*}`,
 * is no wildcard. A variable that the request has no value for makes the text match nothing, unless it has a default.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function substitute(value: Leaf, context: RequestContext): Leaf {
  if (value === UNKNOWN || !value.includes("${")) return value;
  return value.replaceAll(/\$\{([^}]*)\}/g, (_whole, name: string) => {
    const literal = /^[*?$]$/.exec(name)?.[0];
    if (literal !== undefined) return literalPattern(literal);
    const [, key = name, otherwise] = /^(.*?),\s*'(.*)'$/.exec(name) ?? [];
    return literalPattern(valuesOf(context, key.trim())?.[0] ?? otherwise ?? "\0");
  });
}

/** ARNs are compared part by part: a star does not reach over a colon, but in the last part. */
function arnMatches(expected: string, actual: string): boolean {
  const [patterns, parts] = [arnParts(expected), arnParts(actual)];
  return (
    patterns !== undefined &&
    parts !== undefined &&
    patterns.every((pattern, index) => textMatches(pattern, parts[index] ?? ""))
  );
}

function arnParts(arn: string): string[] | undefined {
  if (arn === "*") return ["*", "*", "*", "*", "*", "*"];
  const parts = arn.split(":");
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

function instantOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** True if one is, false if all are, unknown otherwise. */
export function some(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(true)) return true;
  return verdicts.includes(UNKNOWN) ? UNKNOWN : false;
}

/** True if all are, false if one is not, unknown otherwise. */
export function every(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(UNKNOWN) ? UNKNOWN : true;
}

/** The opposite; of the unknown, the unknown. */
export function not(verdict: Verdict): Verdict {
  return verdict === UNKNOWN ? UNKNOWN : !verdict;
}
