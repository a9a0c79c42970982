/** An event bus. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { documentText, resourcePolicy } from "../access/documents.ts";
import { sidPart, type Call, type Grant } from "../access/grant.ts";
import { denyOtherAccounts } from "../access/resource-policies.ts";
import type { What } from "../names.ts";
import type { Site } from "../site.ts";

/** What a {@link Bus} is made of. */
export interface BusArgs {
  readonly site: Site;
  readonly what: What<"bus">;
  readonly description: string;
}

/** A bus for the lake's own events, of this account alone. AWS's own events come over the account's default bus. */
export class Bus extends pulumi.ComponentResource {
  readonly busName: string;
  readonly busArn: string;

  constructor(name: string, args: BusArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, ...data } = args;
    super("sluice:events:Bus", name, data, opts);
    this.busName = site.names.bus(args.what);
    this.busArn = site.arns.bus(this.busName);
    const bus = new aws.cloudwatch.EventBus(
      name,
      { name: this.busName, description: args.description },
      { parent: this },
    );
    new aws.cloudwatch.EventBusPolicy(
      `${name}-policy`,
      {
        eventBusName: this.busName,
        policy: documentText(resourcePolicy([denyOtherAccounts(site.arns, this.busArn)])),
      },
      { parent: this, dependsOn: [bus] },
    );
    this.registerOutputs({ busName: this.busName });
  }

  /** The right to put events of one source on this bus. */
  canPut(source: string): Grant {
    const put = (resource: string, eventSource: string): Call => ({
      action: "events:PutEvents",
      resource,
      context: { "events:source": eventSource },
    });
    return {
      reason: `puts events of ${source} on ${this.busName}`,
      statements: [
        {
          Sid: `PutEvents${sidPart(source)}`,
          Effect: "Allow",
          Action: ["events:PutEvents"],
          Resource: [this.busArn],
          // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
          Condition: { StringEquals: { "events:source": source } },
        },
      ],
      mustAllow: [put(this.busArn, source)],
      mustNotAllow: [
        put(this.busArn, `${source}.other`),
        put(`${this.busArn}-other`, source),
        { ...put(this.busArn, source), action: "events:PutRule" },
      ],
    };
  }
}
