/** Settings that are wrong, and the words for it. */

/** A configuration that is added to a valid one, and the faults it then has. */
interface Faulty {
  readonly name: string;
  readonly config: Record<string, string>;
  readonly faults: readonly RegExp[];
}

/** One key with a wrong value, and how its fault ends. */
const wrong = (name: string, key: string, value: string, words: RegExp): Faulty => ({
  name,
  config: { [key]: value },
  faults: [new RegExp(`^${key}.*: found .*; it must be ${words.source}`)],
});

/** At least one for each key. */
export const FAULTY: readonly Faulty[] = [
  {
    name: "a wrong key",
    config: { "sluice:acountId": "1" },
    faults: [/^sluice:acountId: there is no such key; remove it or correct its name$/],
  },
  {
    name: "a wrong key for the provider",
    config: { "aws:regin": "x" },
    faults: [/^aws:regin: there is no such key/],
  },
  {
    name: "a wrong key of the source",
    config: { "sluice:source": '{"engine": "postgres", "databaseName": "shop", "size": 1}' },
    faults: [/^sluice:source\.size: there is no such key/],
  },
  wrong("an account id that is too short", "sluice:accountId", "12345", /an AWS account id: 12 digits/),
  wrong("an unknown profile", "sluice:profile", "production", /one of local, dev, staging, prod$/),
  wrong("a text where a number belongs", "sluice:resultRetentionDays", "soon", /a whole number of days$/),
  wrong("no days at all", "sluice:resultRetentionDays", "0", /at least 1 days?$/),
  wrong("part of a day", "sluice:oldVersionRetentionDays", "1.5", /a whole number of days$/),
  wrong("days that are negative", "sluice:accessLogRetentionDays", "-1", /at least 1 days?$/),
  wrong("a retention that CloudWatch does not know", "sluice:logRetentionDays", "8", /one of 1, 3, 5, 7/),
  wrong("a key that is gone too soon", "sluice:keyDeletionDays", "6", /at least 7 days$/),
  wrong("a key that stays too long", "sluice:keyDeletionDays", "31", /at most 30 days$/),
  wrong("a concurrency that Lambda refuses", "sluice:ingestConcurrency", "1", /at least 2 events$/),
  wrong("a concurrency past the queue's", "sluice:ingestConcurrency", "1001", /at most 1000 events$/),
  wrong("a text for a concurrency", "sluice:ingestConcurrency", "all", /2 to 1000, or unreserved$/),
  wrong("hours that are negative", "sluice:freshnessHours", "-1", /at least 0 hours$/),
  wrong("a budget of text", "sluice:monthlyBudgetUsd", "$5", /a whole number of US dollars$/),
  wrong(
    "a schedule that is none",
    "sluice:crawlSchedule",
    "daily",
    /a cron expression of AWS, such as cron\(/,
  ),
  wrong("a scan limit below Athena's", "sluice:queryScanLimitMiB", "5", /at least 10 MiB/),
  wrong("a text for a flag", "sluice:destroyData", "yes", /true or false$/),
  wrong("a text for tracing", "sluice:tracing", "on", /true or false$/),
  wrong("a number for alarm actions", "sluice:alarmActions", "1", /true or false$/),
  wrong(
    "an unknown class of data",
    "sluice:dataClass",
    "secret",
    /one of public, internal, confidential, restricted$/,
  ),
  wrong("one analyst without a list", "sluice:analysts", "ada", /a list$/),
  wrong("an analyst by name", "sluice:analysts", '["ada"]', /the ARN of an IAM user or role/),
  wrong("everybody as an engineer", "sluice:engineers", '["*"]', /the ARN of an IAM user or role/),
  wrong(
    "an account as an administrator",
    "sluice:lakeFormationAdmins",
    '["arn:aws:iam::123456789012:root"]',
    /the ARN of an IAM user or role/,
  ),
  wrong(
    "a user's ARN where a name belongs",
    "sluice:analystUsers",
    '["arn:aws:iam::1:user/a"]',
    /the name of an IAM user/,
  ),
  wrong(
    "a user's name that is too long",
    "sluice:engineerUsers",
    `["${"a".repeat(65)}"]`,
    /the name of an IAM user/,
  ),
  wrong("a SAML provider by name", "sluice:samlProvider", "company", /the ARN of a SAML provider/),
  wrong("an address that is none", "sluice:alarmEmails", '["ops"]', /an e-mail address$/),
  wrong("a partner by name", "sluice:partnerAccountIds", '["weather"]', /an AWS account id: 12 digits/),
  wrong(
    "a partner's id without quotes",
    "sluice:partnerAccountIds",
    "[210987654321]",
    /an AWS account id in quotes$/,
  ),
  wrong(
    "settings of Lake Formation that are none",
    "sluice:lakeFormationSettings",
    "mine",
    /manage or external$/,
  ),
  wrong(
    "a base image by tag",
    "sluice:baseImage",
    "public.ecr.aws/lambda/nodejs:24",
    /an image with its digest, such as/,
  ),
  wrong(
    "an engine that RDS does not run here",
    "sluice:source",
    '{"engine": "oracle", "databaseName": "a"}',
    /postgres or mysql$/,
  ),
  wrong(
    "a database's name with a hyphen",
    "sluice:source",
    '{"engine": "mysql", "databaseName": "a-b"}',
    /the name of a database/,
  ),
  wrong(
    "an instance class that is none",
    "sluice:source",
    '{"engine": "mysql", "databaseName": "a", "instanceClass": "small"}',
    /an instance class, such as db\.t4g\.micro$/,
  ),
  wrong(
    "a disk that RDS does not take",
    "sluice:source",
    '{"engine": "mysql", "databaseName": "a", "storageGiB": 5}',
    /at least 20 GiB$/,
  ),
  wrong(
    "an availability zone by its full name",
    "sluice:source",
    '{"engine": "mysql", "databaseName": "a", "zones": ["eu-west-1a", "b"]}',
    /the letter of an availability zone, such as a$/,
  ),
  {
    name: "a source in one zone, where RDS wants two",
    config: { "sluice:source": '{"engine": "mysql", "databaseName": "a", "zones": ["a"]}' },
    faults: [/^sluice:source\.zones\.1: missing;/],
  },
  wrong(
    "a source in a zone without a list",
    "sluice:source",
    '{"engine": "mysql", "databaseName": "a", "zones": "a"}',
    /two different letters, such as \[a, b\]$/,
  ),
  wrong(
    "a region that is none",
    "aws:region",
    "Ireland",
    /a region of the partitions aws, aws-cn and aws-us-gov, such as eu-west-1$/,
  ),
  {
    name: "two wrong people in a list, each by its place",
    config: { "sluice:analysts": '["ada", "arn:aws:iam::123456789012:user/grace", "eve"]' },
    faults: [/^sluice:analysts\.0: found "ada"/, /^sluice:analysts\.2: found "eve"/],
  },
];
