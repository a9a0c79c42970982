/** A function that is called with what is in a queue. */
import { bundleFunction } from "../../components/compute/bundle.ts";
import { QueueConsumer, visibilityTimeoutFor } from "../../components/compute/queue-consumer.ts";
import { ZipFunction } from "../../components/compute/zip-function.ts";
import { Queue } from "../../components/events/queue.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });
    const timeoutSeconds = 60;
    const failed = new Queue("failed", { site, what: "report-failed" });
    const dead = new Queue("dead", { site, what: "ingest-dead" });
    const work = new Queue("work", {
      ...{ site, what: "ingest" },
      // Longer than the function works on a batch, else somebody else gets the message meanwhile.
      visibilityTimeoutSeconds: visibilityTimeoutFor(timeoutSeconds),
      deadLetters: { queue: dead, afterReceives: 5 },
    });
    const worker = new ZipFunction("worker", {
      ...{ site, what: "report", description: "Works on messages", keyArn, failed },
      zip: bundleFunction({ name: "freshness" }),
      grants: [work.canConsume(), curated.canList()],
      environment: { LAKE_NAME: site.names.prefix, CURATED_BUCKET: curated.bucketName },
      ...{ memoryMiB: 256, timeoutSeconds },
    });

    new QueueConsumer("consumer", { function: worker, queue: work, batchSize: 10, concurrency: 4 });
  });
  /// hide
}
