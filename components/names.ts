/** Every physical name of a stack, as plain text that is known before anything exists. */
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./settings.ts";

/** The zones of the lake: each is a bucket. */
export const ZONES = ["raw", "curated", "quarantine", "results", "access-logs"] as const;

/** A zone by name. */
export type Zone = (typeof ZONES)[number];

/** The zones whose files are tables, each with a database of its own. */
export const CATALOGUED_ZONES = ["raw", "curated", "quarantine"] as const satisfies readonly Zone[];

/** A zone that has a database. */
export type CataloguedZone = (typeof CATALOGUED_ZONES)[number];

/** Everything in a stack that has a name of its own, by kind. */
const NAMED = {
  bucket: [...ZONES, "partner-drop"],
  database: [...CATALOGUED_ZONES, "source"],
  workgroup: ["lake", "engineering"],
  crawler: ["raw", "source"],
  connection: ["source"],
  function: ["ingest", "freshness"],
  repository: ["ingest"],
  role: [
    ...["ingest", "freshness", "freshness-schedule", "crawl-raw", "crawl-source", "lake-formation"],
    ...["analyst", "engineer"],
  ],
  policy: ["boundary"],
  group: ["analysts", "engineers"],
  bus: ["lake"],
  rule: ["raw-object-created", "crawl-failed"],
  schedule: ["freshness"],
  scheduleGroup: ["lake"],
  queue: [
    ...["ingest", "ingest-dead", "ingest-failed", "ingest-undelivered"],
    ...["freshness-failed", "freshness-undelivered", "crawl-failed", "crawl-failed-undelivered"],
  ],
  topic: ["alarms"],
  alarm: [
    ...[
      "ingest-errors",
      "ingest-throttles",
      "ingest-oldest-event",
      "freshness-errors",
      "freshness-throttles",
    ],
    ...["ingest-dead", "ingest-failed", "ingest-undelivered", "freshness-failed", "freshness-undelivered"],
    ...["crawl-failed", "crawl-failed-undelivered", "curated-stale", "rows-rejected"],
    ...["query-scan-lake", "query-scan-engineering"],
  ],
  dashboard: ["lake"],
  budget: ["monthly"],
  alias: ["lake"],
  secret: ["source"],
  dbInstance: ["source"],
  dbSubnetGroup: ["source"],
  dbParameterGroup: ["source"],
  securityGroup: ["source", "crawler", "endpoints"],
  lfTag: ["data-class", "zone"],
} as const satisfies Record<string, readonly string[]>;

/** A kind of thing that has a name. */
export type NameKind = keyof typeof NAMED;

/** What there is of a kind. */
export type Named<K extends NameKind> = (typeof NAMED)[K][number];

/** What there is of a kind in the lake, or what a program adds to it: lower-case letters, digits and hyphens. */
export type What<K extends NameKind> = Named<K> | (string & Record<never, never>);

/** A name that AWS would refuse. Pulumi prints it without a stack trace. */
export class InvalidNameError extends pulumi.RunError {
  constructor(kind: NameKind, what: string, name: string) {
    super(
      `"${what}" cannot name a ${kind}: "${name}" would be its name, and AWS takes ${String(RULES[kind].pattern)}; ` +
        "use few lower-case letters, digits and hyphens",
    );
    this.name = "InvalidNameError";
  }
}

/** The rule for the names of a kind of resource, from the service's own page. */
interface NameRule {
  readonly pattern: RegExp;
  /** How a name is made, where it is more than `PREFIX-WHAT`. */
  readonly form?: (prefix: string, what: string, accountId: string) => string;
}

const LETTERS_DIGITS_HYPHENS_UNDERSCORES = /^[\w-]+$/;

