/** aws.ec2.SecurityGroup and DefaultSecurityGroup, aws.vpc.SecurityGroupIngressRule and SecurityGroupEgressRule. */
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type EC2Client,
  type IpPermission,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";
import * as v from "valibot";
import { defineType, type Context, type ResourceType } from "../resource-type.ts";
import type { Properties } from "../values.ts";
import { integer, tagMap, tags, text, unlessMissing } from "./common.ts";
import { changeEc2Tags, createTags } from "./ec2-common.ts";

const NO_GROUP = ["InvalidGroup.NotFound", "InvalidGroupId.Malformed"];

const group = defineType({
  token: "aws:ec2/securityGroup:SecurityGroup",
  inputs: v.strictObject({
    name: text,
    description: v.optional(text, "Managed by Pulumi"),
    vpcId: text,
    revokeRulesOnDelete: v.optional(v.boolean(), false),
    tags,
  }),
  replaceOn: ["name", "description", "vpcId"],
  computed: ["arn", "ownerId", "tagsAll"],
  async create({ name, description, vpcId, tags: byKey }, { clients: { ec2 } }) {
    const made = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: name,
        Description: description,
        VpcId: vpcId,
        ...createTags("security-group", byKey),
      }),
    );
    const id = made.GroupId ?? "";
    // As the official provider does: AWS's own rule lets everything out.
    // https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
    await revokeAll(ec2, id);
    return id;
  },
  async configure(id, inputs, { clients }, before) {
    await changeEc2Tags(clients.ec2, id, inputs.tags, before);
  },
  async read(id, context) {
    const found = await findGroup(id, context.clients.ec2);
    return found && fromGroup(found, context);
  },
  async delete(id, { revokeRulesOnDelete }, { clients: { ec2 } }) {
    if (revokeRulesOnDelete) await unlessMissing(revokeAll(ec2, id), ...NO_GROUP);
    await unlessMissing(ec2.send(new DeleteSecurityGroupCommand({ GroupId: id })), ...NO_GROUP);
  },
});

const defaultGroup = defineType({
  token: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  inputs: v.strictObject({ vpcId: text, revokeRulesOnDelete: v.optional(v.boolean(), false), tags }),
  replaceOn: ["vpcId"],
  computed: ["arn", "name", "description", "ownerId", "tagsAll"],
  /** Takes the group that the network has and all its rules. */
  async create({ vpcId, tags: byKey }, { clients: { ec2 } }) {
    const Filters = [
      { Name: "vpc-id", Values: [vpcId] },
      { Name: "group-name", Values: ["default"] },
    ];
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    const id = SecurityGroups?.[0]?.GroupId;
    if (id === undefined) throw new Error(`the VPC ${vpcId} has no default security group`);
    await revokeAll(ec2, id);
    await changeEc2Tags(ec2, id, byKey, {});
    return id;
  },
  async configure(id, inputs, { clients }, before) {
    await changeEc2Tags(clients.ec2, id, inputs.tags, before);
  },
  async read(id, context) {
    const found = await findGroup(id, context.clients.ec2);
    return found && fromGroup(found, context);
  },
  /**
   * AWS does not let go of it before its network: it stays, without rules.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
   */
  delete: () => Promise.resolve(),
});

async function findGroup(id: string, ec2: EC2Client): Promise<SecurityGroup | undefined> {
  const call = ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
  return (await unlessMissing(call, ...NO_GROUP))?.SecurityGroups?.[0];
}

function fromGroup(found: SecurityGroup, { region, partition }: Context): Properties {
  return {
    name: found.GroupName,
    description: found.Description,
    vpcId: found.VpcId,
    tags: tagMap(found.Tags),
    arn: `arn:${partition}:ec2:${region}:${String(found.OwnerId)}:security-group/${String(found.GroupId)}`,
    ownerId: found.OwnerId,
  };
}

async function revokeAll(ec2: EC2Client, GroupId: string): Promise<void> {
  const Filters = [{ Name: "group-id", Values: [GroupId] }];
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  const idsOf = (isEgress: boolean): string[] =>
    SecurityGroupRules.filter(({ IsEgress }) => IsEgress === isEgress).flatMap(
      ({ SecurityGroupRuleId }) => SecurityGroupRuleId ?? [],
    );
  const [ingress, egress] = [idsOf(false), idsOf(true)];
  if (ingress.length > 0)
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: ingress }));
  if (egress.length > 0)
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds: egress }));
}

const ruleInputs = v.strictObject({
  securityGroupId: text,
  ipProtocol: text,
  fromPort: v.optional(integer),
  toPort: v.optional(integer),
  cidrIpv4: v.optional(text),
  cidrIpv6: v.optional(text),
  prefixListId: v.optional(text),
  referencedSecurityGroupId: v.optional(text),
  description: v.optional(text),
  tags,
});

type RuleInputs = v.InferOutput<typeof ruleInputs>;

