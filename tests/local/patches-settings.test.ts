/**
 * What the emulator drops of a database, a network and a crawler, and its patches keep (the tests of the provider's
 * types see that). Once a new version keeps it itself, the test of the gap fails and says which patch to remove.
 */
import assert from "node:assert/strict";
import {
  AuthorizeSecurityGroupEgressCommand,
  CreateFlowLogsCommand,
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeFlowLogsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeVpcEndpointsCommand,
  ModifySecurityGroupRulesCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateConnectionCommand,
  CreateCrawlerCommand,
  CreateDatabaseCommand,
  GetCrawlerCommand,
  GetDataCatalogEncryptionSettingsCommand,
  GetDatabaseCommand,
  GetTagsCommand,
  UpdateConnectionCommand,
} from "@aws-sdk/client-glue";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { GetDataLakeSettingsCommand } from "@aws-sdk/client-lakeformation";
import { CreateDBInstanceCommand, DeleteDBInstanceCommand } from "@aws-sdk/client-rds";
import type { Clients } from "../../local/provider/clients.ts";
import { closedItself, inFolder } from "./own-emulator.ts";

const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" }],
});
const EVERYBODY = { DataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" };

async function makeVpc({ ec2 }: Clients): Promise<string> {
  return (await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }))).Vpc?.VpcId ?? "";
}

async function makeGroup({ ec2 }: Clients, VpcId: string, GroupName: string): Promise<string> {
  const call = new CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName });
  return (await ec2.send(call)).GroupId ?? "";
}

async function makeCrawler({ glue, iam }: Clients): Promise<string> {
  const Statement = {
    Effect: "Allow",
    Principal: { Service: "glue.amazonaws.com" },
    Action: "sts:AssumeRole",
  };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "crawler", AssumeRolePolicyDocument }));
  await glue.send(
    new CreateCrawlerCommand({
      Name: "crawler",
      Role: Role?.Arn,
      Targets: {},
      LakeFormationConfiguration: { UseLakeFormationCredentials: true },
      Tags: { a: "b" },
    }),
  );
  return "crawler";
}

