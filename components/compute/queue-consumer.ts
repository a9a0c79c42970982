/** Queue → function, in batches. @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Queue } from "../events/queue.ts";
import type { LambdaFunction } from "./lambda-function.ts";

/** What a {@link QueueConsumer} is made of. */
export interface QueueConsumerArgs {
  /** Its role must be able to consume the queue ({@link Queue.canConsume}). */
  readonly function: LambdaFunction;
  /** The queue to take messages from. */
  readonly queue: Queue;
  /** How many messages a call has at most: 1 to 10. */
  readonly batchSize: number;
  /** How many calls run at once at most: 2 to 1000. @default as many as the function may */
  readonly concurrency?: number | undefined;
}

/**
 * Calls a function with the messages of a queue. The function says which messages of a batch failed; only these come
 * again.
 */
export class QueueConsumer extends pulumi.ComponentResource {
  constructor(name: string, args: QueueConsumerArgs, opts?: pulumi.ComponentResourceOptions) {
    const { function: target, queue, ...data } = args;
    super("sluice:compute:QueueConsumer", name, { ...data, function: target.functionName }, opts);
    new aws.lambda.EventSourceMapping(
      name,
      {
        eventSourceArn: queue.queueArn,
        functionName: target.functionName,
        batchSize: args.batchSize,
        functionResponseTypes: ["ReportBatchItemFailures"],
        ...(args.concurrency !== undefined && { scalingConfig: { maximumConcurrency: args.concurrency } }),
      },
      { parent: this, dependsOn: [target, queue] },
    );
    this.registerOutputs({});
  }
}

/**
 * How long a message must be nobody else's while a function with this time limit works on it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig
 */
export function visibilityTimeoutFor(functionTimeoutSeconds: number): number {
  return functionTimeoutSeconds * 6;
}
