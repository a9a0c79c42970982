/** The stack's configuration: what may be set, its defaults for each profile, and one clear error a fault. */
import * as pulumi from "@pulumi/pulumi";
import * as v from "valibot";

/** Retention periods that CloudWatch Logs takes, in days. @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Athena refuses a lower scan limit. @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html */
const LEAST_SCAN_LIMIT_MIB = 10;

/** What a kind of stack has unless its configuration says otherwise. */
interface Profile {
  readonly logRetentionDays: (typeof LOG_RETENTION_DAYS)[number];
  /** How long Athena's results are kept. */
  readonly resultRetentionDays: number;
  /** How long the replaced versions of an object are kept. */
  readonly oldVersionRetentionDays: number;
  /** What one query may read, in MiB. */
  readonly queryScanLimitMiB: number;
  /** Whether `destroyData` may be set at all: one of the two keys to destroy data. */
  readonly mayDestroyData: boolean;
}

/** The kinds of stack. */
export const PROFILES = {
  local: {
    logRetentionDays: 1,
    resultRetentionDays: 1,
    oldVersionRetentionDays: 1,
    queryScanLimitMiB: 1024,
    mayDestroyData: true,
  },
  dev: {
    logRetentionDays: 14,
    resultRetentionDays: 7,
    oldVersionRetentionDays: 7,
    queryScanLimitMiB: 10 * 1024,
    mayDestroyData: true,
  },
  staging: {
    logRetentionDays: 30,
    resultRetentionDays: 14,
    oldVersionRetentionDays: 30,
    queryScanLimitMiB: 100 * 1024,
    mayDestroyData: false,
  },
  prod: {
    logRetentionDays: 365,
    resultRetentionDays: 30,
    oldVersionRetentionDays: 90,
    queryScanLimitMiB: 1024 * 1024,
    mayDestroyData: false,
  },
} as const satisfies Record<string, Profile>;

/** A kind of stack by name. */
export type ProfileName = keyof typeof PROFILES;

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

const days = v.pipe(
  v.number("a whole number of days"),
  v.integer("a whole number of days"),
  v.minValue(1, "at least 1 day"),
);

/** The keys of the `sluice:` namespace. */
const sluiceSchema = v.strictObject({
  accountId: v.pipe(
    v.string("an AWS account id in quotes"),
    v.regex(/^\d{12}$/, "an AWS account id: 12 digits, in quotes"),
  ),
  profile: v.picklist(Object.keys(PROFILES) as ProfileName[], `one of ${Object.keys(PROFILES).join(", ")}`),
  destroyData: v.optional(v.boolean("true or false"), false),
  logRetentionDays: v.optional(v.picklist(LOG_RETENTION_DAYS, `one of ${LOG_RETENTION_DAYS.join(", ")}`)),
  resultRetentionDays: v.optional(days),
  oldVersionRetentionDays: v.optional(days),
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
  if (own.success && own.output.destroyData && !PROFILES[own.output.profile].mayDestroyData) {
    faults.push(
      `${project}:destroyData: found true, but profile "${own.output.profile}" never deletes data; remove the key`,
    );
  }
  if (!own.success || !aws.success || faults.length > 0) throw new InvalidSettingsError(stack, faults);

  const { profile, ...given } = own.output;
  const overrides = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    ...PROFILES[profile],
    destroyData: given.destroyData,
    accountId: given.accountId,
    ...overrides,
    project,
    stack,
    profile,
    region: aws.output.region,
    partition: partitionOf(aws.output.region),
    awsProfile: aws.output.profile,
  };
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
  if (issue.input === undefined) return `${name}: missing; set it with \`pulumi config set ${name} VALUE\``;
  return `${name}: found ${issue.received}; it must be ${issue.message}`;
}

function partitionOf(region: string): Settings["partition"] {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
