/** The permissions boundary of a stack's roles. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { jsonText } from "../json.ts";
import type { Site } from "../site.ts";
import { sdkDocument, withinLimit } from "./documents.ts";
import type { Conditions, PolicyDocument, Statement } from "./grant.ts";
import type { Holder } from "./ledger.ts";

/** What a {@link Boundary} is made of. */
export interface BoundaryArgs {
  readonly site: Site;
}

/**
 * The most that any role of the stack can do, whatever is attached to it later: the actions that its roles use, on
 * the things of this stack alone. Derived from every role's grants, so it grows and shrinks with them.
 */
export class Boundary extends pulumi.ComponentResource {
  readonly policyArn: string;

  constructor(name: string, { site }: BoundaryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:access:Boundary", name, {}, opts);
    this.policyArn = site.boundaryArn;
    const policyName = site.names.policy("boundary");
    new aws.iam.Policy(
      name,
      {
        name: policyName,
        description: `The most that a role of ${site.names.prefix} can do`,
        policy: site.access.settled.then((holders) =>
          sdkDocument(
            withinLimit(
              `policy "${policyName}"`,
              "managed policy",
              boundaryOf(holders, { prefix: site.names.prefix, accountId: site.arns.accountId }),
            ),
          ),
        ),
      },
      { parent: this },
    );
    this.registerOutputs({ policyArn: this.policyArn });
  }
}

/** A place of the boundary: what is allowed on the same resources of one service, under the same conditions. */
interface Place {
  readonly actions: Set<string>;
  readonly resources: Set<string>;
  readonly conditions: Conditions | undefined;
}

/**
 * The boundary that leaves every grant its effect: each action that is used anywhere, on whatever of this stack could
 * be meant by it.
 */
export function boundaryOf(
  holders: readonly Holder[],
  { prefix, accountId }: { readonly prefix: string; readonly accountId: string },
): PolicyDocument {
  const places = new Map<string, Place>();
  const statements = holders.flatMap(({ grants }) => grants.flatMap((grant) => grant.statements));
  for (const { Action, Resource, Condition } of statements.filter(({ Effect }) => Effect === "Allow")) {
    const resources = Resource.map((arn) => widenArn(arn, prefix));
    // A resource of the stack is narrow enough; anything else is only as narrow as its conditions.
    const isOfStack = resources.every((arn, index) => arn !== Resource[index]);
    const kept = isOfStack ? undefined : Condition && widenConditions(Condition, prefix);
    for (const action of Action) {
      const [service = ""] = action.split(":");
      // A bucket's ARN names no account: somebody else's bucket may begin as the stack's do.
      const conditions =
        service === "s3"
          ? { ...kept, StringEquals: { ...kept?.["StringEquals"], "aws:ResourceAccount": accountId } }
          : kept;
      const isEverything = resources.includes("*");
      const key = [service, isEverything, jsonText(conditions ?? null)].join("\n");
      const place = places.get(key) ?? { actions: new Set(), resources: new Set(), conditions };
      places.set(key, place);
      place.actions.add(action);
      for (const resource of resources) place.resources.add(resource);
    }
  }
  return { Version: "2012-10-17", Statement: [...places.values()].map(statementOf) };
}

function statementOf({ actions, resources, conditions }: Place, index: number): Statement {
  return {
    Sid: `Boundary${index + 1}`,
    Effect: "Allow",
    Action: [...actions].toSorted(),
    Resource: [...resources].toSorted(),
    ...(conditions && { Condition: conditions }),
  };
}

/** An ARN as far as it is the stack's own, and a star; one that does not name the stack stays as it is. */
function widenArn(arn: string, prefix: string): string {
  for (const start of [`${prefix}-`, `${prefix}/`, `${prefix.replaceAll("-", "_")}_`]) {
    const index = arn.indexOf(start);
    if (index !== -1) return `${arn.slice(0, index)}${start}*`;
  }
  return arn;
}

/** Only an operator that knows wildcards can take a value with a star. */
function widenConditions(conditions: Conditions, prefix: string): Conditions {
  return Object.fromEntries(
    Object.entries(conditions).map(([operator, byKey]) => [
      operator,
      operator.endsWith("Like")
        ? Object.fromEntries(
            Object.entries(byKey).map(([key, values]) => [
              key,
              [...new Set([values].flat().map((value) => widenArn(value, prefix)))],
            ]),
          )
        : byKey,
    ]),
  );
}
