/** The program: declares the stack's lake and exports what its users need to know. */
import { deployLake } from "./components/deploy.ts";

const { lake } = deployLake();

/** Drop files here, under a dataset's name: `RAW_BUCKET/seattle_weather/any-name.csv`. */
export const rawBucket = lake.zones.raw.bucketName;
/** Partitioned Parquet, one folder a dataset. */
export const curatedBucket = lake.zones.curated.bucketName;
/** Rows and files that broke their dataset's contract, with the reason. */
export const quarantineBucket = lake.zones.quarantine.bucketName;
/** Athena's results. */
export const resultBucket = lake.zones.results.bucketName;
/** The database of the curated tables. */
export const database = lake.databases.curated.databaseName;
/** The Athena workgroup to run queries in. */
export const workgroup = lake.workgroups.lake.workgroupName;
/** The function that ingests. */
export const ingestFunction = lake.ingestion.function.functionName;
/** The queue of the events that the function failed on every time. */
export const failedEvents = lake.ingestion.dead.queueName;
/** The role that fills the raw zone and runs the lake, where somebody may assume it. */
export const engineerRole = lake.people.engineer?.roleArn;
/** The role that queries, where somebody may assume it. */
export const analystRole = lake.people.analyst?.roleArn;
/** The queue of the events that could not be handed to the function. */
export const undeliveredEvents = lake.ingestion.undelivered.queueName;
