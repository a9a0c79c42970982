/** Policy documents in the form that the AWS SDK's types want, and their size as IAM counts it. */
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { jsonText, type Json } from "../json.ts";
import type { Conditions, PolicyDocument } from "./grant.ts";

/** Who a statement of a resource's policy is about. */
export type Principals =
  "*" | Readonly<Partial<Record<"AWS" | "Service" | "Federated", string | readonly string[]>>>;

/** A statement of a resource's or a role's own policy. */
export interface ResourceStatement {
  /** Letters and digits. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal: Principals;
  readonly Action: readonly string[];
  /** A role's trust policy has none. */
  readonly Resource?: readonly string[];
  readonly Condition?: Conditions;
}

/**
 * What IAM takes, in characters without white space.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const POLICY_SIZE_LIMITS = {
  /** All inline policies of a role together. */
  "role policies": 10_240,
  "trust policy": 2_048,
  "managed policy": 6_144,
  /** All inline policies of a group together. */
  "group policies": 5_120,
} as const;

/** A policy that IAM would refuse, found before anything is declared. Pulumi prints it without a stack trace. */
export class PolicyTooLargeError extends pulumi.RunError {
  constructor(owner: string, kind: keyof typeof POLICY_SIZE_LIMITS, size: number) {
    const limit = POLICY_SIZE_LIMITS[kind];
    super(
      `${owner}: its ${kind} would have ${size} characters, and IAM takes ${limit}; ` +
        "give it fewer grants, or grants of fewer prefixes, or split what it does between two roles",
    );
    this.name = "PolicyTooLargeError";
  }
}

/** A resource's policy of the statements. */
export function resourcePolicy(statements: readonly ResourceStatement[]): PolicyDocument<ResourceStatement> {
  return { Version: "2012-10-17", Statement: statements };
}

/**
 * The document, checked for its size.
 * @param owner whose policy it is, for the error
 * @throws {PolicyTooLargeError}
 */
export function withinLimit<D extends PolicyDocument<unknown>>(
  owner: string,
  kind: keyof typeof POLICY_SIZE_LIMITS,
  document: D,
): D {
  const size = documentText(document).length;
  if (size > POLICY_SIZE_LIMITS[kind]) throw new PolicyTooLargeError(owner, kind, size);
  return document;
}

/** The document as text, for the properties that take nothing else. */
export function documentText(document: PolicyDocument<unknown>): string {
  // The documents are plain data by their types.
  return jsonText(document as unknown as Json);
}

/** The document as the SDK's types want it: the same data, writable. */
export function sdkDocument(document: PolicyDocument<unknown>): aws.iam.PolicyDocument {
  return structuredClone(document) as aws.iam.PolicyDocument;
}
