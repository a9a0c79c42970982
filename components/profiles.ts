/** What a kind of stack has unless its configuration says otherwise: one typed object each. */

/** Retention periods that CloudWatch Logs takes, in days. @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** The defaults of a kind of stack, and what its configuration can and cannot change. */
export interface Profile {
  /** How long CloudWatch keeps the logs. */
  readonly logRetentionDays: (typeof LOG_RETENTION_DAYS)[number];
  /** How long S3's access logs are kept. */
  readonly accessLogRetentionDays: number;
  /** How long Athena's results are kept. */
  readonly resultRetentionDays: number;
  /** How long the replaced versions of an object are kept. */
  readonly oldVersionRetentionDays: number;
  /** How long the key can still be saved after somebody deleted it: 7 to 30. */
  readonly keyDeletionDays: number;
  /** What one query may read, in MiB. */
  readonly queryScanLimitMiB: number;
  /** How many events the ingestion works on at once at most; `unreserved` shares the account's with all others. */
  readonly ingestConcurrency: number | "unreserved";
  /** After how long without a new file in the curated zone the alarm goes off, in hours; 0 for never. */
  readonly freshnessHours: number;
  /** What the stack may cost a month, in US dollars, before somebody is told; 0 for no budget. */
  readonly monthlyBudgetUsd: number;
  /** When the crawlers run, as a cron expression of AWS in UTC; empty for only when they are told to. */
  readonly crawlSchedule: string;
  /** Whether X-Ray follows what the functions do. */
  readonly tracing: boolean;
  /** Whether alarms tell anybody. */
  readonly alarmActions: boolean;
  /** Whether people need a second factor. Not to be changed by configuration. */
  readonly mfaRequired: boolean;
  /** Whether `destroyData` may be set at all: one of the two keys to destroy data. Not to be changed by configuration. */
  readonly mayDestroyData: boolean;
}

/** The kinds of stack. */
export const PROFILES = {
  local: {
    logRetentionDays: 1,
    accessLogRetentionDays: 1,
    resultRetentionDays: 1,
    oldVersionRetentionDays: 1,
    keyDeletionDays: 7,
    queryScanLimitMiB: 1024,
    ingestConcurrency: 4,
    freshnessHours: 24,
    monthlyBudgetUsd: 1,
    crawlSchedule: "",
    tracing: false,
    alarmActions: false,
    mfaRequired: false, // the local AWS has no second factors
    mayDestroyData: true,
  },
  dev: {
    logRetentionDays: 14,
    accessLogRetentionDays: 30,
    resultRetentionDays: 7,
    oldVersionRetentionDays: 7,
    keyDeletionDays: 7,
    queryScanLimitMiB: 10 * 1024,
    ingestConcurrency: "unreserved", // a new account has ten in all, and keeps ten unreserved
    freshnessHours: 0,
    monthlyBudgetUsd: 50,
    crawlSchedule: "",
    tracing: true,
    alarmActions: false,
    mfaRequired: true,
    mayDestroyData: true,
  },
  staging: {
    logRetentionDays: 30,
    accessLogRetentionDays: 90,
    resultRetentionDays: 14,
    oldVersionRetentionDays: 30,
    keyDeletionDays: 30,
    queryScanLimitMiB: 100 * 1024,
    ingestConcurrency: 20,
    freshnessHours: 48,
    monthlyBudgetUsd: 200,
    crawlSchedule: "cron(0 4 * * ? *)",
    tracing: true,
    alarmActions: true,
    mfaRequired: true,
    mayDestroyData: false,
  },
  prod: {
    logRetentionDays: 365,
    accessLogRetentionDays: 365,
    resultRetentionDays: 30,
    oldVersionRetentionDays: 90,
    keyDeletionDays: 30,
    queryScanLimitMiB: 1024 * 1024,
    ingestConcurrency: 100,
    freshnessHours: 24,
    monthlyBudgetUsd: 1000,
    crawlSchedule: "cron(0 4 * * ? *)",
    tracing: true,
    alarmActions: true,
    mfaRequired: true,
    mayDestroyData: false,
  },
} as const satisfies Record<string, Profile>;

/** A kind of stack by name. */
export type ProfileName = keyof typeof PROFILES;
