/** S3 Object Created → rule → function or queue. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html */
import * as pulumi from "@pulumi/pulumi";
import type { Json } from "../json.ts";
import type { What } from "../names.ts";
import type { Site } from "../site.ts";
import type { Queue } from "./queue.ts";
import { Rule, type RuleTarget } from "./rule.ts";

/** Which objects a rule is for: those whose key has this beginning and this end. */
export interface KeyFilter {
  /** @default any beginning */
  readonly prefix?: string;
  /** @default any end */
  readonly suffix?: string;
}

/** What an {@link ObjectCreatedRule} is made of. */
export interface ObjectCreatedRuleArgs {
  readonly site: Site;
  readonly what: What<"rule">;
  /** The bucket; it must send its events to EventBridge. */
  readonly bucketName: string;
  /** Which of its objects. @default every object of the bucket */
  readonly keys?: KeyFilter;
  /** What is handed the event: a function at once, or a queue where many come together. */
  readonly target: RuleTarget;
  /** Where events go that EventBridge could not hand over; its policy must let this rule in. */
  readonly undelivered: Queue;
}

/**
 * Hands on each object that is created in a bucket which sends its events to EventBridge ({@link Rule}). The events
 * come over the account's default bus: S3 sends them nowhere else.
 */
export class ObjectCreatedRule extends pulumi.ComponentResource {
  constructor(name: string, args: ObjectCreatedRuleArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, target, undelivered, ...data } = args;
    super("sluice:events:ObjectCreatedRule", name, data, opts);
    new Rule(
      name,
      {
        ...{ site, target, undelivered },
        what: args.what,
        description: `Objects created in ${args.bucketName}`,
        pattern: objectCreatedPattern(site.arns.accountId, args.bucketName, args.keys),
      },
      { parent: this },
    );
    this.registerOutputs({});
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
