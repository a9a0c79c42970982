/** The lake's key. @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Arns } from "../arns.ts";
import { jsonText } from "../json.ts";
import { keepsData, type Site } from "../site.ts";
import { resourcePolicy, documentText, type ResourceStatement } from "./documents.ts";
import { sidPart, type Conditions, type PolicyDocument } from "./grant.ts";
import type { Holder } from "./ledger.ts";

/** A service that takes the key for something that an administrator makes with it, and keeps it. */
export type KeyCreator = "ecr" | "rds" | "secretsmanager";

/** What a {@link Key} is made of. */
export interface KeyArgs {
  readonly site: Site;
  /** Through which services the account's own administrators make things that the key encrypts. @default none */
  readonly createsThrough?: readonly KeyCreator[];
}

/**
 * The one key of a lake: it turns every year, and the lake's roles use it, each through the service and for the things
 * that its grants name. The account's administrators manage it, and hand it to the services that they make things
 * with; the objects of the zones they decrypt only by changing its policy, which CloudTrail shows. To delete it takes
 * the stack's two keys to destroy data.
 */
export class Key extends pulumi.ComponentResource {
  /** Unknown until the key exists. */
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: KeyArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, ...data } = args;
    super("sluice:access:Key", name, data, opts);
    const { settings, arns } = site;
    const document = site.access.settled.then((holders) =>
      documentText(
        keyPolicy(holders, arns, {
          mayDelete: settings.destroyData,
          createsThrough: args.createsThrough ?? [],
        }),
      ),
    );
    const key = new aws.kms.Key(
      name,
      {
        description: `Data of ${site.names.prefix}`,
        enableKeyRotation: true,
        deletionWindowInDays: settings.keyDeletionDays,
        policy: document,
      },
      keepsData(site, { parent: this }),
    );
    this.keyArn = key.arn;
    new aws.kms.Alias(
      `${name}-alias`,
      { name: site.key.aliasName, targetKeyId: key.keyId },
      keepsData(site, { parent: this }),
    );
    this.registerOutputs({ keyArn: this.keyArn });
  }
}

/** What people who manage keys do, but for deleting one. @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
const ADMINISTRATION = [
  ...["kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy", "kms:ListKeyPolicies"],
  ...["kms:GetKeyRotationStatus", "kms:EnableKeyRotation", "kms:DisableKeyRotation"],
  ...["kms:EnableKey", "kms:DisableKey", "kms:UpdateKeyDescription", "kms:CancelKeyDeletion"],
  ...["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"],
  ...["kms:TagResource", "kms:UntagResource", "kms:ListResourceTags", "kms:ListGrants", "kms:RevokeGrant"],
];

/** What an administrator does with a key who hands it to a service. */
const HAND_OVER = ["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"];

/** What making something that a service encrypts takes; a secret is encrypted in its maker's name. */
const CREATION: Readonly<Record<KeyCreator, readonly string[]>> = {
  /** @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html */
  ecr: HAND_OVER,
  /** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html */
  rds: [...HAND_OVER, "kms:Decrypt", "kms:GenerateDataKey"],
  /** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html */
  secretsmanager: [...HAND_OVER, "kms:Decrypt", "kms:GenerateDataKey"],
};

/** What differs between one stack's key and another's. */
export interface KeyPolicyOptions {
  readonly mayDelete: boolean;
  readonly createsThrough: readonly KeyCreator[];
}

/**
 * The key's policy, derived from the grants that use it. Roles are named in a condition and not as principals: KMS
 * refuses a principal that does not exist yet, and forgets one that is made anew.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
 */
export function keyPolicy(
  holders: readonly Holder[],
  arns: Arns,
  { mayDelete, createsThrough }: KeyPolicyOptions,
): PolicyDocument<ResourceStatement> {
  const account = { AWS: arns.accountPrincipal };
  return resourcePolicy([
    {
      Sid: "Administer",
      Effect: "Allow",
      Principal: account,
      Action: mayDelete ? [...ADMINISTRATION, "kms:ScheduleKeyDeletion"] : ADMINISTRATION,
      Resource: ["*"],
    },
    ...usesOf(holders).map(({ actions, conditions, roleArns }, index): ResourceStatement => ({
      Sid: `Use${index + 1}`,
      Effect: "Allow",
      Principal: account,
      Action: actions,
      Resource: ["*"],
      Condition: { ...conditions, ArnEquals: { "aws:PrincipalArn": roleArns } },
    })),
    ...serviceStatements(arns),
    ...createsThrough.map((service): ResourceStatement => ({
      Sid: `CreateThrough${sidPart(service)}`,
      Effect: "Allow",
      Principal: account,
      Action: CREATION[service],
      Resource: ["*"],
      Condition: { StringEquals: { "kms:ViaService": arns.viaService(service) } },
    })),
  ]);
}

interface Use {
  readonly actions: readonly string[];
  readonly conditions: Conditions;
  readonly roleArns: string[];
}

/** Who uses the key for what: roles that do the same through the same service stand together. */
function usesOf(holders: readonly Holder[]): Use[] {
  const uses = new Map<string, Use>();
  for (const { arn, grants } of holders) {
    for (const { Action, Condition } of grants.flatMap(({ statements }) => statements)) {
      if (!Action.every((action) => action.startsWith("kms:"))) continue;
      // The alias says which key is meant; here it is this one.
      const { "ForAnyValue:StringEquals": _alias, ...conditions } = Condition ?? {};
      const key = jsonText([Action, conditions]);
      const use = uses.get(key) ?? { actions: Action, conditions, roleArns: [] };
      uses.set(key, use);
      if (!use.roleArns.includes(arn)) use.roleArns.push(arn);
    }
  }
  return [...uses.values()];
}

/** AWS services that encrypt for the lake by themselves. */
function serviceStatements({ accountId, region, partition, viaService }: Arns): ResourceStatement[] {
  return [
    {
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
      Sid: "EncryptLogs",
      Effect: "Allow",
      Principal: { Service: viaService("logs") },
      // Without kms:DescribeKey, which AWS's example has: its requests have no encryption context to be narrowed by.
      Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey"],
      Resource: ["*"],
      Condition: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${accountId}:log-group:*`,
        },
      },
    },
    {
      // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
      Sid: "PublishAlarms",
      Effect: "Allow",
      Principal: { Service: ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] },
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: ["*"],
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
  ];
}
