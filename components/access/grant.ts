/** Grants: access as plain data. A role is built from grants and from nothing else. */

/** A statement of an IAM policy, known before anything exists. */
export interface Statement {
  /** Letters and digits. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** An IAM policy document. */
export interface PolicyDocument<S = Statement> {
  readonly Version: "2012-10-17";
  readonly Statement: readonly S[];
}

/** One request to AWS, to try a grant on. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  /** Values of condition keys. */
  readonly context?: Readonly<Record<string, string>>;
}

/** A right that a resource gives: what it is for, the statements that make it, and how to prove it. */
export interface Grant {
  /** Why the holder needs it, in words for a reviewer. */
  readonly reason: string;
  readonly statements: readonly Statement[];
  /** Requests that the statements must allow. */
  readonly mustAllow: readonly Call[];
  /** Requests near by that they must not allow. */
  readonly mustNotAllow: readonly Call[];
}

/** The document that holds the statements of all the grants, each once. */
export function policyOf(grants: readonly Grant[]): PolicyDocument {
  const bySid = new Map<string, Statement>();
  for (const statement of grants.flatMap((grant) => grant.statements)) {
    const before = bySid.get(statement.Sid);
    if (before !== undefined && !isSameStatement(before, statement)) {
      throw new Error(
        `two grants have different statements with the Sid ${statement.Sid}; give one of them another`,
      );
    }
    bySid.set(statement.Sid, statement);
  }
  return { Version: "2012-10-17", Statement: [...bySid.values()] };
}

function isSameStatement(left: Statement, right: Statement): boolean {
  const flat = ({ Effect, Action, Resource, Condition }: Statement): string =>
    [Effect, ...Action, "", ...Resource, "", ...Object.entries(Condition ?? {}).flatMap(flatCondition)].join(
      "\n",
    );
  return flat(left) === flat(right);
}

function flatCondition([operator, keys]: readonly [
  string,
  Readonly<Record<string, string | readonly string[]>>,
]): string[] {
  return Object.entries(keys).map(([key, value]) => `${operator} ${key} ${[value].flat().join(" ")}`);
}

/** The part of a Sid that names a prefix or a resource: its letters and digits, words capitalised. */
export function sidPart(name: string): string {
  return name
    .split(/[^a-zA-Z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
