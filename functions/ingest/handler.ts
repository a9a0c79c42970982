/** The wiring of the ingestion function: settings, clients and logger, made once for each execution environment. */
import { tmpdir } from "node:os";
import { Logger } from "@aws-lambda-powertools/logger";
import { S3Client } from "@aws-sdk/client-s3";
import { datasets } from "../../datasets/index.ts";
import { createMetrics } from "../lambda-metrics.ts";
import { createApp } from "./app.ts";
import { createHandler } from "./batch.ts";
import { createDuckdbEngine } from "./duckdb.ts";
import { createS3Store } from "./s3.ts";
import { readSettings } from "./settings.ts";

const settings = readSettings(process.env);
const logger = new Logger({ serviceName: "ingest" });

const app = createApp({
  objects: createS3Store(new S3Client()),
  engine: createDuckdbEngine({ memoryMegabytes: settings.engineMemoryMegabytes }),
  log: {
    info: (message, fields) => {
      logger.info(message, fields);
    },
    error: (message, fields) => {
      logger.error(message, fields);
    },
  },
  datasets,
  curatedBucket: settings.curatedBucket,
  quarantineBucket: settings.quarantineBucket,
  workDir: tmpdir(),
  now: Date.now,
  emit: createMetrics("ingest", settings.lakeName),
});

/** Lambda's entry: takes a queue's batch of EventBridge "Object Created" events, or one such event. */
export const handler = createHandler(app);
