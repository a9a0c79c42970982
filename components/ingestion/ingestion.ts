/** From a file in the raw zone to rows in the curated zone. */
import * as pulumi from "@pulumi/pulumi";
import { unknownFolder } from "../../functions/ingest/core.ts";
import { bundleImage } from "../compute/bundle.ts";
import { ImageFunction } from "../compute/image-function.ts";
import { QueueConsumer, visibilityTimeoutFor } from "../compute/queue-consumer.ts";
import { Repository } from "../compute/repository.ts";
import { ObjectCreatedRule } from "../events/object-created-rule.ts";
import { Queue } from "../events/queue.ts";
import type { Site } from "../site.ts";
import type { ZoneBucket } from "../storage/zone-bucket.ts";

/** What an {@link Ingestion} is made of. */
export interface IngestionArgs {
  readonly site: Site;
  readonly keyArn: pulumi.Input<string>;
  /** Where files come, and whose events go to EventBridge. */
  readonly raw: ZoneBucket;
  /** Where rows go that keep the contract, as Parquet. */
  readonly curated: ZoneBucket;
  /** Where rows and files go that break it. */
  readonly quarantine: ZoneBucket;
  /** The datasets' names: the folders that are written to. */
  readonly datasets: readonly string[];
}

/** DuckDB's machine code for Lambda's x86_64 on Amazon Linux 2023. */
const DUCKDB = "@duckdb/node-bindings-linux-x64";

const TIMEOUT_SECONDS = 300;

/** A batch is worked on one event after the other, within the function's time. */
const BATCH_SIZE = 5;

/** How many batches are worked on at once where nothing is reserved: a throttled call counts as a try. */
const UNRESERVED_CONCURRENCY = 5;

/** After this many tries an event waits for somebody to look at it. */
const TRIES = 5;

/**
 * S3 Object Created → rule → queue → function, in batches of which only the failed events come again. Nothing is
 * lost: what EventBridge cannot hand over, what fails every time, and what fails when somebody calls the function,
 * each has a queue of its own.
 */
export class Ingestion extends pulumi.ComponentResource {
  /** What does the work. */
  readonly function: ImageFunction;
  /** Events on their way to the function. */
  readonly events: Queue;
  /** Events that the function failed on every time. */
  readonly dead: Queue;
  /** Events that the function was called with by hand, and failed on. */
  readonly failed: Queue;
  /** Events that could not be handed over. */
  readonly undelivered: Queue;
  /** How long an event that failed waits before it comes again. */
  readonly retryAfterSeconds = visibilityTimeoutFor(TIMEOUT_SECONDS);

  constructor(name: string, args: IngestionArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, raw } = args;
    super("sluice:ingestion:Ingestion", name, { bucketName: raw.bucketName, datasets: args.datasets }, opts);
    const ruleArns = [site.arns.rule(site.names.rule("raw-object-created"))];
    this.dead = new Queue("ingest-dead", { site, what: "ingest-dead" }, { parent: this });
    this.failed = new Queue("ingest-failed", { site, what: "ingest-failed" }, { parent: this });
    this.undelivered = new Queue(
      "ingest-undelivered",
      { site, what: "ingest-undelivered", ruleArns },
      { parent: this },
    );
    this.events = new Queue(
      "ingest-events",
      {
        ...{ site, what: "ingest", ruleArns },
        visibilityTimeoutSeconds: this.retryAfterSeconds,
        deadLetters: { queue: this.dead, afterReceives: TRIES },
      },
      { parent: this },
    );
    this.function = this.createFunction(name, args);
    this.createEdges(args);
    this.registerOutputs({});
  }

  private createFunction(name: string, args: IngestionArgs): ImageFunction {
    const { site, keyArn, raw, curated, quarantine } = args;
    const folders = args.datasets.map((dataset) => `${dataset}/`);
    const functionArn = site.arns.function(site.names.function("ingest"));
    const repository = new Repository(
      `${name}-repository`,
      { site, what: "ingest", keyArn, functionArns: [functionArn] },
      { parent: this },
    );
    const { ingestConcurrency } = site.settings;
    return new ImageFunction(
      name,
      {
        ...{ site, keyArn, repository },
        what: "ingest",
        description: "Turns the files of the raw zone into Parquet in the curated zone",
        context: bundleImage({ name: "ingest", nativePackages: [DUCKDB] }, site.settings.baseImage),
        baseImage: site.settings.baseImage,
        grants: [
          raw.canReadVersions(),
          curated.canWrite(...folders),
          quarantine.canWrite(...folders, `${unknownFolder}/`),
          this.events.canConsume(),
        ],
        environment: {
          LAKE_NAME: site.names.prefix,
          CURATED_BUCKET: curated.bucketName,
          QUARANTINE_BUCKET: quarantine.bucketName,
        },
        memoryMiB: 1024,
        timeoutSeconds: TIMEOUT_SECONDS,
        temporaryStorageMiB: 4096,
        concurrency: ingestConcurrency === "unreserved" ? undefined : ingestConcurrency,
        failed: this.failed,
      },
      { parent: this, dependsOn: [curated, quarantine] },
    );
  }

  private createEdges({ site, raw }: IngestionArgs): void {
    const { ingestConcurrency } = site.settings;
    const consumer = new QueueConsumer(
      "ingest-consumer",
      {
        function: this.function,
        queue: this.events,
        batchSize: BATCH_SIZE,
        concurrency: ingestConcurrency === "unreserved" ? UNRESERVED_CONCURRENCY : ingestConcurrency,
      },
      { parent: this },
    );
    new ObjectCreatedRule(
      "raw-object-created",
      {
        site,
        what: "raw-object-created",
        bucketName: raw.bucketName,
        target: { kind: "queue", queue: this.events },
        undelivered: this.undelivered,
      },
      { parent: this, dependsOn: [raw, consumer] },
    );
  }
}
