/** The stack's configuration: what may be set, its defaults for each profile, and one clear error a fault. */
import * as pulumi from "@pulumi/pulumi";
import * as v from "valibot";
import { LOG_RETENTION_DAYS, PROFILES, type Profile, type ProfileName } from "./profiles.ts";

/** Athena refuses a lower scan limit. @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html */
const LEAST_SCAN_LIMIT_MIB = 10;

/** How sensitive data is, from open to closed. */
export const DATA_CLASSES = ["public", "internal", "confidential", "restricted"] as const;

/** How sensitive data is. */
export type DataClass = (typeof DATA_CLASSES)[number];

/** A database that the lake takes tables from. */
export interface SourceSettings {
  /** Which kind of database RDS is to run. */
  readonly engine: "postgres" | "mysql";
  /** The database in it to crawl. */
  readonly databaseName: string;
  /** The size of the machine: "db.t4g.micro". */
  readonly instanceClass: string;
  readonly storageGiB: number;
  /** Two availability zones of the region, by letter. */
  readonly zones: readonly [string, string];
}

/** A stack's settings, complete and checked. */
export interface Settings extends Profile {
  readonly project: string;
  readonly stack: string;
  /** Twelve digits. The provider refuses to work in any other account. */
  readonly accountId: string;
  readonly region: string;
  readonly partition: "aws" | "aws-cn" | "aws-us-gov";
  /** The credentials profile of the AWS configuration files, where one is set. */
  readonly awsProfile: string | undefined;
  readonly profile: ProfileName;
  /** Whether `pulumi destroy` deletes the data too. */
  readonly destroyData: boolean;
  /** How sensitive the lake's data is: a tag on whatever holds some. */
  readonly dataClass: DataClass;
  /** IAM users and roles by ARN that may become an analyst. */
  readonly analysts: readonly string[];
  /** IAM users and roles by ARN that may become an engineer. */
  readonly engineers: readonly string[];
  /** IAM users to make, that may become an analyst. */
  readonly analystUsers: readonly string[];
  /** IAM users to make, that may become an engineer. */
  readonly engineerUsers: readonly string[];
  /** The SAML identity provider that signs people in, by ARN. */
  readonly samlProvider: string | undefined;
  /** Who is told of alarms, by e-mail address. */
  readonly alarmEmails: readonly string[];
  /** Lake Formation's administrators to add to those that there are, by ARN: whoever deploys must be one. */
  readonly lakeFormationAdmins: readonly string[];
  /** Whether this stack sets the account's Lake Formation settings, or leaves them to another. */
  readonly lakeFormationSettings: "manage" | "external";
  /** Accounts that may drop files into a bucket made for it, by id. */
  readonly partnerAccountIds: readonly string[];
  /** The image that the image functions are built on, by digest; by tag on the local AWS, which pulls none. */
  readonly baseImage: string;
  /** The name under which the account's registry keeps images of ECR Public, where it is to. */
  readonly pullThroughCache: string | undefined;
  /** The database to take tables from, where there is one. */
  readonly source: SourceSettings | undefined;
}

/** Every fault of a stack's configuration, found before anything is registered. Pulumi prints it without a stack trace. */
export class InvalidSettingsError extends pulumi.RunError {
  readonly faults: readonly string[];

  constructor(stack: string, faults: readonly string[]) {
    const list = faults.map((fault) => `  - ${fault}`).join("\n");
    const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
    super(`the configuration of stack "${stack}" has ${count} (Pulumi.${stack}.yaml):\n${list}`);
    this.name = "InvalidSettingsError";
    this.faults = faults;
  }
}

const wholeNumber = (of: string, least: number, most = Infinity) =>
  v.pipe(
    v.number(`a whole number of ${of}`),
    v.integer(`a whole number of ${of}`),
    v.minValue(least, `at least ${least} ${of}`),
    v.maxValue(most, `at most ${most} ${of}`),
  );

const days = wholeNumber("days", 1);

const flag = (otherwise: boolean) => v.optional(v.boolean("true or false"), otherwise);

const accountId = v.pipe(
  v.string("an AWS account id in quotes"),
  v.regex(/^\d{12}$/, "an AWS account id: 12 digits, in quotes"),
);

const PRINCIPAL = "the ARN of an IAM user or role, such as arn:aws:iam::123456789012:user/ada";
const principalArn = v.pipe(
  v.string(PRINCIPAL),
  v.regex(/^arn:aws[\w-]*:iam::\d{12}:(user|role)\/[\w+=,.@/-]+$/, PRINCIPAL),
);