/** Both directions are the same but for the call that makes a rule and the one that takes it. */
function ruleType(token: string, isEgress: boolean): ResourceType {
  return defineType({
    token,
    inputs: ruleInputs,
    replaceOn: ["securityGroupId"],
    computed: ["arn", "securityGroupRuleId", "tagsAll"],
    async create(inputs, { clients: { ec2 } }) {
      const call = {
        GroupId: inputs.securityGroupId,
        IpPermissions: [toPermission(inputs)],
        ...createTags("security-group-rule", inputs.tags),
      };
      const made = isEgress
        ? await ec2.send(new AuthorizeSecurityGroupEgressCommand(call))
        : await ec2.send(new AuthorizeSecurityGroupIngressCommand(call));
      return made.SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
    },
    async configure(id, inputs, { clients: { ec2 } }, before) {
      if (before === undefined) return;
      const SecurityGroupRules = [{ SecurityGroupRuleId: id, SecurityGroupRule: toRule(inputs) }];
      await ec2.send(
        new ModifySecurityGroupRulesCommand({ GroupId: inputs.securityGroupId, SecurityGroupRules }),
      );
      await changeEc2Tags(ec2, id, inputs.tags, before);
    },
    read: readRule,
    async delete(id, { securityGroupId: GroupId }, { clients: { ec2 } }) {
      const call = { GroupId, SecurityGroupRuleIds: [id] };
      const revoked = isEgress
        ? ec2.send(new RevokeSecurityGroupEgressCommand(call))
        : ec2.send(new RevokeSecurityGroupIngressCommand(call));
      await unlessMissing<unknown>(
        revoked,
        ...NO_GROUP,
        "InvalidSecurityGroupRuleId.NotFound",
        "InvalidPermission.NotFound",
      );
    },
  });
}

async function readRule(
  id: string,
  { clients, region, accountId, partition }: Context,
): Promise<Properties | undefined> {
  const call = clients.ec2.send(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] }));
  const found = (await unlessMissing(call, "InvalidSecurityGroupRuleId.NotFound"))?.SecurityGroupRules?.[0];
  if (found === undefined) return undefined;
  // "-1" is every protocol, which has no ports; AWS answers with -1 for them.
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
  const hasPorts = found.IpProtocol !== "-1";
  return {
    securityGroupId: found.GroupId,
    ipProtocol: found.IpProtocol,
    fromPort: hasPorts ? found.FromPort : undefined,
    toPort: hasPorts ? found.ToPort : undefined,
    cidrIpv4: found.CidrIpv4,
    cidrIpv6: found.CidrIpv6,
    prefixListId: found.PrefixListId,
    referencedSecurityGroupId: found.ReferencedGroupInfo?.GroupId,
    description: found.Description || undefined,
    tags: tagMap(found.Tags),
    arn: `arn:${partition}:ec2:${region}:${accountId}:security-group-rule/${id}`,
    securityGroupRuleId: id,
  };
}

/** The one end of the rule that is not the group. @throws where there is none, or more than one */
function checkPeer(inputs: RuleInputs): void {
  const { cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId } = inputs;
  const given = [cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId].filter(
    (peer) => peer !== undefined,
  );
  if (given.length !== 1) {
    throw new Error(
      "a security group's rule needs exactly one of cidrIpv4, cidrIpv6, prefixListId and referencedSecurityGroupId",
    );
  }
}

function toPermission(inputs: RuleInputs): IpPermission {
  checkPeer(inputs);
  const { cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId, description: Description } = inputs;
  return {
    IpProtocol: inputs.ipProtocol,
    FromPort: inputs.fromPort,
    ToPort: inputs.toPort,
    ...(cidrIpv4 !== undefined && { IpRanges: [{ CidrIp: cidrIpv4, Description }] }),
    ...(cidrIpv6 !== undefined && { Ipv6Ranges: [{ CidrIpv6: cidrIpv6, Description }] }),
    ...(prefixListId !== undefined && { PrefixListIds: [{ PrefixListId: prefixListId, Description }] }),
    ...(referencedSecurityGroupId !== undefined && {
      UserIdGroupPairs: [{ GroupId: referencedSecurityGroupId, Description }],
    }),
  };
}

function toRule(inputs: RuleInputs) {
  checkPeer(inputs);
  return {
    IpProtocol: inputs.ipProtocol,
    FromPort: inputs.fromPort,
    ToPort: inputs.toPort,
    CidrIpv4: inputs.cidrIpv4,
    CidrIpv6: inputs.cidrIpv6,
    PrefixListId: inputs.prefixListId,
    ReferencedGroupId: inputs.referencedSecurityGroupId,
    Description: inputs.description,
  };
}

/** Types of EC2's security groups. */
export const ec2SecurityGroupTypes = [
  group,
  defaultGroup,
  ruleType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", false),
  ruleType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", true),
];
