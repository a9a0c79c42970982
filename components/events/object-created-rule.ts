/** S3 Object Created → rule → Lambda. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { jsonText, type Json } from "../json.ts";
import type { FailureQueue } from "./failure-queue.ts";

/** Which objects a rule is for: those whose key has this beginning and this end. */
export interface KeyFilter {
  /** @default any beginning */
  readonly prefix?: string;
  /** @default any end */
  readonly suffix?: string;
}

/** What an {@link ObjectCreatedRule} is made of. */
export interface ObjectCreatedRuleArgs {
  readonly ruleName: string;
  readonly ruleArn: string;
  readonly accountId: string;
  readonly bucketName: string;
  /** @default every object of the bucket */
  readonly keys?: KeyFilter;
  /** The function that is called with the event. */
  readonly function: { readonly functionName: string; readonly functionArn: string };
  /** Where events go that EventBridge could not hand over; its policy must let this rule in. */
  readonly undelivered: FailureQueue;
}

/** EventBridge goes on trying for this long. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const RETRY_POLICY = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 185 };

/**
 * Calls a function for each object that is created in a bucket which sends its events to EventBridge. Tries again
 * for an hour; what could not be handed over is kept. Only this rule, of this account, may call through it.
 */
export class ObjectCreatedRule extends pulumi.ComponentResource {
  constructor(name: string, args: ObjectCreatedRuleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:events:ObjectCreatedRule", name, withoutResources(args), opts);
    const rule = new aws.cloudwatch.EventRule(
      name,
      {
        name: args.ruleName,
        description: `Objects created in ${args.bucketName} go to ${args.function.functionName}`,
        eventPattern: jsonText(objectCreatedPattern(args.accountId, args.bucketName, args.keys)),
      },
      { parent: this },
    );
    const permission = new aws.lambda.Permission(
      `${name}-permission`,
      {
        statementId: args.ruleName,
        action: "lambda:InvokeFunction",
        function: args.function.functionName,
        principal: "events.amazonaws.com",
        // The rule's ARN names its account too; whether EventBridge sends the account by itself is not documented.
        sourceArn: args.ruleArn,
      },
      { parent: this },
    );
    new aws.cloudwatch.EventTarget(
      `${name}-target`,
      {
        rule: args.ruleName,
        targetId: "function",
        arn: args.function.functionArn,
        retryPolicy: RETRY_POLICY,
        deadLetterConfig: { arn: args.undelivered.queueArn },
      },
      { parent: this, dependsOn: [rule, permission, args.undelivered] },
    );
    this.registerOutputs({ ruleName: args.ruleName });
  }
}

/**
 * The pattern of S3's "Object Created" events of one bucket and account.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function objectCreatedPattern(
  accountId: string,
  bucketName: string,
  keys: KeyFilter = {},
): Record<string, Json> {
  const key = keyPattern(keys);
  return {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    account: [accountId],
    detail: { bucket: { name: [bucketName] }, ...(key && { object: { key } }) },
  };
}

/** Members of a pattern's list are alternatives, so beginning and end together must be one wildcard. */
function keyPattern({ prefix = "", suffix = "" }: KeyFilter): Json[] | undefined {
  if (prefix === "" && suffix === "") return undefined;
  if (suffix === "") return [{ prefix }];
  if (prefix === "") return [{ suffix }];
  return [{ wildcard: `${escapeWildcard(prefix)}*${escapeWildcard(suffix)}` }];
}

function escapeWildcard(text: string): string {
  return text.replaceAll(/[\\*]/g, String.raw`\$&`);
}

/** The arguments that a policy pack can read: data only. */
function withoutResources({ undelivered, ...data }: ObjectCreatedRuleArgs): object {
  return { ...data, undelivered: undelivered.queueArn };
}
