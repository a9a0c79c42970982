/** An EventBridge rule with one target. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { jsonText, type Json } from "../json.ts";
import type { What } from "../names.ts";
import type { Site } from "../site.ts";
import type { Bus } from "./bus.ts";
import type { Queue } from "./queue.ts";
import { RETRY_POLICY } from "./retry.ts";

/** A function that is called with an event. */
export interface Callable extends pulumi.Resource {
  readonly functionName: string;
  readonly functionArn: string;
}

/** What a rule hands its events to. */
export type RuleTarget =
  | { readonly kind: "function"; readonly function: Callable }
  /** The queue's policy must let the rule in. */
  | { readonly kind: "queue"; readonly queue: Queue };

/** What a {@link Rule} is made of. */
export interface RuleArgs {
  readonly site: Site;
  readonly what: What<"rule">;
  readonly description: string;
  /** Which events it is for. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
  readonly pattern: Readonly<Record<string, Json>>;
  /** The bus whose events it gets. @default the account's default bus */
  readonly bus?: Bus;
  readonly target: RuleTarget;
  /** Where events go that EventBridge could not hand over; its policy must let this rule in. */
  readonly undelivered: Queue;
}

/**
 * Hands on the events that match. Tries again for an hour; what could not be handed over is kept. Only this rule, of
 * this account, may call its function.
 */
export class Rule extends pulumi.ComponentResource {
  constructor(name: string, args: RuleArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, target, undelivered, bus, ...data } = args;
    super("sluice:events:Rule", name, { ...data, bus: bus?.busName, target: target.kind }, opts);
    const ruleName = site.names.rule(args.what);
    const eventBusName = bus?.busName ?? "default";
    const rule = new aws.cloudwatch.EventRule(
      name,
      {
        name: ruleName,
        eventBusName,
        description: args.description,
        eventPattern: jsonText(args.pattern),
      },
      { parent: this, dependsOn: bus ? [bus] : [] },
    );
    const { arn, before } = this.openTarget(name, target, ruleName, site.arns.rule(ruleName, bus?.busName));
    new aws.cloudwatch.EventTarget(
      `${name}-target`,
      {
        rule: ruleName,
        eventBusName,
        targetId: target.kind,
        arn,
        retryPolicy: RETRY_POLICY,
        deadLetterConfig: { arn: undelivered.queueArn },
      },
      { parent: this, dependsOn: [rule, before, undelivered] },
    );
    this.registerOutputs({ ruleName });
  }

  /** The target's ARN, and what must be there before events go to it. */
  private openTarget(
    name: string,
    target: RuleTarget,
    ruleName: string,
    ruleArn: string,
  ): { readonly arn: string; readonly before: pulumi.Resource } {
    switch (target.kind) {
      case "queue":
        return { arn: target.queue.queueArn, before: target.queue };
      case "function": {
        const permission = new aws.lambda.Permission(
          `${name}-permission`,
          {
            statementId: ruleName,
            action: "lambda:InvokeFunction",
            function: target.function.functionName,
            principal: "events.amazonaws.com",
            // The ARN names the account. A source account besides would shut the rule out: EventBridge sends none.
            // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
            sourceArn: ruleArn,
          },
          { parent: this, dependsOn: [target.function] },
        );
        return { arn: target.function.functionArn, before: permission };
      }
    }
  }
}
