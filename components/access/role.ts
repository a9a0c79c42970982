/** A role for one workload of an AWS service. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { What } from "../names.ts";
import type { Site } from "../site.ts";
import { sdkDocument, withinLimit, type ResourceStatement } from "./documents.ts";
import { policyOf, type Grant, type PolicyDocument } from "./grant.ts";
import { personTrust, serviceTrust, type PersonTrust, type ServiceTrust } from "./trust.ts";

/** What a {@link Role} is made of, beside the service that assumes it. */
export interface RoleGrants {
  readonly site: Site;
  /** What it is called in the names. */
  readonly what: What<"role">;
  readonly description: string;
  /** Everything it may do. */
  readonly grants: readonly Grant[];
}

/** What a {@link Role} is made of. */
export type RoleArgs = RoleGrants & ServiceTrust;

/** What the roles of services and of people share. */
abstract class GrantedRole extends pulumi.ComponentResource {
  readonly roleName: string;
  readonly roleArn: string;
  /** What its rights are made of. */
  readonly grants: readonly Grant[];
  /** The rights, for whoever must wait until they are in force. */
  readonly policy: aws.iam.RolePolicy;

  constructor(
    type: string,
    name: string,
    args: RoleGrants,
    trust: PolicyDocument<ResourceStatement>,
    sessionSeconds: number,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { site, ...data } = args;
    super(type, name, data, opts);
    this.roleName = site.names.role(args.what);
    this.roleArn = site.arns.role(this.roleName);
    this.grants = args.grants;
    const owner = `role "${this.roleName}"`;
    const policy = withinLimit(owner, "role policies", policyOf(args.grants));
    site.access.record({ name: args.what, arn: this.roleArn, grants: args.grants, resource: this });

    const role = new aws.iam.Role(
      name,
      {
        name: this.roleName,
        description: args.description,
        assumeRolePolicy: sdkDocument(withinLimit(owner, "trust policy", trust)),
        permissionsBoundary: site.boundaryArn,
        maxSessionDuration: sessionSeconds,
      },
      { parent: this, dependsOn: [...site.beforeRoles] },
    );
    this.policy = new aws.iam.RolePolicy(
      `${name}-grants`,
      { name: "grants", role: this.roleName, policy: sdkDocument(policy) },
      { parent: this, dependsOn: [role] },
    );
    this.registerOutputs({ roleName: this.roleName, roleArn: this.roleArn });
  }
}

/** The shortest that IAM takes. */
const SERVICE_SESSION_SECONDS = 3600;

/**
 * A role that one service assumes, with the rights of its grants in one inline policy and no other: no managed
 * policy, nothing attached from elsewhere, nothing past the stack's permissions boundary. Checked by the rule
 * `iam-action-wildcard`.
 */
export class Role extends GrantedRole {
  /** @throws {PolicyTooLargeError} when IAM would not take the policy that the grants make */
  constructor(name: string, args: RoleArgs, opts?: pulumi.ComponentResourceOptions) {
    const trust = serviceTrust(args, args.site.arns);
    super("sluice:access:Role", name, args, trust, SERVICE_SESSION_SECONDS, opts);
  }
}

/** What a {@link PersonRole} is made of. */
export type PersonRoleArgs = RoleGrants & PersonTrust;

/** A working day. */
const PERSON_SESSION_SECONDS = 8 * 3600;

/**
 * A role for people: named principals assume it, with a second factor where the profile asks for one, or whoever an
 * identity provider signs in. Its rights are its grants, within the stack's permissions boundary.
 */
export class PersonRole extends GrantedRole {
  /** @throws {PolicyTooLargeError} when IAM would not take the policy that the grants or the principals make */
  constructor(name: string, args: PersonRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    const trust = personTrust(args, args.site.arns);
    super("sluice:access:PersonRole", name, args, trust, PERSON_SESSION_SECONDS, opts);
  }
}
