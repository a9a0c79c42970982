/** What of each resource of the program decides who gets in. */
import { POLICY_DOCUMENTS } from "../../policy-pack/stack/policy-documents.ts";
import type { Declared } from "./deploy.ts";

/** By type: the properties that must be there and known. An empty list: the type decides no access. */
export const ACCESS_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  "aws:iam/role:Role": ["name", "assumeRolePolicy", "permissionsBoundary"],
  "aws:iam/rolePolicy:RolePolicy": ["role", "policy"],
  "aws:iam/policy:Policy": ["name", "policy"],
  "aws:iam/group:Group": ["name"],
  "aws:iam/groupPolicy:GroupPolicy": ["group", "policy"],
  "aws:iam/user:User": ["name", "permissionsBoundary"],
  "aws:iam/userGroupMembership:UserGroupMembership": ["user", "groups"],
  "aws:kms/key:Key": ["policy"],
  "aws:kms/alias:Alias": ["name"],
  "aws:s3/bucket:Bucket": ["bucket"],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [
    ...["bucket", "blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
  ],
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ["bucket", "rule"],
  "aws:s3/bucketPolicy:BucketPolicy": ["bucket", "policy"],
  "aws:s3/bucketAcl:BucketAcl": ["bucket"],
  "aws:s3/bucketLogging:BucketLogging": ["bucket", "targetBucket"],
  "aws:s3/bucketNotification:BucketNotification": ["bucket", "eventbridge"],
  "aws:sqs/queue:Queue": ["name", "sqsManagedSseEnabled"],
  "aws:sqs/queuePolicy:QueuePolicy": ["policy"],
  "aws:sns/topic:Topic": ["name"],
  "aws:sns/topicPolicy:TopicPolicy": ["arn", "policy"],
  "aws:sns/topicSubscription:TopicSubscription": ["topic", "protocol", "endpoint"],
  "aws:cloudwatch/eventBus:EventBus": ["name"],
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": ["eventBusName", "policy"],
  "aws:cloudwatch/eventRule:EventRule": ["name", "eventPattern"],
  "aws:cloudwatch/eventTarget:EventTarget": ["rule", "arn", "deadLetterConfig"],
  "aws:scheduler/scheduleGroup:ScheduleGroup": ["name"],
  "aws:scheduler/schedule:Schedule": ["groupName", "target"],
  "aws:lambda/function:Function": ["name", "role"],
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ["functionName", "destinationConfig"],
  "aws:lambda/eventSourceMapping:EventSourceMapping": ["eventSourceArn", "functionName"],
  "aws:ecr/repositoryPolicy:RepositoryPolicy": ["repository", "policy"],
  "awsx:ecr:Repository": ["name", "imageTagMutability"],
  "aws:glue/catalogDatabase:CatalogDatabase": ["name", "catalogId"],
  "aws:glue/catalogTable:CatalogTable": ["name", "databaseName", "storageDescriptor"],
  "aws:glue/crawler:Crawler": ["role", "databaseName"],
  "aws:glue/connection:Connection": ["name"],
  "aws:lakeformation/dataLakeSettings:DataLakeSettings": [
    ...["catalogId", "admins", "createDatabaseDefaultPermissions", "createTableDefaultPermissions"],
  ],
  "aws:lakeformation/resource:Resource": ["arn", "roleArn", "hybridAccessEnabled"],
  "aws:lakeformation/permissions:Permissions": ["principal", "permissions", "catalogId"],
  "aws:lakeformation/lfTag:LfTag": ["key", "values"],
  "aws:lakeformation/resourceLfTags:ResourceLfTags": ["database", "lfTags"],
  "aws:athena/workgroup:Workgroup": ["name", "configuration"],
  "aws:secretsmanager/secret:Secret": ["name"],
  "aws:ec2/subnet:Subnet": ["mapPublicIpOnLaunch"],
  "aws:ec2/routeTable:RouteTable": ["routes"],
  "aws:ec2/vpcEndpoint:VpcEndpoint": ["serviceName", "vpcEndpointType"],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ["ipProtocol", "fromPort", "toPort"],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ["ipProtocol", "fromPort", "toPort"],
  "aws:rds/instance:Instance": [
    ...["identifier", "publiclyAccessible", "storageEncrypted", "deletionProtection"],
    ...["manageMasterUserPassword", "iamDatabaseAuthenticationEnabled"],
  ],
  "aws:rds/parameterGroup:ParameterGroup": ["name", "parameters"],

  "aws:athena/namedQuery:NamedQuery": [],
  "aws:athena/preparedStatement:PreparedStatement": [],
  "aws:budgets/budget:Budget": [],
  "aws:cloudwatch/dashboard:Dashboard": [],
  "aws:cloudwatch/logGroup:LogGroup": [],
  "aws:cloudwatch/metricAlarm:MetricAlarm": [],
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": [],
  "aws:ec2/routeTableAssociation:RouteTableAssociation": [],
  "aws:ec2/securityGroup:SecurityGroup": [],
  "aws:ec2/vpc:Vpc": [],
  "aws:rds/subnetGroup:SubnetGroup": [],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [],
  "aws:s3/bucketVersioning:BucketVersioning": [],
  "awsx:ecr:Image": [],
};

/** Unknown until the key exists, and no question of access: who may use the key says its policy. */
const MAY_BE_UNKNOWN = /\.configuration\.resultConfiguration\.encryptionConfiguration\.kmsKeyArn$/;

/** What decides access to a resource, by its place. */
export function accessOf({ type, name, inputs }: Declared): [string, unknown][] {
  const required = ACCESS_PROPERTIES[type] ?? [];
  // Wherever else a document may stand, it need not: a bucket's own `policy`, a role's inline policies.
  const documents = (POLICY_DOCUMENTS[type] ?? []).map(({ path }) => path.split(".")[0] ?? "");
  const properties = [...required, ...documents.filter((property) => property in inputs)];
  return [...new Set(properties)].map((property) => [`${name}.${property}`, inputs[property]]);
}

/** The places of whatever is not known in what decides access. */
export function unknownAccess(declared: readonly Declared[]): string[] {
  return declared
    .flatMap(accessOf)
    .flatMap(([path, value]) => unknownLeaves(path, value))
    .filter((path) => !MAY_BE_UNKNOWN.test(path));
}

function unknownLeaves(path: string, value: unknown): string[] {
  if (value === undefined) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => unknownLeaves(`${path}.${key}`, part));
}