describe("without its patches, the emulator still has the gap that", function () {
  this.timeout(60_000);
  const folder = inFolder();
  let clients: Clients;

  beforeEach(async () => {
    clients = (await folder.open({ patches: [] })).root;
  });

  it("lake-formation closes: there is no Lake Formation", async () => {
    const call = clients.lakeFormation.send(new GetDataLakeSettingsCommand({}));

    await assert.rejects(call, { name: "Unknown" }, closedItself("lake-formation"));
  });

  it("glue-settings closes: a database's default permissions are dropped", async () => {
    const CreateTableDefaultPermissions = [{ Principal: EVERYBODY, Permissions: ["SELECT" as const] }];
    const DatabaseInput = { Name: "lake", CreateTableDefaultPermissions };
    await clients.glue.send(new CreateDatabaseCommand({ DatabaseInput }));

    const { Database } = await clients.glue.send(new GetDatabaseCommand({ Name: "lake" }));

    assert.equal(
      Database?.CreateTableDefaultPermissions,
      undefined,
      closedItself("glue-settings (database)"),
    );
  });

  it("glue-settings closes: a crawler's use of Lake Formation and its tags are dropped", async () => {
    const Name = await makeCrawler(clients);

    const { Crawler } = await clients.glue.send(new GetCrawlerCommand({ Name }));
    const ResourceArn = `arn:aws:glue:eu-west-1:000000000000:crawler/${Name}`;
    const { Tags } = await clients.glue.send(new GetTagsCommand({ ResourceArn }));

    assert.equal(Crawler?.LakeFormationConfiguration, undefined, closedItself("glue-settings (crawler)"));
    assert.deepEqual(Tags, {}, closedItself("glue-settings (tags)"));
  });

  it("glue-settings closes: a connection cannot be changed, and is made twice", async () => {
    const ConnectionInput = { Name: "db", ConnectionType: "JDBC" as const, ConnectionProperties: {} };
    const create = new CreateConnectionCommand({ ConnectionInput });
    await clients.glue.send(create);

    await clients.glue
      .send(create)
      .catch(() => assert.fail(closedItself("glue-settings (second connection)")));
    const change = clients.glue.send(new UpdateConnectionCommand({ Name: "db", ConnectionInput }));

    await assert.rejects(change, { name: "InvalidAction" }, closedItself("glue-settings (UpdateConnection)"));
  });

  it("glue-settings closes: the catalog has no encryption settings", async () => {
    const call = clients.glue.send(new GetDataCatalogEncryptionSettingsCommand({}));

    await assert.rejects(call, { name: "InvalidAction" }, closedItself("glue-settings (encryption)"));
  });

  it("rds-instances closes: a managed password makes no secret, and logs are dropped", async () => {
    const { DBInstance } = await clients.rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "orders",
        DBInstanceClass: "db.t4g.micro",
        Engine: "postgres",
        AllocatedStorage: 20,
        MasterUsername: "keeper",
        ManageMasterUserPassword: true,
        EnableCloudwatchLogsExports: ["postgresql"],
        EnablePerformanceInsights: true,
      }),
    );

    assert.equal(DBInstance?.MasterUserSecret, undefined, closedItself("rds-instances (secret)"));
    assert.deepEqual(
      DBInstance?.EnabledCloudwatchLogsExports ?? [],
      [],
      closedItself("rds-instances (logs)"),
    );
    const removal = new DeleteDBInstanceCommand({ DBInstanceIdentifier: "orders" });
    await clients.rds.send(removal).catch(() => assert.fail(closedItself("rds-instances (final snapshot)")));
  });

  it("vpc-settings closes: an endpoint's policy, groups and private DNS are dropped", async () => {
    const VpcId = await makeVpc(clients);
    await clients.ec2.send(
      new CreateVpcEndpointCommand({
        VpcId,
        ServiceName: "com.amazonaws.eu-west-1.glue",
        VpcEndpointType: "Interface",
        PolicyDocument: POLICY,
        SecurityGroupIds: [await makeGroup(clients, VpcId, "endpoint")],
        PrivateDnsEnabled: true,
      }),
    );

    const { VpcEndpoints } = await clients.ec2.send(new DescribeVpcEndpointsCommand({}));

    const [endpoint] = VpcEndpoints ?? [];
    assert.equal(endpoint?.PolicyDocument, undefined, closedItself("vpc-settings (endpoint policy)"));
    assert.deepEqual(endpoint?.Groups ?? [], [], closedItself("vpc-settings (endpoint groups)"));
    assert.equal(endpoint?.PrivateDnsEnabled, undefined, closedItself("vpc-settings (endpoint DNS)"));
  });

  it("vpc-settings closes: a flow log's interval and tags are dropped", async () => {
    await clients.ec2.send(
      new CreateFlowLogsCommand({
        ResourceIds: [await makeVpc(clients)],
        ResourceType: "VPC",
        TrafficType: "ALL",
        LogDestinationType: "s3",
        LogDestination: "arn:aws:s3:::logs",
        MaxAggregationInterval: 60,
        TagSpecifications: [{ ResourceType: "vpc-flow-log", Tags: [{ Key: "a", Value: "b" }] }],
      }),
    );

    const { FlowLogs } = await clients.ec2.send(new DescribeFlowLogsCommand({}));

    assert.equal(FlowLogs?.[0]?.MaxAggregationInterval, undefined, closedItself("vpc-settings (flow log)"));
    assert.deepEqual(FlowLogs?.[0]?.Tags ?? [], [], closedItself("vpc-settings (flow log tags)"));
  });

  it("vpc-settings closes: a rule's prefix list is dropped, and a changed group too", async () => {
    const VpcId = await makeVpc(clients);
    const [GroupId, first, second] = [
      await makeGroup(clients, VpcId, "group"),
      await makeGroup(clients, VpcId, "first"),
      await makeGroup(clients, VpcId, "second"),
    ];
    const ports = { IpProtocol: "tcp", FromPort: 443, ToPort: 443 };
    const { SecurityGroupRules: listed } = await clients.ec2.send(
      new AuthorizeSecurityGroupEgressCommand({
        GroupId,
        IpPermissions: [{ ...ports, PrefixListIds: [{ PrefixListId: "pl-12345678" }] }],
      }),
    );
    const { SecurityGroupRules: referring } = await clients.ec2.send(
      new AuthorizeSecurityGroupEgressCommand({
        GroupId,
        IpPermissions: [{ ...ports, UserIdGroupPairs: [{ GroupId: first }] }],
      }),
    );
    const SecurityGroupRuleId = referring?.[0]?.SecurityGroupRuleId;

    const SecurityGroupRule = { ...ports, ReferencedGroupId: second };
    const SecurityGroupRules = [{ SecurityGroupRuleId, SecurityGroupRule }];
    await clients.ec2.send(new ModifySecurityGroupRulesCommand({ GroupId, SecurityGroupRules }));

    assert.equal(listed?.[0]?.PrefixListId, undefined, closedItself("vpc-settings (prefix list)"));
    const Filters = [{ Name: "security-group-rule-id", Values: [SecurityGroupRuleId ?? ""] }];
    const changed = await clients.ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    const referred = changed.SecurityGroupRules?.[0]?.ReferencedGroupInfo?.GroupId;
    assert.equal(referred, first, closedItself("vpc-settings (changed group)"));
  });
});
