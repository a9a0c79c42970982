/** IAM users, where there is no identity provider. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage-mfa-only.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sdkDocument, withinLimit } from "../access/documents.ts";
import { policyOf, type Grant } from "../access/grant.ts";
import type { Arns } from "../arns.ts";
import type { What } from "../names.ts";
import type { Site } from "../site.ts";

/** What a {@link PersonGroup} is made of. */
export interface PersonGroupArgs {
  readonly site: Site;
  readonly what: What<"group">;
  /** The users to make, by name. */
  readonly userNames: readonly string[];
  /** The role that the users may become. */
  readonly role: What<"role">;
}

/**
 * Users in a group that allows two things: to set up a second factor of one's own, and, with one, to become what the
 * role is. A user has no other right, no password and no access key until somebody gives one. A virtual device must be
 * called like its user. What the users have of their own, devices and keys, goes with them.
 */
export class PersonGroup extends pulumi.ComponentResource {
  constructor(name: string, args: PersonGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, ...data } = args;
    super("sluice:people:PersonGroup", name, data, opts);
    const groupName = site.names.group(args.what);
    const group = new aws.iam.Group(name, { name: groupName }, { parent: this });
    const grants = [
      canSetUpMfa(site.arns),
      canAssume(site.arns.role(site.names.role(args.role)), site.settings.mfaRequired),
    ];
    // The users' boundary is the roles' own.
    site.access.record({ name: args.what, arn: site.arns.group(groupName), grants, resource: this });
    const document = policyOf(grants);
    new aws.iam.GroupPolicy(
      `${name}-grants`,
      {
        name: "grants",
        group: groupName,
        policy: sdkDocument(withinLimit(`group "${groupName}"`, "group policies", document)),
      },
      { parent: this, dependsOn: [group] },
    );
    for (const userName of args.userNames) {
      const user = new aws.iam.User(
        `${name}-${userName}`,
        { name: userName, permissionsBoundary: site.boundaryArn, forceDestroy: true },
        { parent: this, dependsOn: [...site.beforeRoles] },
      );
      new aws.iam.UserGroupMembership(
        `${name}-${userName}`,
        { user: userName, groups: [groupName] },
        { parent: this, dependsOn: [user, group] },
      );
    }
    this.registerOutputs({});
  }
}

/** The right to become what a role is: with a second factor only, where the profile asks for one. */
export function canAssume(roleArn: string, mfaRequired: boolean): Grant {
  const call = (resource: string, present: string) => ({
    action: "sts:AssumeRole",
    resource,
    context: { "aws:MultiFactorAuthPresent": present },
  });
  return {
    reason: `becomes ${roleArn}`,
    statements: [
      {
        Sid: "AssumeRole",
        Effect: "Allow",
        Action: ["sts:AssumeRole"],
        Resource: [roleArn],
        ...(mfaRequired && { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }),
      },
    ],
    mustAllow: [call(roleArn, "true")],
    mustNotAllow: [
      call(`${roleArn}-other`, "true"),
      { ...call(roleArn, "true"), action: "sts:TagSession" },
      { ...call(roleArn, "true"), action: "sts:AssumeRoleWithSAML" },
      ...(mfaRequired ? [call(roleArn, "false"), { action: "sts:AssumeRole", resource: roleArn }] : []),
    ],
  };
}

/** What a user may do to his own second factor, by the name that he signed in with. */
const OWN_MFA = [
  ...["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ResyncMFADevice", "iam:ListMFADevices"],
];

/** The right to set up a second factor of one's own, and to change one's own password. */
export function canSetUpMfa({ partition, accountId }: Arns): Grant {
  const own = (kind: "user" | "mfa", name: string): string =>
    `arn:${partition}:iam::${accountId}:${kind}/${name}`;
  const variable = "${aws:username}";
  const as = (action: string, kind: "user" | "mfa", name: string) => ({
    action,
    resource: own(kind, name),
    context: { "aws:username": "ada" },
  });
  return {
    reason: "sets up a second factor of one's own",
    statements: [
      {
        Sid: "SetUpOwnMfa",
        Effect: "Allow",
        Action: [...OWN_MFA, "iam:ChangePassword", "iam:GetUser"],
        Resource: [own("user", variable), own("mfa", variable)],
      },
    ],
    mustAllow: [
      as("iam:CreateVirtualMFADevice", "mfa", "ada"),
      ...[...OWN_MFA.slice(1), "iam:ChangePassword", "iam:GetUser"].map((action) =>
        as(action, "user", "ada"),
      ),
    ],
    mustNotAllow: [
      as("iam:EnableMFADevice", "user", "ada-other"),
      as("iam:CreateVirtualMFADevice", "mfa", "ada-other"),
      as("iam:DeactivateMFADevice", "user", "ada"),
      as("iam:GetUserPolicy", "user", "ada"),
      as("iam:CreateAccessKey", "user", "ada"),
      as("iam:PutUserPolicy", "user", "ada"),
    ],
  };
}
