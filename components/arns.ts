/**
 * ARNs computed from names, account, region and partition: never from a resource's output, which is unknown before
 * the resource exists and would make the whole document that holds it unknown.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
import type { Settings } from "./settings.ts";

/** ARNs of one account, region and partition. */
export interface Arns {
  readonly accountId: string;
  readonly region: string;
  readonly partition: Settings["partition"];
  /** The account as a principal: everybody in it whose own policies say so too. */
  readonly accountPrincipal: string;
  /** A bucket, without its objects. */
  readonly bucket: (bucketName: string) => string;
  /** Every object whose key starts with the prefix; every object of the bucket for the empty prefix. */
  readonly objects: (bucketName: string, prefix: string) => string;
  /** A function, unqualified. */
  readonly function: (functionName: string) => string;
  /** A role without a path. */
  readonly role: (roleName: string) => string;
  /** A customer managed policy without a path. */
  readonly policy: (policyName: string) => string;
  /** An IAM user without a path. */
  readonly user: (userName: string) => string;
  /** A group of IAM users without a path. */
  readonly group: (groupName: string) => string;
  /** A rule of an event bus; of the default one where none is named. */
  readonly rule: (ruleName: string, busName?: string) => string;
  /** An event bus. */
  readonly bus: (busName: string) => string;
  /** A schedule of a group. */
  readonly schedule: (groupName: string, scheduleName: string) => string;
  /** A group of schedules. */
  readonly scheduleGroup: (groupName: string) => string;
  /** A queue. */
  readonly queue: (queueName: string) => string;
  /** A topic. */
  readonly topic: (topicName: string) => string;
  /** A log group and its streams: what the actions that write logs take. */
  readonly logGroup: (logGroupName: string) => string;
  /** An alarm. */
  readonly alarm: (alarmName: string) => string;
  /** An Athena workgroup. */
  readonly workgroup: (workgroupName: string) => string;
  /** The Glue Data Catalog. */
  readonly catalog: string;
  /** A database of the catalog. */
  readonly database: (databaseName: string) => string;
  /** A table; every table of the database for `*`. */
  readonly table: (databaseName: string, tableName: string) => string;
  /** A Glue crawler. */
  readonly crawler: (crawlerName: string) => string;
  /** A Glue connection. */
  readonly connection: (connectionName: string) => string;
  /** Whatever Lake Formation does for the account. */
  readonly lakeFormation: string;
  /** A repository of the account's private registry. */
  readonly repository: (repositoryName: string) => string;
  /** A secret: Secrets Manager puts six characters of its own behind the name. */
  readonly secret: (secretName: string) => string;
  /** Everything of a kind of EC2's ("subnet"): ids are known to nobody before, so conditions say which are meant. */
  readonly everyEc2: (kind: "vpc" | "subnet" | "security-group" | "network-interface") => string;
  /** Every key of the account: a key's id is known to nobody before it exists, so conditions say which is meant. */
  readonly everyKey: string;
  /** What `kms:ViaService` holds when a service of the region uses a key for somebody. */
  readonly viaService: (service: string) => string;
}

/**
 * Makes the ARNs of an account.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
export function createArns({
  partition,
  region,
  accountId,
}: Pick<Settings, "partition" | "region" | "accountId">): Arns {
  const regional = (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const global = (resource: string): string => `arn:${partition}:iam::${accountId}:${resource}`;
  return {
    ...{ accountId, region, partition },
    accountPrincipal: global("root"),
    bucket: (bucketName) => `arn:${partition}:s3:::${bucketName}`,
    objects: (bucketName, prefix) => `arn:${partition}:s3:::${bucketName}/${prefix}*`,
    function: (functionName) => regional("lambda", `function:${functionName}`),
    role: (roleName) => global(`role/${roleName}`),
    policy: (policyName) => global(`policy/${policyName}`),
    user: (userName) => global(`user/${userName}`),
    group: (groupName) => global(`group/${groupName}`),
    rule: (ruleName, busName) =>
      regional("events", busName === undefined ? `rule/${ruleName}` : `rule/${busName}/${ruleName}`),
    bus: (busName) => regional("events", `event-bus/${busName}`),
    schedule: (groupName, scheduleName) => regional("scheduler", `schedule/${groupName}/${scheduleName}`),
    scheduleGroup: (groupName) => regional("scheduler", `schedule-group/${groupName}`),
    queue: (queueName) => regional("sqs", queueName),
    topic: (topicName) => regional("sns", topicName),
    logGroup: (logGroupName) => regional("logs", `log-group:${logGroupName}:*`),
    alarm: (alarmName) => regional("cloudwatch", `alarm:${alarmName}`),
    workgroup: (workgroupName) => regional("athena", `workgroup/${workgroupName}`),
    catalog: regional("glue", "catalog"),
    database: (databaseName) => regional("glue", `database/${databaseName}`),
    table: (databaseName, tableName) => regional("glue", `table/${databaseName}/${tableName}`),
    crawler: (crawlerName) => regional("glue", `crawler/${crawlerName}`),
    connection: (connectionName) => regional("glue", `connection/${connectionName}`),
    lakeFormation: regional("lakeformation", "*"),
    repository: (repositoryName) => regional("ecr", `repository/${repositoryName}`),
    secret: (secretName) => regional("secretsmanager", `secret:${secretName}-??????`),
    everyEc2: (kind) => regional("ec2", `${kind}/*`),
    everyKey: regional("kms", "key/*"),
    viaService: (service) => `${service}.${region}.${dnsSuffix(partition)}`,
  };
}

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service */
function dnsSuffix(partition: Settings["partition"]): string {
  return partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}
