/** Queues: for work, and for what could not be handled, so that nothing is lost. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { resourcePolicy, sdkDocument } from "../access/documents.ts";
import { sidPart, type Call, type Grant } from "../access/grant.ts";
import { allowRules, denyWithoutTls } from "../access/resource-policies.ts";
import { jsonText } from "../json.ts";
import type { What } from "../names.ts";
import { keepsData, type Site } from "../site.ts";

/** SQS keeps a message for fourteen days at most. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const LONGEST_RETENTION_SECONDS = 1_209_600;

/** Where messages of a queue go that nobody could handle. */
export interface DeadLetters {
  /** Another queue. */
  readonly queue: Queue;
  /** After how many tries. */
  readonly afterReceives: number;
}

/** What a {@link Queue} is made of. */
export interface QueueArgs {
  readonly site: Site;
  readonly what: What<"queue">;
  /** The rules that put events here. @default none */
  readonly ruleArns?: readonly string[];
  /** How long a message is nobody else's once somebody took it, in seconds. @default 30 */
  readonly visibilityTimeoutSeconds?: number;
  /** Where messages go that nobody could handle, and after how many tries. @default none: messages stay until somebody deletes them, or they are fourteen days old */
  readonly deadLetters?: DeadLetters;
}

/** What it takes to take messages off a queue. @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions */
const CONSUME = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** What a person does with messages that nobody could handle: finds the queue, looks, and takes away what is done. */
const HANDLE = ["sqs:GetQueueUrl", ...CONSUME];

/**
 * What it takes to send dead messages back where they came from. SQS does so from dead-letter queues of other queues
 * alone, not of rules or functions.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
const REDRIVE = [
  ...HANDLE,
  ...["sqs:StartMessageMoveTask", "sqs:ListMessageMoveTasks", "sqs:CancelMessageMoveTask"],
];

/**
 * An encrypted queue that keeps what it gets for as long as SQS can, fourteen days. Rules are let in by its policy,
 * one by one; everybody else by a role's grant. Nothing without TLS. A queue with messages is data: it goes with the
 * stack only if both keys to destroy data say so.
 */
export class Queue extends pulumi.ComponentResource {
  readonly queueName: string;
  readonly queueArn: string;

  constructor(name: string, args: QueueArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, deadLetters, ...data } = args;
    super("sluice:events:Queue", name, { ...data, deadLetters: deadLetters?.queue.queueName }, opts);
    this.queueName = site.names.queue(args.what);
    this.queueArn = site.arns.queue(this.queueName);
    const queue = new aws.sqs.Queue(
      name,
      {
        name: this.queueName,
        messageRetentionSeconds: LONGEST_RETENTION_SECONDS,
        sqsManagedSseEnabled: true,
        visibilityTimeoutSeconds: args.visibilityTimeoutSeconds ?? 30,
        ...(deadLetters && {
          redrivePolicy: jsonText({
            deadLetterTargetArn: deadLetters.queue.queueArn,
            maxReceiveCount: deadLetters.afterReceives,
          }),
        }),
      },
      keepsData(site, { parent: this, dependsOn: deadLetters ? [deadLetters.queue] : [] }),
    );
    new aws.sqs.QueuePolicy(
      `${name}-policy`,
      {
        queueUrl: queue.url,
        policy: sdkDocument(
          resourcePolicy([
            denyWithoutTls("sqs", [this.queueArn]),
            ...allowRules(this.queueArn, args.ruleArns ?? []),
          ]),
        ),
      },
      keepsData(site, { parent: this }),
    );
    this.registerOutputs({ queueName: this.queueName });
  }

  /** The right to put messages into this queue. */
  canSend(): Grant {
    return this.grant(
      "Send",
      `puts messages into ${this.queueName}`,
      ["sqs:SendMessage"],
      ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue"],
    );
  }

  /** The right to take messages off this queue. */
  canConsume(): Grant {
    return this.grant("Consume", `takes messages off ${this.queueName}`, CONSUME, [
      "sqs:SendMessage",
      "sqs:PurgeQueue",
      "sqs:SetQueueAttributes",
    ]);
  }

  /** The right to look into what waits in this queue, and to take away what is done. */
  canHandle(): Grant {
    return this.grant("Handle", `looks into ${this.queueName}`, HANDLE, [
      "sqs:SendMessage",
      "sqs:StartMessageMoveTask",
      "sqs:PurgeQueue",
    ]);
  }

  /** The right to send this queue's messages back to the queue that they were dead in, and to look into them. */
  canRedrive(): Grant {
    return this.grant("Redrive", `sends messages of ${this.queueName} back`, REDRIVE, [
      "sqs:PurgeQueue",
      "sqs:SetQueueAttributes",
      "sqs:DeleteQueue",
    ]);
  }

  private grant(verb: string, reason: string, actions: readonly string[], others: readonly string[]): Grant {
    const call = (action: string): Call => ({ action, resource: this.queueArn });
    const Sid = `${verb}${sidPart(this.queueName)}`;
    return {
      reason,
      statements: [{ Sid, Effect: "Allow", Action: actions, Resource: [this.queueArn] }],
      mustAllow: actions.map(call),
      mustNotAllow: [
        ...others.map(call),
        ...actions.map((action) => ({ action, resource: `${this.queueArn}-other` })),
      ],
    };
  }
}
