/** Batches of events from a queue: each is handled by itself, and only those that failed come again. */
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { PartialItemFailureResponse } from "@aws-lambda-powertools/batch/types";
import * as v from "valibot";
import type { Context } from "./app.ts";
import type { Result } from "./result.ts";

/** What SQS calls a function with. @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
const batchSchema = v.looseObject({
  Records: v.array(
    v.looseObject({ messageId: v.string(), body: v.string(), eventSource: v.literal("aws:sqs") }),
  ),
});

/** The function from an event to its result. */
type App = (event: unknown, context: Context) => Promise<Result>;

/** An event is not begun with less time than this left: cut off in the middle, the whole batch would count as failed. */
const LEAST_TIME_MS = 60_000;

/** An event that was left for the next time; only said to SQS, which sends it again. */
export class OutOfTimeError extends Error {
  override readonly name = "OutOfTimeError";

  constructor(remainingMs: number) {
    super(`${remainingMs} ms are left, and an event is begun with ${LEAST_TIME_MS} at least; it comes again`);
  }
}

/**
 * Takes a batch of a queue whose messages are events, one after the other, so that each has the function's memory to
 * itself; and takes an event that comes alone. Where time runs short it leaves the rest of a batch for the next time.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function createHandler(
  app: App,
): (event: unknown, context: Context) => Promise<Result | PartialItemFailureResponse> {
  const processor = new BatchProcessor(EventType.SQS);
  return async (event, context) => {
    const batch = v.safeParse(batchSchema, event);
    if (!batch.success) return app(event, context);
    let begun = 0;
    return processPartialResponse(
      batch.output,
      async ({ body }: { readonly body: string }) => {
        const remainingMs = context.getRemainingTimeInMillis?.() ?? Infinity;
        if (begun > 0 && remainingMs < LEAST_TIME_MS) throw new OutOfTimeError(remainingMs);
        begun++;
        return app(JSON.parse(body), context);
      },
      processor,
      { processInParallel: false, throwOnFullBatchFailure: false },
    );
  };
}
