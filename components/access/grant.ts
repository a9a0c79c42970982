/** Grants: access as plain data. A role is built from grants and from nothing else. */

/** Conditions of a statement: values by key by operator. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A statement of an IAM policy, known before anything exists. */
export interface Statement {
  /** Letters and digits. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Conditions;
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
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** What Lake Formation calls a thing that permissions are given on. */
export type LakeFormationResource =
  | { readonly kind: "database"; readonly databaseName: string }
  | {
      readonly kind: "table";
      readonly databaseName: string;
      readonly tableName: string;
      /** @default every column */
      readonly columns?: readonly string[];
    }
  | {
      readonly kind: "cells";
      readonly databaseName: string;
      readonly tableName: string;
      /** The data cells filter: rows and columns. */
      readonly filterName: string;
    }
  | {
      readonly kind: "tagged";
      readonly type: "DATABASE" | "TABLE";
      readonly tags: Readonly<Record<string, readonly string[]>>;
    };

/**
 * Lake Formation's permissions, without ALL: on a table it is taken away and given again by every deployment.
 * @see https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html
 */
export type LakeFormationPermission = "SELECT" | "DESCRIBE" | "INSERT" | "DELETE" | "ALTER" | "CREATE_TABLE";

/** A right that Lake Formation gives, beside what IAM allows. */
export interface LakeFormationRight {
  readonly resource: LakeFormationResource;
  readonly permissions: readonly LakeFormationPermission[];
}

/** A right that a resource gives: what it is for, the statements that make it, and how to prove it. */
export interface Grant {
  /** Why the holder needs it, in words for a reviewer. */
  readonly reason: string;
  /** What IAM must allow, key use included. */
  readonly statements: readonly Statement[];
  /** What Lake Formation must allow besides. @default nothing */
  readonly lakeFormation?: readonly LakeFormationRight[];
  /** Requests that the statements must allow. */
  readonly mustAllow: readonly Call[];
  /** Requests near by that they must not allow. */
  readonly mustNotAllow: readonly Call[];
}

/**
 * One grant that gives what all of them give, for one reason. What one of them must not allow another may: a right to
 * write says that it is no right to read, unless that is given too.
 */
export function combine(reason: string, grants: readonly Grant[]): Grant {
  const lakeFormation = grants.flatMap((grant) => grant.lakeFormation ?? []);
  const mustAllow = grants.flatMap((grant) => grant.mustAllow);
  const wanted = new Set(mustAllow.map(callKey));
  return {
    reason,
    statements: grants.flatMap((grant) => grant.statements),
    ...(lakeFormation.length > 0 && { lakeFormation }),
    mustAllow,
    mustNotAllow: grants.flatMap((grant) => grant.mustNotAllow).filter((call) => !wanted.has(callKey(call))),
  };
}

/** The same for the same call. */
function callKey({ action, resource, context = {} }: Call): string {
  const values = Object.entries(context).map(([key, value]) => `${key}=${[value].flat().join()}`);
  return [action, resource, ...values.toSorted()].join("\n");
}

/**
 * The document that holds the statements of all the grants. Those with one Sid are one statement on the resources of
 * all of them: a hundred tables that are looked up take a hundred ARNs, not a hundred statements.
 * @throws when statements with one Sid differ in more than their resources
 */
export function policyOf(grants: readonly Grant[]): PolicyDocument {
  const bySid = new Map<string, Statement>();
  for (const statement of grants.flatMap((grant) => grant.statements)) {
    const before = bySid.get(statement.Sid);
    if (before !== undefined && rightOf(before) !== rightOf(statement)) {
      throw new Error(
        `two grants have different statements with the Sid ${statement.Sid}; give one of them another`,
      );
    }
    const Resource = [...new Set([...(before?.Resource ?? []), ...statement.Resource])];
    bySid.set(statement.Sid, { ...statement, Resource });
  }
  return { Version: "2012-10-17", Statement: [...bySid.values()] };
}

/** What a statement allows or denies, but for the resources. */
function rightOf({ Effect, Action, Condition }: Statement): string {
  return [Effect, ...Action, "", ...Object.entries(Condition ?? {}).flatMap(flatCondition)].join("\n");
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
