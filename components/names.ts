/** Every physical name of a stack, as plain text that is known before anything exists. */
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./settings.ts";

/** The zones of the lake: each is a bucket. */
export const ZONES = ["raw", "curated", "quarantine", "results"] as const;

/** A zone by name. */
export type Zone = (typeof ZONES)[number];

/** Everything in a stack that has a name of its own, by kind. */
const NAMED = {
  bucket: ZONES,
  database: ["curated"],
  workgroup: ["lake"],
  function: ["ingest"],
  role: ["ingest"],
  rule: ["raw-object-created"],
  queue: ["ingest-failed", "ingest-undelivered"],
} as const;

type Kind = keyof typeof NAMED;

/** What there is of a kind. */
type Named<K extends Kind> = (typeof NAMED)[K][number];

/** A function of the lake; its role is called the same. */
export type FunctionName = Named<"function">;

/** A queue of the lake. */
export type QueueName = Named<"queue">;

/** Names that AWS would refuse, found before anything is declared. Pulumi prints it without a stack trace. */
export class InvalidNameError extends pulumi.RunError {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    const list = faults.map((fault) => `  - ${fault}`).join("\n");
    super(`AWS would refuse these names; shorten or rename the Pulumi project or stack:\n${list}`);
    this.name = "InvalidNameError";
    this.faults = faults;
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
} as const satisfies Record<Kind, NameRule>;

/** The physical names of one stack. Each function gives the same name for the same stack, and no two the same. */
export interface Names {
  /** A zone's bucket. */
  readonly bucket: (zone: Named<"bucket">) => string;
  /** The database of a zone's tables. */
  readonly database: (zone: Named<"database">) => string;
  /** An Athena workgroup. */
  readonly workgroup: (what: Named<"workgroup">) => string;
  /** A Lambda function. */
  readonly function: (what: Named<"function">) => string;
  /** The log group that Lambda writes a function's log to unless told otherwise. */
  readonly logGroup: (functionName: string) => string;
  /** An IAM role. */
  readonly role: (what: Named<"role">) => string;
  /** An EventBridge rule. */
  readonly rule: (what: Named<"rule">) => string;
  /** An SQS queue. */
  readonly queue: (what: Named<"queue">) => string;
}

/**
 * Makes the names of a stack: `PROJECT-STACK-WHAT`, and for buckets, whose names are unique in the whole world, the
 * account's id behind it.
 * @throws {InvalidNameError} with every name that AWS's rules do not allow
 */
export function createNames({
  project,
  stack,
  accountId,
}: Pick<Settings, "project" | "stack" | "accountId">): Names {
  const prefix = `${project}-${stack}`;
  const names = {
    bucket: (zone: string) => `${prefix}-${zone}-${accountId}`,
    // Hyphens would need quotes in every query.
    database: (zone: string) => `${prefix}_${zone}`.replaceAll("-", "_"),
    workgroup: (what: string) => `${prefix}-${what}`,
    function: (what: string) => `${prefix}-${what}`,
    role: (what: string) => `${prefix}-${what}`,
    rule: (what: string) => `${prefix}-${what}`,
    queue: (what: string) => `${prefix}-${what}`,
  } satisfies Record<Kind, (what: string) => string>;
  refuseInvalid(names);
  return { ...names, logGroup: (functionName) => `/aws/lambda/${functionName}` };
}

function refuseInvalid(names: Record<Kind, (what: string) => string>): void {
  const kinds = Object.keys(NAMED) as Kind[];
  const faults = kinds.flatMap((kind) =>
    NAMED[kind]
      .map((what) => names[kind](what))
      .filter((name) => !RULES[kind].pattern.test(name))
      .map((name) => `${kind} "${name}": ${RULES[kind].words}`),
  );
  if (faults.length > 0) throw new InvalidNameError(faults);
}
