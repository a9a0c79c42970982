/** aws.ec2.VpcEndpoint and FlowLog. */
import {
  CreateFlowLogsCommand,
  CreateVpcEndpointCommand,
  DeleteFlowLogsCommand,
  DeleteVpcEndpointsCommand,
  DescribeFlowLogsCommand,
  DescribePrefixListsCommand,
  DescribeVpcEndpointsCommand,
  LogDestinationType,
  ModifyVpcEndpointCommand,
  TrafficType,
  type EC2Client,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { integer, nonEmpty, tagMap, tags, text, textSet, unlessMissing } from "./common.ts";
import { changeEc2Tags, createTags } from "./ec2-common.ts";

const NO_ENDPOINT = "InvalidVpcEndpointId.NotFound";

const endpointInputs = v.strictObject({
  vpcId: text,
  serviceName: text,
  vpcEndpointType: v.optional(v.picklist(["Gateway", "Interface"]), "Gateway"),
  policy: v.optional(text),
  routeTableIds: v.optional(textSet),
  subnetIds: v.optional(textSet),
  securityGroupIds: v.optional(textSet),
  privateDnsEnabled: v.optional(v.boolean()),
  tags,
});

type EndpointInputs = v.InferOutput<typeof endpointInputs>;

const endpoint = defineType({
  token: "aws:ec2/vpcEndpoint:VpcEndpoint",
  inputs: endpointInputs,
  documents: ["policy"],
  replaceOn: ["vpcId", "serviceName", "vpcEndpointType"],
  computed: [
    "arn",
    "cidrBlocks",
    "dnsEntries",
    "networkInterfaceIds",
    "ownerId",
    "prefixListId",
    "requesterManaged",
    "state",
    "tagsAll",
  ],
  async create(inputs, { clients }) {
    const made = await clients.ec2.send(
      new CreateVpcEndpointCommand({
        VpcId: inputs.vpcId,
        ServiceName: inputs.serviceName,
        VpcEndpointType: inputs.vpcEndpointType,
        PolicyDocument: inputs.policy,
        RouteTableIds: inputs.routeTableIds,
        SubnetIds: inputs.subnetIds,
        SecurityGroupIds: inputs.securityGroupIds,
        // The official provider's default is off, AWS's own is on.
        // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
        PrivateDnsEnabled:
          inputs.vpcEndpointType === "Interface" ? (inputs.privateDnsEnabled ?? false) : undefined,
        ...createTags("vpc-endpoint", inputs.tags),
      }),
    );
    return made.VpcEndpoint?.VpcEndpointId ?? "";
  },
  async configure(id, inputs, { clients: { ec2 } }, before) {
    if (before === undefined) return;
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: id, ...toChange(inputs, before) }));
    await changeEc2Tags(ec2, id, inputs.tags, before);
  },
  async read(id, { clients: { ec2 }, region, partition }) {
    const call = ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] }));
    const found = (await unlessMissing(call, NO_ENDPOINT))?.VpcEndpoints?.[0];
    // AWS shows a deleted one for a while: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
    if (found === undefined || /^deleted$/i.test(found.State ?? "")) return undefined;
    return {
      ...fromEndpoint(found),
      ...(await readPrefixList(ec2, found)),
      arn: `arn:${partition}:ec2:${region}:${String(found.OwnerId)}:vpc-endpoint/${id}`,
    };
  },
  async delete(id, _inputs, { clients }) {
    const call = clients.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }));
    await unlessMissing(call, NO_ENDPOINT);
  },
});

function toChange(inputs: EndpointInputs, before: EndpointInputs) {
  const added = (name: "routeTableIds" | "subnetIds" | "securityGroupIds"): string[] =>
    (inputs[name] ?? []).filter((id) => !before[name]?.includes(id));
  const removed = (name: "routeTableIds" | "subnetIds" | "securityGroupIds"): string[] =>
    (before[name] ?? []).filter((id) => !inputs[name]?.includes(id));
  return {
    AddRouteTableIds: added("routeTableIds"),
    RemoveRouteTableIds: removed("routeTableIds"),
    AddSubnetIds: added("subnetIds"),
    RemoveSubnetIds: removed("subnetIds"),
    AddSecurityGroupIds: added("securityGroupIds"),
    RemoveSecurityGroupIds: removed("securityGroupIds"),
    PolicyDocument: inputs.policy,
    ResetPolicy: inputs.policy === undefined && before.policy !== undefined ? true : undefined,
    PrivateDnsEnabled: inputs.privateDnsEnabled,
  };
}

