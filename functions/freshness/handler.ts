/** The wiring of the freshness function. */
import { Logger } from "@aws-lambda-powertools/logger";
import { paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { datasets } from "../../datasets/index.ts";
import { createMetrics } from "../lambda-metrics.ts";
import { createApp } from "./app.ts";

const { CURATED_BUCKET: bucket, LAKE_NAME: lakeName } = process.env;
if (!bucket || !lakeName) throw new Error("Set the environment variables CURATED_BUCKET and LAKE_NAME");

const client = new S3Client();
const logger = new Logger({ serviceName: "freshness" });

/** Lambda's entry: takes no notice of what it is called with. */
export const handler = createApp({
  datasets: [...datasets.keys()],
  async *listTimes(prefix) {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      for (const { LastModified } of page.Contents ?? []) {
        if (LastModified !== undefined) yield LastModified.getTime();
      }
    }
  },
  emit: createMetrics("freshness", lakeName),
  log: {
    info: (message, fields) => {
      logger.info(message, fields);
    },
  },
  now: Date.now,
});
