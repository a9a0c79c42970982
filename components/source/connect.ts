/** What a crawler must be able to do to reach a database in a private network. */
import { combine, type Grant, type Statement } from "../access/grant.ts";
import type { Site } from "../site.ts";

/** The right to read one secret, and to use the key for that. */
export function canUseSecret({ arns, key }: Site, secretName: string): Grant {
  const arn = arns.secret(secretName);
  const secret = (name: string): string => arns.secret(name).replace("??????", "AbCdEf");
  const read: Grant = {
    reason: "",
    statements: [
      {
        Sid: "ReadSourceSecret",
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: [arn],
      },
    ],
    mustAllow: [{ action: "secretsmanager:GetSecretValue", resource: secret(secretName) }],
    mustNotAllow: [
      { action: "secretsmanager:GetSecretValue", resource: secret(`${secretName}-other`) },
      { action: "secretsmanager:PutSecretValue", resource: secret(secretName) },
      { action: "secretsmanager:GetResourcePolicy", resource: secret(secretName) },
    ],
  };
  return combine(`reads secret ${secretName}`, [read, key.forSecret(secretName)]);
}

/** The tag that Glue puts on what it makes. */
const GLUE_TAG = "aws-glue-service-resource";

/** AWS lets nobody narrow these. @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
const DESCRIBE = [
  ...["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups"],
  ...["ec2:DescribeVpcEndpoints", "ec2:DescribeRouteTables"],
];

/** Patterns of EC2's things: ids are known to nobody before. */
interface NetworkPatterns {
  readonly networks: string;
  readonly subnets: string;
  readonly groups: string;
  readonly interfaces: string;
  /** What the stack's own things are tagged with. */
  readonly ownTags: Readonly<Record<string, string>>;
}

/**
 * The right to put network interfaces into this stack's subnets and security groups, as Glue does for a crawler, and
 * to take these away again. The stack's own tags say which are meant.
 * @see https://docs.aws.amazon.com/glue/latest/dg/create-an-iam-role.html
 */
export function canUseNetwork({ arns, settings }: Site): Grant {
  const network: NetworkPatterns = {
    networks: arns.everyEc2("vpc"),
    subnets: arns.everyEc2("subnet"),
    groups: arns.everyEc2("security-group"),
    interfaces: arns.everyEc2("network-interface"),
    ownTags: { "aws:ResourceTag/project": settings.project, "aws:ResourceTag/stack": settings.stack },
  };
  return {
    reason: "has a place in the private network",
    statements: networkStatements(network),
    ...networkCalls(network),
  };
}

function networkStatements({ networks, subnets, groups, interfaces, ownTags }: NetworkPatterns): Statement[] {
  const create = "ec2:CreateNetworkInterface";
  return [
    { Sid: "DescribeNetwork", Effect: "Allow", Action: DESCRIBE, Resource: ["*"] },
    {
      Sid: "DescribeOwnNetwork",
      Effect: "Allow",
      Action: ["ec2:DescribeVpcAttribute"],
      Resource: [networks],
      Condition: { StringEquals: ownTags },
    },
    {
      Sid: "UseOwnNetwork",
      Effect: "Allow",
      Action: [create],
      Resource: [subnets, groups],
      Condition: { StringEquals: ownTags },
    },
    { Sid: "MakeInterface", Effect: "Allow", Action: [create], Resource: [interfaces] },
    {
      Sid: "TagInterface",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: [interfaces],
      // "All of none" would hold too.
      Condition: {
        "ForAllValues:StringEquals": { "aws:TagKeys": GLUE_TAG },
        Null: { "aws:TagKeys": "false" },
      },
    },
    {
      Sid: "TakeInterfaceAway",
      Effect: "Allow",
      Action: ["ec2:DeleteNetworkInterface"],
      Resource: [interfaces],
      Condition: { Null: { [`aws:ResourceTag/${GLUE_TAG}`]: "false" } },
    },
  ];
}

function networkCalls(network: NetworkPatterns): Pick<Grant, "mustAllow" | "mustNotAllow"> {
  const { ownTags } = network;
  const example = (pattern: string): string => pattern.replace(/\*$/, "id-0123456789abcdef0");
  const vpc = example(network.networks);
  const subnet = example(network.subnets);
  const group = example(network.groups);
  const networkInterface = example(network.interfaces);
  const create = "ec2:CreateNetworkInterface";
  /** The same thing of another account. */
  const elsewhere = (arn: string): string => arn.replace(/:\d{12}:/, ":000000000001:");
  const tagged = { [`aws:ResourceTag/${GLUE_TAG}`]: "crawler" };
  return {
    mustAllow: [
      ...DESCRIBE.map((action) => ({ action, resource: "*" })),
      { action: "ec2:DescribeVpcAttribute", resource: vpc, context: ownTags },
      { action: create, resource: subnet, context: ownTags },
      { action: create, resource: group, context: ownTags },
      { action: create, resource: networkInterface },
      { action: "ec2:CreateTags", resource: networkInterface, context: { "aws:TagKeys": [GLUE_TAG] } },
      { action: "ec2:DeleteNetworkInterface", resource: networkInterface, context: tagged },
    ],
    mustNotAllow: [
      { action: "ec2:DescribeVpcAttribute", resource: elsewhere(vpc), context: ownTags },
      { action: "ec2:DeleteVpc", resource: vpc, context: ownTags },
      { action: create, resource: subnet },
      { action: `${create}Permission`, resource: subnet, context: ownTags },
      { action: `${create}Permission`, resource: networkInterface },
      { action: "ec2:DeleteNetworkInterfacePermission", resource: networkInterface, context: tagged },
      ...Object.keys(ownTags).flatMap((key) =>
        [
          { action: "ec2:DescribeVpcAttribute", resource: vpc },
          ...[subnet, group].map((resource) => ({ action: create, resource })),
        ].map((call) => ({ ...call, context: { ...ownTags, [key]: "other" } })),
      ),
      { action: "ec2:CreateTags", resource: networkInterface, context: { "aws:TagKeys": ["project"] } },
      { action: "ec2:CreateTags", resource: networkInterface },
      ...[subnet, group].map((resource) => ({
        action: create,
        resource: elsewhere(resource),
        context: ownTags,
      })),
      {
        action: "ec2:CreateTags",
        resource: elsewhere(networkInterface),
        context: { "aws:TagKeys": [GLUE_TAG] },
      },
      { action: "ec2:DeleteTags", resource: networkInterface, context: { "aws:TagKeys": [GLUE_TAG] } },
      { action: "ec2:DeleteNetworkInterface", resource: elsewhere(networkInterface), context: tagged },
      { action: "ec2:ModifyNetworkInterfaceAttribute", resource: networkInterface, context: tagged },
      { action: "ec2:DeleteNetworkInterface", resource: networkInterface },
      { action: "ec2:RunInstances", resource: subnet, context: ownTags },
      { action: "ec2:AuthorizeSecurityGroupIngress", resource: group, context: ownTags },
    ],
  };
}
