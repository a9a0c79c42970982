/** aws.ec2.Vpc, Subnet, RouteTable and RouteTableAssociation. */
import {
  AssociateRouteTableCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DisassociateRouteTableCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  Tenancy,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { tagMap, tags, text, unlessMissing } from "./common.ts";
import { changeEc2Tags, createTags, off } from "./ec2-common.ts";

const vpcInputs = v.strictObject({
  cidrBlock: text,
  enableDnsHostnames: v.optional(v.boolean()),
  enableDnsSupport: v.optional(v.boolean(), true),
  instanceTenancy: v.optional(v.enum(Tenancy), Tenancy.default),
  tags,
});

const vpc = defineType({
  token: "aws:ec2/vpc:Vpc",
  inputs: vpcInputs,
  replaceOn: ["cidrBlock", "instanceTenancy"],
  computed: [
    "arn",
    "defaultNetworkAclId",
    "defaultRouteTableId",
    "defaultSecurityGroupId",
    "dhcpOptionsId",
    "mainRouteTableId",
    "ownerId",
    "tagsAll",
  ],
  async create({ cidrBlock, instanceTenancy, tags: byKey }, { clients }) {
    const made = await clients.ec2.send(
      new CreateVpcCommand({
        CidrBlock: cidrBlock,
        InstanceTenancy: instanceTenancy,
        ...createTags("vpc", byKey),
      }),
    );
    return made.Vpc?.VpcId ?? "";
  },
  async configure(id, inputs, { clients: { ec2 } }, before) {
    // Each call takes one attribute: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html
    const EnableDnsSupport = { Value: inputs.enableDnsSupport };
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId: id, EnableDnsSupport }));
    if (inputs.enableDnsHostnames !== undefined) {
      const EnableDnsHostnames = { Value: inputs.enableDnsHostnames };
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId: id, EnableDnsHostnames }));
    }
    await changeEc2Tags(ec2, id, inputs.tags, before);
  },
  async read(id, { clients: { ec2 }, region, partition }) {
    const call = ec2.send(new DescribeVpcsCommand({ VpcIds: [id] }));
    const found = (await unlessMissing(call, "InvalidVpcID.NotFound"))?.Vpcs?.[0];
    if (found === undefined) return undefined;
    const hostnames = await ec2.send(
      new DescribeVpcAttributeCommand({ VpcId: id, Attribute: "enableDnsHostnames" }),
    );
    const support = await ec2.send(
      new DescribeVpcAttributeCommand({ VpcId: id, Attribute: "enableDnsSupport" }),
    );
    return {
      cidrBlock: found.CidrBlock,
      instanceTenancy: found.InstanceTenancy,
      enableDnsHostnames: hostnames.EnableDnsHostnames?.Value,
      enableDnsSupport: support.EnableDnsSupport?.Value,
      tags: tagMap(found.Tags),
      arn: `arn:${partition}:ec2:${region}:${String(found.OwnerId)}:vpc/${id}`,
      dhcpOptionsId: found.DhcpOptionsId,
      ownerId: found.OwnerId,
      ...(await readDefaults(ec2, id)),
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.ec2.send(new DeleteVpcCommand({ VpcId: id })), "InvalidVpcID.NotFound");
  },
});

/** What each network has from the start. */
async function readDefaults(ec2: EC2Client, vpcId: string) {
  const ofVpc = { Name: "vpc-id", Values: [vpcId] };
  const acls = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [ofVpc, { Name: "default", Values: ["true"] }] }),
  );
  const tables = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [ofVpc, { Name: "association.main", Values: ["true"] }] }),
  );
  const groups = await ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [ofVpc, { Name: "group-name", Values: ["default"] }] }),
  );
  const mainRouteTableId = tables.RouteTables?.[0]?.RouteTableId;
  return {
    defaultNetworkAclId: acls.NetworkAcls?.[0]?.NetworkAclId,
    defaultRouteTableId: mainRouteTableId,
    defaultSecurityGroupId: groups.SecurityGroups?.[0]?.GroupId,
    mainRouteTableId,
  };
}

const NO_SUBNET = "InvalidSubnetID.NotFound";

