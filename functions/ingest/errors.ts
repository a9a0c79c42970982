/** The error of ingestion that a retry may cure. */

/** Something around the function failed (storage, disk, engine): thrown, so that the event is tried again. */
export class IngestError extends Error {
  override readonly name = "IngestError";
  /** What was being done, such as "GetObject". */
  readonly action: string;
  readonly bucket: string;
  readonly key: string;

  constructor(action: string, { bucket, key }: { bucket: string; key: string }, cause: unknown) {
    super(`${action} failed for s3://${bucket}/${key}`, { cause });
    this.action = action;
    this.bucket = bucket;
    this.key = key;
  }
}
