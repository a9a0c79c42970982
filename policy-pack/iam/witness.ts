/** Requests that show what a wildcard lets through: actions nobody names by accident. Pure. */
import { actionMatches } from "./patterns.ts";

interface Witness {
  readonly action: string;
  /** What the request does, in words that finish "…, which". */
  readonly does: string;
}

/** An action and the resource pattern of the statement that lets it through. */
export interface WitnessRequest extends Witness {
  readonly resource: string;
}

/** Whether the statement covers an action; given by the caller, who knows `Action` from `NotAction`. */
export type Covers = (action: string) => boolean;

// Actions that AWS grants on "*" alone: no ARN fits.
const NO_ARN = "none";

// Ordered by harm: the first that a pattern covers is the one shown. Names and resources are those of
// https://docs.aws.amazon.com/service-authorization/latest/reference/
const WITNESSES: readonly (Witness & { readonly on: RegExp })[] = [
  w("iam:CreateAccessKey", "issues lasting credentials of another user", "iam", "user/"),
  w("iam:AttachRolePolicy", "attaches any managed policy to a role", "iam", "role/"),
  w("iam:PassRole", "hands a role to a service", "iam", "role/"),
  w("iam:GetRole", "reads a role and its trust policy", "iam", "role/"),
  w("sts:AssumeRole", "takes on a role", "iam", "role/"),
  w("sts:TagSession", "sets the session tags that other policies trust", "iam", "role/"),
  w("s3:DeleteBucketPolicy", "removes the bucket's policy", "s3", "bucket"),
  w("s3:PutBucketPolicy", "replaces the bucket's policy, its denials included", "s3", "bucket"),
  w("s3:PutBucketAcl", "replaces the bucket's ACL", "s3", "bucket"),
  w("s3:ListBucketVersions", "lists every version of every key", "s3", "bucket"),
  w("s3:GetBucketPolicy", "reads the bucket's policy", "s3", "bucket"),
  w("s3:DeleteObjectVersion", "erases an object past recovery", "s3", "object"),
  w("s3:PutObjectAcl", "replaces an object's ACL", "s3", "object"),
  w("s3:GetObjectVersion", "reads versions that were overwritten or deleted", "s3", "object"),
  w("kms:ScheduleKeyDeletion", "destroys the key and all that it encrypts", "kms", "key/"),
  w("kms:PutKeyPolicy", "replaces the key's policy", "kms", "key/"),
  w("kms:CreateGrant", "hands the use of the key to another principal", "kms", "key/"),
  w("kms:GenerateDataKeyWithoutPlaintext", "makes data keys", "kms", "key/"),
  w("kms:ReEncryptFrom", "moves ciphertext to another key", "kms", "key/"),
  w("kms:Decrypt", "decrypts data", "kms", "key/"),
  w("kms:GetKeyPolicy", "reads the key's policy", "kms", "key/"),
  w("lambda:AddPermission", "lets another account invoke the function", "lambda", "function:"),
  w("lambda:UpdateFunctionCode", "runs any code under the function's role", "lambda", "function:"),
  w("lambda:GetFunction", "downloads the function's code and environment", "lambda", "function:"),
  w("secretsmanager:PutResourcePolicy", "lets another account read the secret", "secretsmanager", "secret:"),
  w("secretsmanager:DeleteSecret", "deletes the secret", "secretsmanager", "secret:"),
  w("secretsmanager:GetSecretValue", "reads the secret", "secretsmanager", "secret:"),
  w("sqs:AddPermission", "opens the queue to another account", "sqs"),
  w("sqs:PurgeQueue", "drops every message", "sqs"),
  w("sqs:SetQueueAttributes", "replaces the queue's policy", "sqs"),
  w("sqs:GetQueueAttributes", "reads the queue's policy", "sqs"),
  w("sns:AddPermission", "opens the topic to another account", "sns"),
  w("sns:DeleteTopic", "deletes the topic", "sns"),
  w("sns:SetTopicAttributes", "replaces the topic's policy", "sns"),
  w("glue:PutResourcePolicy", "opens the catalog to another account", "glue", "catalog$"),
  w("glue:DeleteDatabase", "deletes a database and its tables", "glue", "database/"),
  w("glue:UpdateJob", "runs any code under a job's role", "glue", "job/"),
  w("glue:GetConnection", "reads a connection's password", "glue", "connection/"),
  w("glue:BatchDeletePartition", "deletes partitions", "glue", "table/"),
  w("lakeformation:PutDataLakeSettings", "names new data lake administrators", NO_ARN),
  w("lakeformation:GrantPermissions", "grants access to any table", NO_ARN),
  w("lakeformation:GetDataAccess", "vends credentials for table data", NO_ARN),
  w("athena:DeleteWorkGroup", "deletes a workgroup and its history", "athena", "workgroup/"),
  w("athena:UpdateWorkGroup", "turns off the workgroup's enforced settings", "athena", "workgroup/"),
  w("athena:GetQueryResults", "reads the results of another user's query", "athena", "workgroup/"),
  w("events:PutTargets", "sends the rule's events to a target of the caller's", "events", "rule/"),
  w("events:DeleteRule", "stops the rule", "events", "rule/"),
  w("events:PutPermission", "opens the bus to another account", "events", "event-bus/"),
  w("logs:DeleteLogGroup", "erases the log group", "logs", "log-group:"),
  w("logs:PutResourcePolicy", "lets a service or account write to the logs", NO_ARN),
  w("logs:PutSubscriptionFilter", "streams the logs elsewhere", "logs", "log-group:"),
  w("logs:GetLogEvents", "reads the logs", "logs", "log-group:"),
  w("ecr:SetRepositoryPolicy", "opens the repository to another account", "ecr", "repository/"),
  w("ecr:PutImage", "replaces the image that functions run", "ecr", "repository/"),
  w("ecr:BatchGetImage", "pulls any image of the repository", "ecr", "repository/"),
  w("dynamodb:DeleteTable", "deletes the table", "dynamodb", "table/"),
  w("dynamodb:GetItem", "reads the table", "dynamodb", "table/"),
  w("rds:ModifyDBInstance", "sets a new master password", "rds", "db:"),
  w("rds:DeleteDBInstance", "deletes the database", "rds", "db:"),
  w("ec2:AuthorizeSecurityGroupIngress", "opens a security group", "ec2", "security-group/"),
  w("ec2:RunInstances", "starts instances", "ec2", "instance/"),
  w("ssm:SendCommand", "runs commands on instances", "ec2", "instance/"),
  w("ssm:GetParameter", "reads a parameter", "ssm", "parameter/"),
  w("states:UpdateStateMachine", "runs any workflow under the machine's role", "states", "stateMachine:"),
  w("cloudwatch:DeleteAlarms", "silences alarms", "cloudwatch", "alarm:"),
  w("kinesis:DeleteStream", "deletes the stream", "kinesis", "stream/"),
  w("firehose:UpdateDestination", "sends the stream elsewhere", "firehose", "deliverystream/"),
  w("scheduler:UpdateSchedule", "aims a schedule at another target", "scheduler", "schedule/"),
  w("cloudformation:UpdateStack", "changes resources under the stack's role", "cloudformation", "stack/"),
];