function fromEndpoint(found: VpcEndpoint) {
  return {
    vpcId: found.VpcId,
    serviceName: found.ServiceName,
    vpcEndpointType: found.VpcEndpointType,
    policy: found.PolicyDocument,
    routeTableIds: nonEmpty(found.RouteTableIds?.toSorted()),
    subnetIds: nonEmpty(found.SubnetIds?.toSorted()),
    securityGroupIds: nonEmpty(found.Groups?.flatMap(({ GroupId }) => GroupId ?? []).toSorted()),
    privateDnsEnabled: found.PrivateDnsEnabled,
    tags: tagMap(found.Tags),
    dnsEntries: (found.DnsEntries ?? []).map(({ DnsName, HostedZoneId }) => ({
      dnsName: DnsName,
      hostedZoneId: HostedZoneId,
    })),
    networkInterfaceIds: found.NetworkInterfaceIds ?? [],
    ownerId: found.OwnerId,
    requesterManaged: found.RequesterManaged ?? false,
    state: found.State,
  };
}

/** Addresses of the service that a gateway leads to, by which security groups let requests out. */
async function readPrefixList(ec2: EC2Client, { VpcEndpointType, ServiceName }: VpcEndpoint) {
  if (VpcEndpointType !== "Gateway" || ServiceName === undefined) return {};
  const Filters = [{ Name: "prefix-list-name", Values: [ServiceName] }];
  const found = (await ec2.send(new DescribePrefixListsCommand({ Filters }))).PrefixLists?.[0];
  return { prefixListId: found?.PrefixListId, cidrBlocks: found?.Cidrs };
}

const flowLogInputs = v.strictObject({
  vpcId: v.optional(text),
  subnetId: v.optional(text),
  trafficType: v.optional(v.enum(TrafficType)),
  logDestination: v.optional(text),
  logDestinationType: v.optional(v.enum(LogDestinationType), LogDestinationType.cloud_watch_logs),
  iamRoleArn: v.optional(text),
  logFormat: v.optional(text),
  maxAggregationInterval: v.optional(integer, 600),
  tags,
});

const flowLog = defineType({
  token: "aws:ec2/flowLog:FlowLog",
  inputs: flowLogInputs,
  replaceOn: [
    "vpcId",
    "subnetId",
    "trafficType",
    "logDestination",
    "logDestinationType",
    "iamRoleArn",
    "logFormat",
    "maxAggregationInterval",
  ],
  computed: ["arn", "tagsAll"],
  async create(inputs, { clients }) {
    const { vpcId, subnetId } = inputs;
    if ((vpcId === undefined) === (subnetId === undefined)) {
      throw new Error("a flow log needs exactly one of vpcId and subnetId");
    }
    const { FlowLogIds } = await clients.ec2.send(
      new CreateFlowLogsCommand({
        ResourceIds: [vpcId ?? subnetId ?? ""],
        ResourceType: vpcId === undefined ? "Subnet" : "VPC",
        TrafficType: inputs.trafficType,
        LogDestination: inputs.logDestination,
        LogDestinationType: inputs.logDestinationType,
        DeliverLogsPermissionArn: inputs.iamRoleArn,
        LogFormat: inputs.logFormat,
        MaxAggregationInterval: inputs.maxAggregationInterval,
        ...createTags("vpc-flow-log", inputs.tags),
      }),
    );
    return FlowLogIds?.[0] ?? "";
  },
  async configure(id, inputs, { clients }, before) {
    await changeEc2Tags(clients.ec2, id, inputs.tags, before);
  },
  async read(id, { clients, region, accountId, partition }) {
    const call = clients.ec2.send(new DescribeFlowLogsCommand({ FlowLogIds: [id] }));
    const found = (await unlessMissing(call, "InvalidFlowLogId.NotFound"))?.FlowLogs?.[0];
    if (found === undefined) return undefined;
    const isOfVpc = found.ResourceId?.startsWith("vpc-");
    return {
      vpcId: isOfVpc ? found.ResourceId : undefined,
      subnetId: isOfVpc ? undefined : found.ResourceId,
      trafficType: found.TrafficType,
      logDestination: found.LogDestination,
      logDestinationType: found.LogDestinationType,
      iamRoleArn: found.DeliverLogsPermissionArn,
      logFormat: found.LogFormat,
      maxAggregationInterval: found.MaxAggregationInterval,
      tags: tagMap(found.Tags),
      arn: `arn:${partition}:ec2:${region}:${accountId}:vpc-flow-log/${id}`,
    };
  },
  async delete(id, _inputs, { clients }) {
    const call = clients.ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [id] }));
    await unlessMissing(call, "InvalidFlowLogId.NotFound");
  },
});

/** Types of EC2's endpoints and flow logs. */
export const ec2EndpointTypes = [endpoint, flowLog];
