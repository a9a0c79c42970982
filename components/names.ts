/** Every physical name of a stack, as plain text that is known before anything exists. */
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./settings.ts";

/** The zones of the lake that are buckets. */
export const ZONES = ["raw", "curated", "quarantine", "results"] as const;

/** A zone by name. */
export type Zone = (typeof ZONES)[number];

/** A name that AWS would refuse, found before anything is registered. */
export class InvalidNameError extends pulumi.RunError {
  constructor(kind: string, name: string, rule: string) {
    super(`${kind} "${name}" is no valid name: ${rule}; shorten or rename the Pulumi project or stack`);
    this.name = "InvalidNameError";
  }
}

/** What AWS says of the names of a kind of resource. */
interface NameRule {
  readonly pattern: RegExp;
  readonly words: string;
}

/** Length and characters by kind, each from the service's own page. */
const RULES = {
  /** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
  bucket: {
    pattern: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    words: "3 to 63 lower-case letters, digits and hyphens",
  },
  /** @see https://docs.aws.amazon.com/glue/latest/webapi/API_Database.html and Athena's rules for names */
  database: { pattern: /^[a-z0-9_]{1,255}$/, words: "1 to 255 lower-case letters, digits and underscores" },
  /** @see https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html */
  workgroup: {
    pattern: /^[a-zA-Z0-9._-]{1,128}$/,
    words: "1 to 128 letters, digits, dots, hyphens and underscores",
  },
  /** @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
  function: { pattern: /^[a-zA-Z0-9_-]{1,64}$/, words: "1 to 64 letters, digits, hyphens and underscores" },
  /** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
  role: { pattern: /^[\w+=,.@-]{1,64}$/, words: "1 to 64 letters, digits and +=,.@-_" },
  /** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
  rule: { pattern: /^[.\w-]{1,64}$/, words: "1 to 64 letters, digits, dots, hyphens and underscores" },
  /** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
  queue: { pattern: /^[\w-]{1,80}$/, words: "1 to 80 letters, digits, hyphens and underscores" },
} as const satisfies Record<string, NameRule>;

/** The physical names of one stack. Each function gives the same name for the same stack, and no two the same. */
export interface Names {
  /** A zone's bucket. */
  readonly bucket: (zone: Zone) => string;
  /** The database of a zone's tables. */
  readonly database: (zone: Zone) => string;
  /** The Athena workgroup. */
  readonly workgroup: () => string;
  /** A Lambda function. */
  readonly function: (what: string) => string;
  /** The log group that Lambda writes a function's log to unless told otherwise. */
  readonly logGroup: (functionName: string) => string;
  /** An IAM role. */
  readonly role: (what: string) => string;
  /** An EventBridge rule. */
  readonly rule: (what: string) => string;
  /** An SQS queue. */
  readonly queue: (what: string) => string;
}

/**
 * Makes the names of a stack: `PROJECT-STACK-WHAT`, and for buckets, whose names are unique in the whole world, the
 * account's id behind it.
 * @throws {InvalidNameError} for a project or stack name that AWS's rules do not allow in a name
 */
export function createNames({
  project,
  stack,
  accountId,
}: Pick<Settings, "project" | "stack" | "accountId">): Names {
  const prefix = `${project}-${stack}`;
  const plain = (kind: keyof typeof RULES) => (what: string) => checked(kind, `${prefix}-${what}`);
  return {
    bucket: (zone) => checked("bucket", `${prefix}-${zone}-${accountId}`),
    // Hyphens would need quotes in every query.
    database: (zone) => checked("database", `${prefix}_${zone}`.replaceAll("-", "_")),
    workgroup: () => checked("workgroup", prefix),
    function: plain("function"),
    logGroup: (functionName) => `/aws/lambda/${functionName}`,
    role: plain("role"),
    rule: plain("rule"),
    queue: plain("queue"),
  };
}

function checked(kind: keyof typeof RULES, name: string): string {
  const { pattern, words } = RULES[kind];
  if (!pattern.test(name)) throw new InvalidNameError(kind, name, words);
  return name;
}
