/** The settings of the ingestion function, read from its environment. */

/** What the function must be told. */
export interface Settings {
  /** Whose metrics the function's are. */
  readonly lakeName: string;
  readonly curatedBucket: string;
  readonly quarantineBucket: string;
  readonly engineMemoryMegabytes: number;
}

/** An environment the function can't run in; the message names every variable that is missing. */
export class InvalidEnvironmentError extends Error {
  override readonly name = "InvalidEnvironmentError";
}

// Node, the AWS SDK and DuckDB's own buffers take about this much besides what the engine is allowed; a
// partitioned write fails with less than 256 MB.
const reservedMegabytes = 450;
const engineMinimumMegabytes = 256;
const engineDefaultMegabytes = 512;

/**
 * Reads LAKE_NAME, CURATED_BUCKET and QUARANTINE_BUCKET, and the engine's memory from the AWS_LAMBDA_FUNCTION_MEMORY_SIZE
 * (in MB) that Lambda sets.
 * @throws InvalidEnvironmentError
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const {
    LAKE_NAME: lakeName,
    CURATED_BUCKET: curatedBucket,
    QUARANTINE_BUCKET: quarantineBucket,
  } = environment;
  if (!lakeName || !curatedBucket || !quarantineBucket) {
    const missing = ["LAKE_NAME", "CURATED_BUCKET", "QUARANTINE_BUCKET"].filter((name) => !environment[name]);
    throw new InvalidEnvironmentError(`Set the environment variable ${missing.join(" and ")}`);
  }
  const memoryMegabytes = Number(environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]);
  const engineMemoryMegabytes =
    memoryMegabytes > 0
      ? Math.max(engineMinimumMegabytes, memoryMegabytes - reservedMegabytes)
      : engineDefaultMegabytes;
  return { lakeName, curatedBucket, quarantineBucket, engineMemoryMegabytes };
}
