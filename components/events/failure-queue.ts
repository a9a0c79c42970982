/** A queue for events that could not be handled, so that none is lost. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sidPart, type Grant } from "../access/grant.ts";

/** SQS keeps a message for fourteen days at most. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const LONGEST_RETENTION_SECONDS = 1_209_600;

/** What a {@link FailureQueue} is made of. */
export interface FailureQueueArgs {
  readonly queueName: string;
  readonly queueArn: string;
  /** The rules that put their undelivered events here. @default none */
  readonly ruleArns?: readonly string[];
  /** Whether the queue is deleted with the stack: its messages are events that somebody has yet to look into. */
  readonly destroyData: boolean;
}

/**
 * An encrypted queue that keeps what it gets for as long as SQS can, fourteen days. Rules are let in by its policy,
 * one by one; functions by their own role's grant ({@link FailureQueue.canSend}). Nothing without TLS.
 */
export class FailureQueue extends pulumi.ComponentResource {
  readonly queueName: string;
  readonly queueArn: string;

  constructor(name: string, args: FailureQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:events:FailureQueue", name, args, opts);
    this.queueName = args.queueName;
    this.queueArn = args.queueArn;
    const queue = new aws.sqs.Queue(
      name,
      {
        name: args.queueName,
        messageRetentionSeconds: LONGEST_RETENTION_SECONDS,
        sqsManagedSseEnabled: true,
      },
      { parent: this, retainOnDelete: !args.destroyData },
    );
    new aws.sqs.QueuePolicy(
      `${name}-policy`,
      {
        queueUrl: queue.url,
        policy: {
          Version: "2012-10-17",
          Statement: [this.denyWithoutTls(), ...this.allowRules(args.ruleArns ?? [])],
        },
      },
      { parent: this, retainOnDelete: !args.destroyData },
    );
    this.registerOutputs({ queueName: this.queueName });
  }

  /** The right to put messages into this queue. */
  canSend(): Grant {
    return {
      reason: `keeps what failed in ${this.queueName}`,
      statements: [
        {
          Sid: `SendTo${sidPart(this.queueName)}`,
          Effect: "Allow",
          Action: ["sqs:SendMessage"],
          Resource: [this.queueArn],
        },
      ],
      mustAllow: [{ action: "sqs:SendMessage", resource: this.queueArn }],
      mustNotAllow: [
        { action: "sqs:ReceiveMessage", resource: this.queueArn },
        { action: "sqs:DeleteMessage", resource: this.queueArn },
        { action: "sqs:SendMessage", resource: `${this.queueArn}-other` },
      ],
    };
  }

  /** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html */
  private denyWithoutTls(): aws.iam.PolicyStatement {
    return {
      Sid: "DenyWithoutTls",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: this.queueArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
  }

  /** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
  private allowRules(ruleArns: readonly string[]): aws.iam.PolicyStatement[] {
    if (ruleArns.length === 0) return [];
    return [
      {
        Sid: "AllowUndeliveredEvents",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: this.queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": [...ruleArns] } },
      },
    ];
  }
}