const RULES = {
  /** Unique in the whole world. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
  bucket: {
    pattern: /^(?!sthree-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    form: (prefix, what, accountId) => `${prefix}-${what}-${accountId}`,
  },
  /** Hyphens would need quotes in every query. @see https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html */
  database: {
    pattern: /^[a-z0-9_]{1,255}$/,
    form: (prefix, what) => `${prefix}_${what}`.replaceAll("-", "_"),
  },
  /** @see https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html */
  workgroup: { pattern: /^[a-zA-Z0-9._-]{1,128}$/ },
  /** @see https://docs.aws.amazon.com/glue/latest/webapi/API_CreateCrawler.html */
  crawler: { pattern: /^[\w-]{1,255}$/ },
  /** @see https://docs.aws.amazon.com/glue/latest/webapi/API_ConnectionInput.html */
  connection: { pattern: /^[\w-]{1,255}$/ },
  /** @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
  function: { pattern: /^[\w-]{1,64}$/ },
  /** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
  repository: {
    pattern: /^(?=.{2,256}$)[a-z0-9]+(?:[._/-][a-z0-9]+)*$/,
    form: (prefix, what) => `${prefix}/${what}`,
  },
  /** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
  role: { pattern: /^[\w+=,.@-]{1,64}$/ },
  /** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
  policy: { pattern: /^[\w+=,.@-]{1,128}$/ },
  /** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html */
  group: { pattern: /^[\w+=,.@-]{1,128}$/ },
  /** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html */
  bus: { pattern: /^[./\w-]{1,256}$/ },
  /** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
  rule: { pattern: /^[.\w-]{1,64}$/ },
  /** @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
  schedule: { pattern: /^[.\w-]{1,64}$/ },
  /** @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html */
  scheduleGroup: { pattern: /^[.\w-]{1,64}$/ },
  /** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
  queue: { pattern: /^[\w-]{1,80}$/ },
  /** @see https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
  topic: { pattern: /^[\w-]{1,256}$/ },
  /** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
  alarm: { pattern: /^[\w-]{1,255}$/ },
  /** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html */
  dashboard: { pattern: /^[\w-]{1,255}$/ },
  /** @see https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html */
  budget: { pattern: /^[\w-]{1,100}$/ },
  /** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
  alias: { pattern: /^alias\/(?!aws\/)[\w/-]{1,250}$/, form: (prefix, what) => `alias/${prefix}-${what}` },
  /** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
  secret: { pattern: /^[\w/+=.@-]{1,512}$/, form: (prefix, what) => `${prefix}/${what}` },
  /** @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
  dbInstance: { pattern: /^(?=.{1,63}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/ },
  /** @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html */
  dbSubnetGroup: { pattern: /^(?!default$)[a-z0-9._ -]{1,255}$/ },
  /** @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html */
  dbParameterGroup: { pattern: /^(?=.{1,255}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/ },
  /** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
  securityGroup: { pattern: /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/ },
  /** @see https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_CreateLFTag.html */
  lfTag: { pattern: LETTERS_DIGITS_HYPHENS_UNDERSCORES },
} as const satisfies Record<NameKind, NameRule>;

/** The physical names of one stack: the same for the same stack, and no two the same. */
export type Names = {
  readonly [K in NameKind]: (what: What<K>) => string;
} & {
  /** What every name begins with: `PROJECT-STACK`, shortened where AWS would not take it whole. */
  readonly prefix: string;
  /** The log group that Lambda writes a function's log to unless told otherwise. */
  readonly logGroup: (functionName: string) => string;
};

/** Short enough that every name of the lake is one that AWS takes. */
const LONGEST_PREFIX = 24;

/**
 * Makes the names of a stack: `PROJECT-STACK-WHAT`, with the account's id behind it where the world shares the names.
 * Each maker throws an {@link InvalidNameError} for a name that AWS would refuse; none of the lake's own is.
 */
export function createNames({
  project,
  stack,
  accountId,
}: Pick<Settings, "project" | "stack" | "accountId">): Names {
  const prefix = prefixOf(project, stack);
  const kinds = Object.keys(NAMED) as NameKind[];
  const makers = kinds.map((kind) => {
    const { form = (start, what) => `${start}-${what}` }: NameRule = RULES[kind];
    const make = (what: string): string => {
      const name = form(prefix, what, accountId);
      if (!RULES[kind].pattern.test(name)) throw new InvalidNameError(kind, what, name);
      return name;
    };
    return [kind, make] as const;
  });
  // Each key of NAMED has its maker.
  const byKind = Object.fromEntries(makers) as unknown as { [K in NameKind]: (what: What<K>) => string };
  return { ...byKind, prefix, logGroup: (functionName) => `/aws/lambda/${functionName}` };
}

/** Every name of a stack, with its kind. */
export function allNames(names: Names): { readonly kind: NameKind; readonly name: string }[] {
  return (Object.keys(NAMED) as NameKind[]).flatMap((kind) => {
    return NAMED[kind].map((what) => ({ kind, name: names[kind](what) }));
  });
}

/** Words that AWS keeps for itself at the beginning of a security group's and of a bucket's name. */
const RESERVED: readonly string[] = ["sg", "sthree"];

/** With the look of a digest, a stack's name could be another's prefix. */
const PLAIN = /^(?!.*-[0-9a-f]{7}$)(?!sg-|sthree-)[a-z][a-z0-9]*-[a-z0-9]+$/;

/**
 * `PROJECT-STACK`, where both are short words of lower-case letters and digits. Anything else, which could be too long,
 * or have characters that some service refuses, or be another stack's too, becomes a word and a digest of the whole.
 * Either has one hyphen: so no prefix begins another, and `PREFIX-*` is of one stack alone.
 */
function prefixOf(project: string, stack: string): string {
  const plain = `${project}-${stack}`;
  if (plain.length <= LONGEST_PREFIX && PLAIN.test(plain)) return plain;
  // Project and stack apart: "a-b" of "c" is not "a" of "b-c".
  const digest = createHash("sha256").update(`${project}\n${stack}`).digest("hex").slice(0, 7);
  const word = plain
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+|^[^a-z]+/g, "")
    .replace(/^[0-9]+/, "")
    .slice(0, LONGEST_PREFIX - digest.length - 1);
  return `${word === "" || RESERVED.includes(word) ? `s${word}` : word}-${digest}`;
}