const USER = "the name of an IAM user: 1 to 64 letters, digits and +=,.@-_";
const userName = v.pipe(v.string(USER), v.regex(/^[\w+=,.@-]{1,64}$/, USER));

const SAML_PROVIDER = "the ARN of a SAML provider, such as arn:aws:iam::123456789012:saml-provider/company";

const listOf = <T extends v.GenericSchema<unknown, unknown>>(item: T) =>
  v.optional(v.array(item, "a list"), []);

/** AWS's base image of the functions' runtime. @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-image.html */
const BASE_IMAGE_TAG = "public.ecr.aws/lambda/nodejs:24";
const BASE_IMAGE =
  `an image with its digest, such as ${BASE_IMAGE_TAG}@sha256:…; ` +
  `\`docker buildx imagetools inspect ${BASE_IMAGE_TAG}\` tells the digest of today's`;

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html */
const PREFIX = "the first part of a repository's name: 2 to 30 lower-case letters, digits and ._-";

const DATABASE = "the name of a database: a letter, then letters, digits and underscores, 63 at most";

const ZONES_WANTED = "two different letters, such as [a, b]";
const ZONE = "the letter of an availability zone, such as a";
const zoneLetter = v.pipe(v.string(ZONE), v.regex(/^[a-z]$/, ZONE));

const sourceSchema = v.strictObject({
  engine: v.picklist(["postgres", "mysql"], "postgres or mysql"),
  databaseName: v.pipe(v.string(DATABASE), v.regex(/^[a-z][a-z0-9_]{0,62}$/i, DATABASE)),
  instanceClass: v.optional(
    v.pipe(
      v.string("an instance class"),
      v.regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, "an instance class, such as db.t4g.micro"),
    ),
    "db.t4g.micro",
  ),
  storageGiB: v.optional(wholeNumber("GiB", 20, 65_536), 20),
  // Not every account has every zone of a region.
  zones: v.optional(
    v.pipe(
      v.strictTuple([zoneLetter, zoneLetter], ZONES_WANTED),
      v.check(([first, second]) => first !== second, ZONES_WANTED),
    ),
    ["a", "b"],
  ),
});

const CRON = "a cron expression of AWS, such as cron(0 4 * * ? *), or empty";

/** The keys of the `sluice:` namespace. */
const sluiceSchema = v.strictObject({
  accountId,
  profile: v.picklist(Object.keys(PROFILES) as ProfileName[], `one of ${Object.keys(PROFILES).join(", ")}`),
  destroyData: flag(false),
  dataClass: v.optional(v.picklist(DATA_CLASSES, `one of ${DATA_CLASSES.join(", ")}`), "internal"),
  analysts: listOf(principalArn),
  engineers: listOf(principalArn),
  analystUsers: listOf(userName),
  engineerUsers: listOf(userName),
  samlProvider: v.optional(
    v.pipe(
      v.string(SAML_PROVIDER),
      v.regex(/^arn:aws[\w-]*:iam::\d{12}:saml-provider\/[\w.-]+$/, SAML_PROVIDER),
    ),
  ),
  alarmEmails: listOf(v.pipe(v.string("an e-mail address"), v.email("an e-mail address"))),
  lakeFormationAdmins: listOf(principalArn),
  lakeFormationSettings: v.optional(v.picklist(["manage", "external"], "manage or external"), "manage"),
  partnerAccountIds: listOf(accountId),
  baseImage: v.optional(v.pipe(v.string(BASE_IMAGE), v.regex(/^[\w./:-]+@sha256:[0-9a-f]{64}$/, BASE_IMAGE))),
  pullThroughCache: v.optional(
    v.pipe(
      v.string(PREFIX),
      v.regex(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/, PREFIX),
      v.minLength(2, PREFIX),
      v.maxLength(30, PREFIX),
    ),
  ),
  source: v.optional(sourceSchema),
  logRetentionDays: v.optional(v.picklist(LOG_RETENTION_DAYS, `one of ${LOG_RETENTION_DAYS.join(", ")}`)),
  accessLogRetentionDays: v.optional(days),
  resultRetentionDays: v.optional(days),
  oldVersionRetentionDays: v.optional(days),
  keyDeletionDays: v.optional(wholeNumber("days", 7, 30)),
  ingestConcurrency: v.optional(
    v.union([wholeNumber("events", 2, 1000), v.literal("unreserved")], "2 to 1000, or unreserved"),
  ),
  freshnessHours: v.optional(wholeNumber("hours", 0)),
  monthlyBudgetUsd: v.optional(wholeNumber("US dollars", 0)),
  crawlSchedule: v.optional(v.pipe(v.string(CRON), v.regex(/^(cron\([^()]+\))?$/, CRON))),
  tracing: v.optional(v.boolean("true or false")),
  alarmActions: v.optional(v.boolean("true or false")),
  queryScanLimitMiB: v.optional(
    v.pipe(
      v.number("a whole number of MiB"),
      v.integer("a whole number of MiB"),
      v.minValue(LEAST_SCAN_LIMIT_MIB, `at least ${LEAST_SCAN_LIMIT_MIB} MiB: Athena takes no lower limit`),
    ),
  ),
});

