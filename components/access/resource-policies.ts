/** Statements of resources' own policies: who else than the account's roles comes near, and what nobody may. */
import type { Arns } from "../arns.ts";
import type { ResourceStatement } from "./documents.ts";

/**
 * Refuses whatever does not come over TLS.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html#example-bucket-policies-HTTP-HTTPS
 */
export function denyWithoutTls(
  service: "s3" | "sqs" | "sns",
  resources: readonly string[],
): ResourceStatement {
  return {
    Sid: "DenyWithoutTls",
    Effect: "Deny",
    Principal: "*",
    // SNS takes no action of another kind in a topic's policy than those of a topic.
    Action: service === "sns" ? ["sns:Publish"] : [`${service}:*`],
    Resource: resources,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/**
 * Lets S3 write the access logs of the buckets.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html#grant-log-delivery-permissions-general
 */
export function allowAccessLogs(
  { accountId }: Arns,
  targetObjectsArn: string,
  sourceBucketArns: readonly string[],
): ResourceStatement {
  return {
    Sid: "AllowAccessLogs",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: ["s3:PutObject"],
    Resource: [targetObjectsArn],
    Condition: {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": sourceBucketArns },
    },
  };
}

/**
 * Lets partners' accounts drop files, and refuses a file that its writer keeps to himself.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html#ensure-object-ownership
 */
export function partnerDrop(
  { partition }: Arns,
  objectsArn: string,
  partnerAccountIds: readonly string[],
): ResourceStatement[] {
  const acl = { "s3:x-amz-acl": "bucket-owner-full-control" };
  return [
    {
      Sid: "AllowPartners",
      Effect: "Allow",
      Principal: { AWS: partnerAccountIds.map((id) => `arn:${partition}:iam::${id}:root`) },
      Action: ["s3:PutObject", "s3:PutObjectAcl"],
      Resource: [objectsArn],
      Condition: { StringEquals: acl },
    },
    {
      Sid: "DenyWithoutFullControl",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:PutObject"],
      Resource: [objectsArn],
      Condition: { StringNotEquals: acl },
    },
  ];
}

/**
 * Lets rules put events into a queue: those that they could not deliver, or those that the queue is the target of.
 * A rule's ARN names its account.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions
 */
export function allowRules(queueArn: string, ruleArns: readonly string[]): ResourceStatement[] {
  if (ruleArns.length === 0) return [];
  return [
    {
      Sid: "AllowRules",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["sqs:SendMessage"],
      Resource: [queueArn],
      Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
    },
  ];
}

/**
 * Lets the account's alarms and budgets publish to a topic.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 * @see https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
 */
export function allowAlarms({ accountId, alarm, partition }: Arns, topicArn: string): ResourceStatement[] {
  const account = { "aws:SourceAccount": accountId };
  const allow = (Sid: string, Service: string, sourceArn: string): ResourceStatement => ({
    Sid,
    Effect: "Allow",
    Principal: { Service },
    Action: ["sns:Publish"],
    Resource: [topicArn],
    Condition: { StringEquals: account, ArnLike: { "aws:SourceArn": sourceArn } },
  });
  return [
    allow("AllowAlarms", "cloudwatch.amazonaws.com", alarm("*")),
    allow("AllowBudgets", "budgets.amazonaws.com", `arn:${partition}:budgets::${accountId}:*`),
  ];
}

/**
 * Lets Lambda pull the images of a repository, for functions of this account.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions
 */
export function allowLambdaToPull(functionArns: readonly string[]): ResourceStatement {
  return {
    Sid: "AllowLambda",
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    // A repository's policy is about the repository itself.
    Condition: { ArnLike: { "aws:SourceArn": functionArns } },
  };
}

/**
 * Lets one bus take events of its own account only: whoever may put them, by roles of the account.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
 */
export function denyOtherAccounts({ accountId }: Arns, busArn: string): ResourceStatement {
  return {
    Sid: "DenyOtherAccounts",
    Effect: "Deny",
    Principal: "*",
    Action: ["events:PutEvents"],
    Resource: [busArn],
    Condition: { StringNotEquals: { "aws:PrincipalAccount": accountId } },
  };
}

/**
 * Lets only this account's own users and roles through an endpoint to S3.
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html#edit-vpc-endpoint-policy-s3
 */
export function allowOwnAccountToS3({ accountId }: Arns): ResourceStatement {
  return {
    Sid: "AllowOwnAccount",
    Effect: "Allow",
    Principal: "*",
    Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:GetBucketLocation"],
    Resource: ["*"],
    Condition: { StringEquals: { "aws:PrincipalAccount": accountId } },
  };
}
