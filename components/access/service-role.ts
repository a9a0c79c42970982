/** A role for one workload of an AWS service. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyOf, type Grant, type PolicyDocument } from "./grant.ts";

/** What a {@link ServiceRole} is made of. */
export interface ServiceRoleArgs {
  readonly roleName: string;
  readonly roleArn: string;
  readonly description: string;
  /** The service that assumes it: "lambda.amazonaws.com". */
  readonly service: string;
  /** Everything it may do. */
  readonly grants: readonly Grant[];
}

/**
 * A role that one service assumes, with the rights of its grants in one inline policy and no other: no managed
 * policy, nothing attached from elsewhere. Checked by the rule `iam-action-wildcard`.
 */
export class ServiceRole extends pulumi.ComponentResource {
  readonly roleName: string;
  readonly roleArn: string;
  /** What its rights are made of. */
  readonly grants: readonly Grant[];
  /** The rights, for whoever must wait until they are in force. */
  readonly policy: aws.iam.RolePolicy;

  constructor(name: string, args: ServiceRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:access:ServiceRole", name, args, opts);
    this.roleName = args.roleName;
    this.roleArn = args.roleArn;
    this.grants = args.grants;
    const role = new aws.iam.Role(
      name,
      {
        name: args.roleName,
        description: args.description,
        // No condition on the source: Lambda documents none that it sends when it assumes an execution role.
        // https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
        assumeRolePolicy: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: args.service }, Action: "sts:AssumeRole" }],
        },
      },
      { parent: this },
    );
    this.policy = new aws.iam.RolePolicy(
      `${name}-grants`,
      { name: "grants", role: args.roleName, policy: mutable(policyOf(args.grants)) },
      { parent: this, dependsOn: [role] },
    );
    this.registerOutputs({ roleName: this.roleName, roleArn: this.roleArn });
  }
}

/** The document as the SDK's types want it: the same data, writable. */
function mutable({ Version, Statement }: PolicyDocument): aws.iam.PolicyDocument {
  return {
    Version,
    Statement: Statement.map(({ Sid, Effect, Action, Resource, Condition }) => ({
      Sid,
      Effect,
      Action: [...Action],
      Resource: [...Resource],
      ...(Condition && {
        Condition: structuredClone(Condition) as Record<string, Record<string, string | string[]>>,
      }),
    })),
  };
}