const REGION = "a region of the partitions aws, aws-cn and aws-us-gov, such as eu-west-1";

/** The keys of the `aws:` namespace that the program hands to its provider. */
const awsSchema = v.strictObject({
  region: v.pipe(v.string(REGION), v.regex(/^(us-gov|[a-z]{2})-[a-z]+-\d$/, REGION)),
  profile: v.optional(v.string()),
});

/** Reads the settings of the stack that is being deployed. @throws {InvalidSettingsError} */
export function loadSettings(): Settings {
  return parseSettings(pulumi.getProject(), pulumi.getStack(), pulumi.runtime.allConfig());
}

/**
 * Checks a stack's configuration.
 * @param config values by full key ("sluice:accountId"), as Pulumi hands them over: text, or JSON in text
 * @throws {InvalidSettingsError} with every fault at once
 */
export function parseSettings(
  project: string,
  stack: string,
  config: Readonly<Record<string, string>>,
): Settings {
  const own = v.safeParse(sluiceSchema, namespace(config, project, ["accountId"]));
  const aws = v.safeParse(awsSchema, namespace(config, "aws", ["region", "profile"]));
  const faults = [
    ...(own.issues ?? []).map((issue) => describeIssue(project, issue)),
    ...(aws.issues ?? []).map((issue) => describeIssue("aws", issue)),
  ];
  if (own.success) faults.push(...contradictions(project, own.output));
  if (!own.success || !aws.success || faults.length > 0) throw new InvalidSettingsError(stack, faults);

  const {
    profile,
    samlProvider,
    pullThroughCache,
    source,
    baseImage = BASE_IMAGE_TAG,
    ...given
  } = own.output;
  return {
    ...PROFILES[profile],
    ...withoutUndefined(given),
    ...{ samlProvider, pullThroughCache, source, baseImage },
    project,
    stack,
    profile,
    region: aws.output.region,
    partition: partitionOf(aws.output.region),
    awsProfile: aws.output.profile,
  };
}

/** What is right by itself and wrong together. */
function contradictions(project: string, given: v.InferOutput<typeof sluiceSchema>): string[] {
  const faults: string[] = [];
  const { profile } = given;
  if (given.destroyData && !PROFILES[profile].mayDestroyData) {
    faults.push(
      `${project}:destroyData: found true, but profile "${profile}" never deletes data; remove the key`,
    );
  }
  if (given.baseImage === undefined && profile !== "local") {
    faults.push(`${project}:baseImage: missing; profile "${profile}" needs ${BASE_IMAGE}`);
  }
  if (given.lakeFormationSettings === "manage" && given.lakeFormationAdmins.length === 0) {
    faults.push(
      `${project}:lakeFormationAdmins: missing; name the user or role that deploys, which must be an administrator of ` +
        `Lake Formation to give permissions: \`pulumi config set --path '${project}:lakeFormationAdmins[0]' ARN\` ` +
        `(or set ${project}:lakeFormationSettings to external where it is one already)`,
    );
  }
  return faults;
}

/** What was given; what was not is the profile's. */
function withoutUndefined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  // Keys of a default stay keys of the result: the profile has them all.
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** One namespace's values by short key; those that are not named as text are read as YAML wrote them. */
function namespace(
  config: Readonly<Record<string, string>>,
  name: string,
  textKeys: readonly string[],
): Record<string, unknown> {
  const prefix = `${name}:`;
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => {
        const short = key.slice(prefix.length);
        return [short, textKeys.includes(short) ? value : fromText(value)];
      }),
  );
}

function fromText(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value; // plain text is no JSON
  }
}

function describeIssue(namespaceName: string, issue: v.BaseIssue<unknown>): string {
  const key = v.getDotPath(issue) ?? "";
  const name = `${namespaceName}:${key}`;
  if (issue.type === "strict_object" && issue.expected === "never") {
    return `${name}: there is no such key; remove it or correct its name`;
  }
  if (issue.input === undefined)
    return `${name}: missing; set it with \`pulumi config set ${key.includes(".") ? "--path " : ""}${name} VALUE\``;
  return `${name}: found ${issue.received}; it must be ${issue.message}`;
}

function partitionOf(region: string): Settings["partition"] {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
