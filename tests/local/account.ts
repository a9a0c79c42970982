/** What an account has, of every kind that a lake is made of. */
import { ListWorkGroupsCommand } from "@aws-sdk/client-athena";
import { DescribeBudgetsCommand } from "@aws-sdk/client-budgets";
import { DescribeAlarmsCommand, ListDashboardsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import { ListArchivesCommand, ListEventBusesCommand, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { GetConnectionsCommand, GetCrawlersCommand, GetDatabasesCommand } from "@aws-sdk/client-glue";
import {
  ListGroupsCommand,
  ListPoliciesCommand,
  ListRolesCommand,
  ListUsersCommand,
  ListVirtualMFADevicesCommand,
} from "@aws-sdk/client-iam";
import { DescribeKeyCommand, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import {
  ListLFTagsCommand,
  ListPermissionsCommand,
  ListResourcesCommand,
} from "@aws-sdk/client-lakeformation";
import { ListEventSourceMappingsCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import {
  DescribeDBInstancesCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBSubnetGroupsCommand,
} from "@aws-sdk/client-rds";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { ListScheduleGroupsCommand, ListSchedulesCommand } from "@aws-sdk/client-scheduler";
import { ListSecretsCommand } from "@aws-sdk/client-secrets-manager";
import { ListSubscriptionsCommand, ListTopicsCommand } from "@aws-sdk/client-sns";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { LOCAL_ACCOUNT } from "../../local/emulator/emulator.ts";
import type { Clients } from "../../local/provider/clients.ts";

/** Names, ids or ARNs by kind, in order; a kind of which there is nothing is not listed. */
export type Account = Readonly<Record<string, readonly string[]>>;

type List = (clients: Clients) => Promise<readonly (string | undefined)[] | undefined>;

const ALARM_TYPES = ["MetricAlarm", "CompositeAlarm"] as const;

/** How each kind is listed. */
const LISTS: Readonly<Record<string, List>> = {
  alarms: async ({ cloudwatch }) => {
    const found = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmTypes: [...ALARM_TYPES] }));
    return [...(found.MetricAlarms ?? []), ...(found.CompositeAlarms ?? [])].map(
      ({ AlarmName }) => AlarmName,
    );
  },
  aliases: async ({ kms }) =>
    (await kms.send(new ListAliasesCommand({}))).Aliases?.map(({ AliasName }) => AliasName),
  archives: async ({ events }) =>
    (await events.send(new ListArchivesCommand({}))).Archives?.map(({ ArchiveName }) => ArchiveName),
  buckets: async ({ s3 }) => (await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name),
  budgets: async ({ budgets }) =>
    (await budgets.send(new DescribeBudgetsCommand({ AccountId: LOCAL_ACCOUNT }))).Budgets?.map(
      ({ BudgetName }) => BudgetName,
    ),
  buses: async ({ events }) =>
    (await events.send(new ListEventBusesCommand({}))).EventBuses?.map(({ Name }) => Name),
  connections: async ({ glue }) =>
    (await glue.send(new GetConnectionsCommand({}))).ConnectionList?.map(({ Name }) => Name),
  crawlers: async ({ glue }) =>
    (await glue.send(new GetCrawlersCommand({}))).Crawlers?.map(({ Name }) => Name),
  dashboards: async ({ cloudwatch }) =>
    (await cloudwatch.send(new ListDashboardsCommand({}))).DashboardEntries?.map(
      ({ DashboardName }) => DashboardName,
    ),
  databaseInstances: async ({ rds }) =>
    (await rds.send(new DescribeDBInstancesCommand({}))).DBInstances?.map(
      ({ DBInstanceIdentifier }) => DBInstanceIdentifier,
    ),
  databaseParameterGroups: async ({ rds }) =>
    (await rds.send(new DescribeDBParameterGroupsCommand({}))).DBParameterGroups?.map(
      ({ DBParameterGroupName }) => DBParameterGroupName,
    ),
  databaseSubnetGroups: async ({ rds }) =>
    (await rds.send(new DescribeDBSubnetGroupsCommand({}))).DBSubnetGroups?.map(
      ({ DBSubnetGroupName }) => DBSubnetGroupName,
    ),
  databases: async ({ glue }) =>
    (await glue.send(new GetDatabasesCommand({}))).DatabaseList?.map(({ Name }) => Name),
  endpoints: async ({ ec2 }) =>
    (await ec2.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints?.map(
      ({ VpcEndpointId }) => VpcEndpointId,
    ),
  eventSourceMappings: async ({ lambda }) =>
    (await lambda.send(new ListEventSourceMappingsCommand({}))).EventSourceMappings?.map(({ UUID }) => UUID),
  functions: async ({ lambda }) =>
    (await lambda.send(new ListFunctionsCommand({}))).Functions?.map(({ FunctionName }) => FunctionName),
  groups: async ({ iam }) =>
    (await iam.send(new ListGroupsCommand({}))).Groups?.map(({ GroupName }) => GroupName),
  keys: async ({ kms }) => {
    const { Keys = [] } = await kms.send(new ListKeysCommand({}));
    const keys = await Promise.all(Keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
    return keys
      .filter(({ KeyMetadata }) => KeyMetadata?.KeyState !== "PendingDeletion")
      .map(({ KeyMetadata }) => KeyMetadata?.KeyId);
  },
  lakeFormationPermissions: async ({ lakeFormation }) =>
    (await lakeFormation.send(new ListPermissionsCommand({}))).PrincipalResourcePermissions?.map(
      ({ Principal, Resource }) =>
        `${Principal?.DataLakePrincipalIdentifier ?? ""} on ${JSON.stringify(Resource)}`,
    ),
  lakeFormationResources: async ({ lakeFormation }) =>
    (await lakeFormation.send(new ListResourcesCommand({}))).ResourceInfoList?.map(
      ({ ResourceArn }) => ResourceArn,
    ),
  lakeFormationTags: async ({ lakeFormation }) =>
    (await lakeFormation.send(new ListLFTagsCommand({}))).LFTags?.map(({ TagKey }) => TagKey),
  logGroups: async ({ logs }) =>
    (await logs.send(new DescribeLogGroupsCommand({}))).logGroups?.map(({ logGroupName }) => logGroupName),
  mfaDevices: async ({ iam }) =>
    (await iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: "Any" }))).VirtualMFADevices?.map(
      ({ SerialNumber }) => SerialNumber,
    ),
  networks: async ({ ec2 }) => (await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.map(({ VpcId }) => VpcId),
  policies: async ({ iam }) =>
    (await iam.send(new ListPoliciesCommand({ Scope: "Local" }))).Policies?.map(
      ({ PolicyName }) => PolicyName,
    ),
  queues: async ({ sqs }) =>
    (await sqs.send(new ListQueuesCommand({}))).QueueUrls?.map((url) => url.split("/").at(-1)),
  repositories: async ({ ecr }) =>
    (await ecr.send(new DescribeRepositoriesCommand({}))).repositories?.map(
      ({ repositoryName }) => repositoryName,
    ),
  roles: async ({ iam }) => (await iam.send(new ListRolesCommand({}))).Roles?.map(({ RoleName }) => RoleName),
  routeTables: async ({ ec2 }) =>
    (await ec2.send(new DescribeRouteTablesCommand({}))).RouteTables?.map(({ RouteTableId }) => RouteTableId),
  rules: async ({ events }) => {
    const { EventBuses = [] } = await events.send(new ListEventBusesCommand({}));
    const found = await Promise.all(
      EventBuses.map(({ Name }) => events.send(new ListRulesCommand({ EventBusName: Name }))),
    );
    return found.flatMap(({ Rules = [] }) => Rules.map(({ Name }) => Name));
  },
  scheduleGroups: async ({ scheduler }) =>
    (await scheduler.send(new ListScheduleGroupsCommand({}))).ScheduleGroups?.map(({ Name }) => Name),
  schedules: async ({ scheduler }) =>
    (await scheduler.send(new ListSchedulesCommand({}))).Schedules?.map(({ Name }) => Name),
  secrets: async ({ secretsManager }) =>
    (await secretsManager.send(new ListSecretsCommand({ IncludePlannedDeletion: true }))).SecretList?.map(
      ({ Name }) => Name,
    ),
  securityGroups: async ({ ec2 }) =>
    (await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups?.map(({ GroupId }) => GroupId),
  subnets: async ({ ec2 }) =>
    (await ec2.send(new DescribeSubnetsCommand({}))).Subnets?.map(({ SubnetId }) => SubnetId),
  subscriptions: async ({ sns }) =>
    (await sns.send(new ListSubscriptionsCommand({}))).Subscriptions?.map(
      ({ SubscriptionArn }) => SubscriptionArn,
    ),
  topics: async ({ sns }) =>
    (await sns.send(new ListTopicsCommand({}))).Topics?.map(({ TopicArn }) => TopicArn),
  users: async ({ iam }) => (await iam.send(new ListUsersCommand({}))).Users?.map(({ UserName }) => UserName),
  workgroups: async ({ athena }) =>
    (await athena.send(new ListWorkGroupsCommand({}))).WorkGroups?.map(({ Name }) => Name),
};

/** Lists the account. The answer "nothing" counts only from keys that may see everything: the root's. */
export async function listAccount(root: Clients): Promise<Account> {
  const found = await Promise.all(
    Object.entries(LISTS).map(
      async ([kind, list]) => [kind, ((await list(root)) ?? []).map(String)] as const,
    ),
  );
  return Object.fromEntries(
    found.filter(([, all]) => all.length > 0).map(([kind, all]) => [kind, all.toSorted()]),
  );
}

/** What is there now and was not there before. */
export function addedSince(before: Account, now: Account): Account {
  const added = Object.entries(now).map(
    ([kind, all]) => [kind, all.filter((one) => before[kind]?.includes(one) !== true)] as const,
  );
  return Object.fromEntries(added.filter(([, all]) => all.length > 0));
}