/**
 * The most harmful known request that a statement covers, with the resource pattern that lets it through;
 * undefined when none of the known ones fits. A statement without a Resource element (a trust policy, an
 * ECR repository policy) speaks of the resource it is attached to.
 */
export function witnessOf(
  covers: Covers,
  resources: readonly string[] | undefined,
): WitnessRequest | undefined {
  for (const { action, does, on } of WITNESSES) {
    if (!covers(action)) continue;
    if (resources === undefined) return { action, does, resource: "the resource it is attached to" };
    const resource = resources.find((pattern) => isStar(pattern) || on.test(pattern));
    if (resource !== undefined) return { action, does, resource };
  }
  return undefined;
}

/** Whether any pattern of a list matches an action. */
export function anyMatches(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => actionMatches(pattern, action));
}

function isStar(pattern: string): boolean {
  return /^\*+$/.test(pattern);
}

function w(action: string, does: string, arnService: string, rest = ""): Witness & { readonly on: RegExp } {
  return { action, does, on: new RegExp(resourcePattern(arnService, rest)) };
}

function resourcePattern(arnService: string, rest: string): string {
  if (arnService === NO_ARN) return "^$";
  if (arnService === "s3")
    return rest === "bucket" ? "^arn:[^:]*:s3:::[^/]+$" : "^arn:[^:]*:s3:::[^/]*[/*].*$";
  return `^arn:[^:]*:${arnService}:[^:]*:[^:]*:(?:\\*|${rest})`;
}
