/**
 * ARNs computed from names, account, region and partition: never from a resource's output, which is unknown before
 * the resource exists and would make the whole document that holds it unknown.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
import type { Settings } from "./settings.ts";

/** ARNs of one account, region and partition. */
export interface Arns {
  /** A bucket, without its objects. */
  readonly bucket: (bucketName: string) => string;
  /** Every object whose key starts with the prefix; every object of the bucket for the empty prefix. */
  readonly objects: (bucketName: string, prefix: string) => string;
  /** A function, unqualified. */
  readonly function: (functionName: string) => string;
  /** A role without a path. */
  readonly role: (roleName: string) => string;
  /** A rule of the default event bus. */
  readonly rule: (ruleName: string) => string;
  /** A queue. */
  readonly queue: (queueName: string) => string;
  /** A log group and its streams: what the actions that write logs take. */
  readonly logGroup: (logGroupName: string) => string;
}

/** Makes the ARNs of an account. */
export function createArns({
  partition,
  region,
  accountId,
}: Pick<Settings, "partition" | "region" | "accountId">): Arns {
  const regional = (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  return {
    bucket: (bucketName) => `arn:${partition}:s3:::${bucketName}`,
    objects: (bucketName, prefix) => `arn:${partition}:s3:::${bucketName}/${prefix}*`,
    function: (functionName) => regional("lambda", `function:${functionName}`),
    role: (roleName) => `arn:${partition}:iam::${accountId}:role/${roleName}`,
    rule: (ruleName) => regional("events", `rule/${ruleName}`),
    queue: (queueName) => regional("sqs", queueName),
    logGroup: (logGroupName) => regional("logs", `log-group:${logGroupName}:*`),
  };
}