const subnet = defineType({
  token: "aws:ec2/subnet:Subnet",
  inputs: v.strictObject({
    vpcId: text,
    cidrBlock: text,
    availabilityZone: v.optional(text),
    mapPublicIpOnLaunch: v.optional(v.boolean(), false),
    assignIpv6AddressOnCreation: off,
    enableDns64: off,
    enableResourceNameDnsARecordOnLaunch: off,
    enableResourceNameDnsAaaaRecordOnLaunch: off,
    ipv6Native: off,
    tags,
  }),
  replaceOn: ["vpcId", "cidrBlock", "availabilityZone"],
  computed: ["arn", "availabilityZoneId", "ownerId", "tagsAll"],
  async create({ vpcId, cidrBlock, availabilityZone, tags: byKey }, { clients }) {
    const made = await clients.ec2.send(
      new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: cidrBlock,
        AvailabilityZone: availabilityZone,
        ...createTags("subnet", byKey),
      }),
    );
    return made.Subnet?.SubnetId ?? "";
  },
  async configure(id, inputs, { clients: { ec2 } }, before) {
    const MapPublicIpOnLaunch = { Value: inputs.mapPublicIpOnLaunch };
    await ec2.send(new ModifySubnetAttributeCommand({ SubnetId: id, MapPublicIpOnLaunch }));
    await changeEc2Tags(ec2, id, inputs.tags, before);
  },
  async read(id, { clients, region, accountId, partition }) {
    const call = clients.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] }));
    const found = (await unlessMissing(call, NO_SUBNET))?.Subnets?.[0];
    return (
      found && {
        vpcId: found.VpcId,
        cidrBlock: found.CidrBlock,
        availabilityZone: found.AvailabilityZone,
        mapPublicIpOnLaunch: found.MapPublicIpOnLaunch,
        tags: tagMap(found.Tags),
        arn: `arn:${partition}:ec2:${region}:${found.OwnerId ?? accountId}:subnet/${id}`,
        availabilityZoneId: found.AvailabilityZoneId,
        ownerId: found.OwnerId ?? accountId,
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.ec2.send(new DeleteSubnetCommand({ SubnetId: id })), NO_SUBNET);
  },
});

const NO_TABLE = "InvalidRouteTableID.NotFound";
const NO_ASSOCIATION = "InvalidAssociationID.NotFound";

const routeTable = defineType({
  token: "aws:ec2/routeTable:RouteTable",
  inputs: v.strictObject({
    vpcId: text,
    routes: v.optional(v.pipe(v.array(v.unknown()), v.maxLength(0))),
    tags,
  }),
  replaceOn: ["vpcId"],
  computed: ["arn", "ownerId", "tagsAll"],
  async create({ vpcId, tags: byKey }, { clients }) {
    const made = await clients.ec2.send(
      new CreateRouteTableCommand({ VpcId: vpcId, ...createTags("route-table", byKey) }),
    );
    return made.RouteTable?.RouteTableId ?? "";
  },
  async configure(id, inputs, { clients }, before) {
    await changeEc2Tags(clients.ec2, id, inputs.tags, before);
  },
  async read(id, { clients, region, accountId, partition }) {
    const call = clients.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }));
    const found = (await unlessMissing(call, NO_TABLE))?.RouteTables?.[0];
    return (
      found && {
        vpcId: found.VpcId,
        routes: [],
        tags: tagMap(found.Tags),
        arn: `arn:${partition}:ec2:${region}:${accountId}:route-table/${id}`,
        ownerId: found.OwnerId ?? accountId,
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.ec2.send(new DeleteRouteTableCommand({ RouteTableId: id })), NO_TABLE);
  },
});

const routeTableAssociation = defineType({
  token: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  inputs: v.strictObject({ routeTableId: text, subnetId: text }),
  // The official provider replaces the association behind the resource; here the resource is replaced with it.
  replaceOn: ["routeTableId", "subnetId"],
  computed: [],
  async create({ routeTableId, subnetId }, { clients }) {
    const made = await clients.ec2.send(
      new AssociateRouteTableCommand({ RouteTableId: routeTableId, SubnetId: subnetId }),
    );
    return made.AssociationId ?? "";
  },
  async read(id, { clients }) {
    const { RouteTables } = await clients.ec2.send(new DescribeRouteTablesCommand({}));
    const found = RouteTables?.flatMap(({ Associations = [] }) => Associations).find(
      ({ RouteTableAssociationId }) => RouteTableAssociationId === id,
    );
    return found && { routeTableId: found.RouteTableId, subnetId: found.SubnetId };
  },
  async delete(id, _inputs, { clients }) {
    const call = clients.ec2.send(new DisassociateRouteTableCommand({ AssociationId: id }));
    await unlessMissing(call, NO_ASSOCIATION);
  },
});

/** Types of EC2's networks. */
export const ec2Types = [vpc, subnet, routeTable, routeTableAssociation];
