import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createHandler } from "../../functions/ingest/batch.ts";
import type { Result } from "../../functions/ingest/result.ts";
import { objectCreated } from "./lake.ts";

const context = { awsRequestId: "request-1" };
const ingested: Result = {
  ...{ kind: "ingested", dataset: "readings" },
  ...{ rowsWritten: 1, rowsRejected: 0, files: 1, ignoredColumns: [] },
};

/** A message of SQS, as Lambda gets it. */
function message(messageId: string, body: string): Record<string, unknown> {
  return {
    ...{ messageId, body, receiptHandle: "h", md5OfBody: "m" },
    attributes: { ApproximateReceiveCount: "1" },
    messageAttributes: {},
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:sluice-dev-ingest",
    awsRegion: "eu-west-1",
  };
}

function batch(...bodies: string[]): { Records: Record<string, unknown>[] } {
  return { Records: bodies.map((body, index) => message(`message-${index}`, body)) };
}

function failuresOf(answer: unknown): unknown {
  assert(typeof answer === "object" && answer !== null && "batchItemFailures" in answer);
  return answer.batchItemFailures;
}

describe("a batch of events", () => {
  const events = ["a", "b", "c"].map((key) => JSON.stringify(objectCreated(`readings/${key}.csv`)));

  it("is handled event by event, each with the call's own context", async () => {
    const calls: unknown[][] = [];
    const handler = createHandler((...call) => {
      calls.push(call);
      return Promise.resolve(ingested);
    });

    const answer = await handler(batch(...events), context);

    assert.deepEqual(failuresOf(answer), []);
    assert.deepEqual(
      calls,
      events.map((event): unknown[] => [JSON.parse(event), context]),
    );
  });

  it("gives back the one event that failed, and no other", async () => {
    const handler = createHandler((event) =>
      JSON.stringify(event).includes("b.csv")
        ? Promise.reject(new Error("S3 is away"))
        : Promise.resolve(ingested),
    );

    assert.deepEqual(failuresOf(await handler(batch(...events), context)), [{ itemIdentifier: "message-1" }]);
  });

  it("gives back every event when all failed, and does not fail as a whole", async () => {
    const handler = createHandler(() => Promise.reject(new Error("S3 is away")));

    assert.deepEqual(failuresOf(await handler(batch(...events), context)), [
      { itemIdentifier: "message-0" },
      { itemIdentifier: "message-1" },
      { itemIdentifier: "message-2" },
    ]);
  });

  it("gives back a message that is no JSON, and handles the others", async () => {
    const handled: unknown[] = [];
    const handler = createHandler((event) => {
      handled.push(event);
      return Promise.resolve(ingested);
    });

    const answer = await handler(batch("not { json", ...events), context);

    assert.deepEqual(failuresOf(answer), [{ itemIdentifier: "message-0" }]);
    assert.equal(handled.length, 3);
  });

  it("forgets the failures of the call before", async () => {
    let isAway = true;
    const handler = createHandler(() =>
      isAway ? Promise.reject(new Error("S3 is away")) : Promise.resolve(ingested),
    );
    await handler(batch(...events), context);
    isAway = false;

    assert.deepEqual(failuresOf(await handler(batch(...events), context)), []);
  });

  it("is worked on one event after the other, never two at once", async () => {
    let running = 0;
    const atOnce: number[] = [];
    const handler = createHandler(async () => {
      atOnce.push(++running);
      await nextTurn();
      running--;
      return ingested;
    });

    await handler(batch(...events), context);

    assert.deepEqual(atOnce, [1, 1, 1]);
  });
});

describe("a batch whose time runs short", () => {
  const events = ["a", "b", "c"].map((key) => JSON.stringify(objectCreated(`readings/${key}.csv`)));

  /** What is begun, and what is given back, where so much time is left before each event. */
  async function run(...remainingMs: number[]): Promise<{ begun: number; failures: unknown }> {
    let asked = 0;
    let begun = 0;
    const handler = createHandler(() => {
      begun++;
      return Promise.resolve(ingested);
    });
    const answer = await handler(batch(...events), {
      ...context,
      getRemainingTimeInMillis: () => remainingMs[asked++] ?? 0,
    });
    return { begun, failures: failuresOf(answer) };
  }

  const back = (...indexes: number[]) => indexes.map((index) => ({ itemIdentifier: `message-${index}` }));

  it("is handled to its end while a minute is left before each event", async () => {
    assert.deepEqual(await run(300_000, 60_000, 60_000), { begun: 3, failures: [] });
  });

  it("leaves the rest for the next time, not begun, with less than a minute", async () => {
    assert.deepEqual(await run(300_000, 59_999, 30_000), { begun: 1, failures: back(1, 2) });
    assert.deepEqual(await run(300_000, 120_000, 59_999), { begun: 2, failures: back(2) });
  });

  it("begins its first event, however little time is left: else none ever would be", async () => {
    assert.deepEqual(await run(10, 10, 10), { begun: 1, failures: back(1, 2) });
  });

  it("begins another first one where the first failed at once", async () => {
    let begun = 0;
    const handler = createHandler(() => {
      begun++;
      return Promise.reject(new Error("S3 is away"));
    });

    const answer = await handler(batch(...events), { ...context, getRemainingTimeInMillis: () => 10 });

    assert.deepEqual(failuresOf(answer), back(0, 1, 2));
    assert.equal(begun, 1);
  });
});

describe("an event that comes alone", () => {
  it("is handled at once, and its result is the answer", async () => {
    const event = objectCreated("readings/a.csv");
    const calls: unknown[] = [];
    const handler = createHandler((given) => {
      calls.push(given);
      return Promise.resolve(ingested);
    });

    assert.deepEqual(await handler(event, context), ingested);
    assert.deepEqual(calls, [event]);
  });

  it("fails the call when it fails", async () => {
    const handler = createHandler(() => Promise.reject(new Error("S3 is away")));

    await assert.rejects(handler(objectCreated("readings/a.csv"), context), /S3 is away/);
  });

  it("is not taken for a batch because it has records of another service", async () => {
    const records = { Records: [{ ...message("1", "{}"), eventSource: "aws:sns" }] };
    const handler = createHandler(() => Promise.reject(new Error("no Object Created")));

    await assert.rejects(handler(records, context), /no Object Created/);
  });
});
