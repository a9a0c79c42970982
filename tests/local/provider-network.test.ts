/** The provider's networks: each type is made, read back, changed and removed by the real engine. */
import assert from "node:assert/strict";
import {
  DescribeFlowLogsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { deployedProgram } from "./provider-programs.ts";

interface Variant {
  readonly stage: string;
  readonly port: number;
  readonly isPublic: boolean;
  readonly action: string;
}

function source({ stage, port, isPublic, action }: Variant): string {
  return `
import * as aws from "@pulumi/aws";

const tags = { stage: "${stage}" };
const vpc = new aws.ec2.Vpc("v", { cidrBlock: "10.7.0.0/16", enableDnsHostnames: true, tags });
new aws.ec2.DefaultSecurityGroup("closed", { vpcId: vpc.id, tags });
const subnets = ["a", "b"].map((zone, index) => new aws.ec2.Subnet(zone, {
  vpcId: vpc.id,
  cidrBlock: \`10.7.\${index}.0/24\`,
  availabilityZone: \`eu-west-1\${zone}\`,
  mapPublicIpOnLaunch: ${isPublic},
  tags,
}));
const table = new aws.ec2.RouteTable("t", { vpcId: vpc.id, routes: [], tags });
new aws.ec2.RouteTableAssociation("ta", { routeTableId: table.id, subnetId: subnets[0].id });
const group = new aws.ec2.SecurityGroup("g", { name: "jobs", description: "Jobs", vpcId: vpc.id, tags });
const other = new aws.ec2.SecurityGroup("o", { name: "database", vpcId: vpc.id, tags });
const gateway = new aws.ec2.VpcEndpoint("s3", {
  vpcId: vpc.id,
  serviceName: "com.amazonaws.eu-west-1.s3",
  routeTableIds: [table.id],
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "${action}", Resource: "*" }],
  }),
  tags,
});
const glue = new aws.ec2.VpcEndpoint("glue", {
  vpcId: vpc.id,
  serviceName: "com.amazonaws.eu-west-1.glue",
  vpcEndpointType: "Interface",
  subnetIds: subnets.map(({ id }) => id),
  securityGroupIds: [group.id],
  privateDnsEnabled: true,
});
new aws.vpc.SecurityGroupIngressRule("in", {
  securityGroupId: other.id,
  referencedSecurityGroupId: group.id,
  ipProtocol: "tcp",
  fromPort: ${port},
  toPort: ${port},
  description: "jobs",
  tags,
});
new aws.vpc.SecurityGroupIngressRule("self", {
  securityGroupId: group.id,
  referencedSecurityGroupId: group.id,
  ipProtocol: "-1",
});
new aws.vpc.SecurityGroupEgressRule("out", {
  securityGroupId: group.id,
  prefixListId: gateway.prefixListId,
  ipProtocol: "tcp",
  fromPort: 443,
  toPort: 443,
});
new aws.vpc.SecurityGroupEgressRule("inside", {
  securityGroupId: group.id,
  cidrIpv4: vpc.cidrBlock,
  ipProtocol: "tcp",
  fromPort: ${port},
  toPort: ${port},
});
const log = new aws.ec2.FlowLog("l", {
  vpcId: vpc.id,
  trafficType: "ALL",
  logDestinationType: "s3",
  logDestination: "arn:aws:s3:::flow-logs",
  maxAggregationInterval: 60,
  tags,
});

export const vpcId = vpc.id;
export const defaultGroupId = vpc.defaultSecurityGroupId;
export const subnetIds = subnets.map(({ id }) => id);
export const tableId = table.id;
export const groupId = group.id;
export const otherId = other.id;
export const gatewayId = gateway.id;
export const interfaceId = glue.id;
export const logId = log.id;
`;
}

const FIRST: Variant = { stage: "first", port: 5432, isPublic: false, action: "s3:GetObject" };
const SECOND: Variant = { stage: "second", port: 5433, isPublic: true, action: "s3:*" };

describe("the provider's networks", function () {
  this.timeout(240_000);
  const program = deployedProgram(source(FIRST));
  let ids: Readonly<Record<string, unknown>>;

  const idOf = (name: string): string => String(ids[name]);
  const ec2 = () => program.aws.clients.ec2;

  before(async () => {
    await program.up();
    ids = await program.outputs();
  });

  const rulesOf = async (groupId: string) => {
    const Filters = [{ Name: "group-id", Values: [groupId] }];
    return (await ec2().send(new DescribeSecurityGroupRulesCommand({ Filters }))).SecurityGroupRules ?? [];
  };

  const see = async ({ stage, port, isPublic, action }: Variant): Promise<void> => {
    const tags = [{ Key: "stage", Value: stage }];
    const { Vpcs } = await ec2().send(new DescribeVpcsCommand({ VpcIds: [idOf("vpcId")] }));
    assert.equal(Vpcs?.[0]?.CidrBlock, "10.7.0.0/16");
    assert.deepEqual(Vpcs[0].Tags, tags);
    const hostnames = await ec2().send(
      new DescribeVpcAttributeCommand({ VpcId: idOf("vpcId"), Attribute: "enableDnsHostnames" }),
    );
    assert.equal(hostnames.EnableDnsHostnames?.Value, true);

    const SubnetIds = [ids["subnetIds"]].flat().map(String);
    const { Subnets } = await ec2().send(new DescribeSubnetsCommand({ SubnetIds }));
    assert.deepEqual(Subnets?.map(({ AvailabilityZone }) => AvailabilityZone).toSorted(), [
      "eu-west-1a",
      "eu-west-1b",
    ]);
    assert(Subnets.every(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch === isPublic));

    const { RouteTables } = await ec2().send(
      new DescribeRouteTablesCommand({ RouteTableIds: [idOf("tableId")] }),
    );
    assert.deepEqual(
      RouteTables?.[0]?.Associations?.map(({ SubnetId }) => SubnetId),
      [SubnetIds[0]],
    );

    const [ingress, ...more] = await rulesOf(idOf("otherId"));
    assert.deepEqual(more, [], "AWS's own rule that lets everything out is gone");
    assert.equal(ingress?.FromPort, port);
    assert.equal(ingress.ReferencedGroupInfo?.GroupId, idOf("groupId"));
    assert.deepEqual(ingress.Tags, tags);
    assert.equal((await rulesOf(idOf("groupId"))).length, 3);
    assert.deepEqual(await rulesOf(idOf("defaultGroupId")), []);

    const VpcEndpointIds = [idOf("gatewayId"), idOf("interfaceId")];
    const { VpcEndpoints } = await ec2().send(new DescribeVpcEndpointsCommand({ VpcEndpointIds }));
    const gateway = VpcEndpoints?.find(({ VpcEndpointType }) => VpcEndpointType === "Gateway");
    assert(gateway !== undefined);
    assert(gateway.PolicyDocument?.includes(`"Action":"${action}"`));
    assert.deepEqual(gateway.RouteTableIds, [idOf("tableId")]);
    const glue = VpcEndpoints?.find(({ VpcEndpointType }) => VpcEndpointType === "Interface");
    assert.deepEqual(
      glue?.Groups?.map(({ GroupId }) => GroupId),
      [idOf("groupId")],
    );
    assert.equal(glue.PrivateDnsEnabled, true);

    const { FlowLogs } = await ec2().send(new DescribeFlowLogsCommand({ FlowLogIds: [idOf("logId")] }));
    assert.equal(FlowLogs?.[0]?.MaxAggregationInterval, 60);
    assert.deepEqual(FlowLogs[0].Tags, tags);
  };

  it("are as the program says", async () => {
    await see(FIRST);
  });

  it("are found by an import as the program says", async () => {
    assert.deepEqual(await program.unlikeImport(), []);
  });

  it("change with the program, in place", async () => {
    await program.change(source(SECOND));

    assert.deepEqual(await program.outputs(), ids);
    await see(SECOND);
  });

  it("refuse a rule without a peer, by name", async () => {
    const withoutPeer = source(SECOND).replace("  cidrIpv4: vpc.cidrBlock,\n", "");

    await assert.rejects(program.change(withoutPeer), /exactly one of cidrIpv4/);

    await program.change(source(SECOND));
  });

  it("are gone after a destroy", async () => {
    await program.run("destroy", "--yes");

    await assert.rejects(ec2().send(new DescribeVpcsCommand({ VpcIds: [idOf("vpcId")] })), {
      name: "InvalidVpcID.NotFound",
    });
    const Filters = [{ Name: "vpc-id", Values: [idOf("vpcId")] }];
    const { SecurityGroups } = await ec2().send(new DescribeSecurityGroupsCommand({ Filters }));
    assert.deepEqual(SecurityGroups, []);
    const { VpcEndpoints } = await ec2().send(new DescribeVpcEndpointsCommand({}));
    assert.deepEqual(VpcEndpoints, []);
    const { FlowLogs } = await ec2().send(new DescribeFlowLogsCommand({}));
    assert.deepEqual(FlowLogs, []);
  });
});
