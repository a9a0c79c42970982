/** The decisions of ingestion: plain data in, plain data out. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import type { Dataset } from "../../datasets/index.ts";

/** The object an event is about. Its bytes are read, and never changed. */
export interface Source {
  readonly bucket: string;
  readonly key: string;
  /** Absent when the bucket has never had versioning. */
  readonly versionId?: string;
  readonly sizeBytes: number;
  readonly etag: string;
}

/** An event that is no "Object Created" of S3: thrown, so that it is retried and ends in the dead-letter queue. */
export class MalformedEventError extends Error {
  override readonly name = "MalformedEventError";
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
const objectCreated = v.object({
  source: v.literal("aws.s3"),
  "detail-type": v.literal("Object Created"),
  detail: v.object({
    bucket: v.object({ name: v.pipe(v.string(), v.nonEmpty()) }),
    object: v.object({
      key: v.pipe(v.string(), v.nonEmpty()),
      size: v.pipe(v.number(), v.integer(), v.minValue(0)),
      etag: v.string(),
      "version-id": v.optional(v.pipe(v.string(), v.nonEmpty())),
    }),
  }),
});

/**
 * The object an EventBridge "Object Created" event is about. The key is taken as it is: EventBridge carries it
 * plain, where S3's own notifications URL-encode it; decoding would turn "a+b" into "a b".
 * @throws MalformedEventError naming each field that is wrong, without its value.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function parseEvent(event: unknown): Source {
  const parsed = v.safeParse(objectCreated, event);
  if (!parsed.success) {
    const fields = parsed.issues.map((issue) => v.getDotPath(issue) ?? "event").join(", ");
    throw new MalformedEventError(`Not an S3 "Object Created" event; wrong or missing: ${fields}`);
  }
  const { bucket, object } = parsed.output.detail;
  const versionId = object["version-id"];
  return {
    bucket: bucket.name,
    key: object.key,
    ...(versionId === undefined ? {} : { versionId }),
    sizeBytes: object.size,
    etag: object.etag,
  };
}

/** How a file is cut into records. */
export type Format = "csv" | "json-lines";

/** Why a whole file is put aside. */
export type FileFault =
  | { readonly kind: "unknown-dataset"; readonly dataset: string }
  | { readonly kind: "unsupported-format"; readonly supported: readonly string[] }
  | { readonly kind: "empty-file" }
  | { readonly kind: "not-text" }
  | { readonly kind: "header-unreadable" }
  | {
      readonly kind: "columns-missing";
      readonly missing: readonly string[];
      readonly found: readonly string[];
    }
  | { readonly kind: "columns-repeated"; readonly repeated: readonly string[] }
  | { readonly kind: "unclosed-quotes"; readonly lines: readonly number[] }
  | { readonly kind: "row-too-long"; readonly longestBytes: number; readonly limitBytes: number }
  | { readonly kind: "unreadable"; readonly detail: string }
  | { readonly kind: "rows-unaccounted"; readonly inFile: number; readonly accountedFor: number };

/** What is to be done with an object, judged by its key alone. */
export type Route =
  | { readonly kind: "ingest"; readonly dataset: Dataset; readonly format: Format }
  | { readonly kind: "quarantine"; readonly folder: string; readonly fault: FileFault }
  | { readonly kind: "ignore"; readonly reason: "folder-marker" };

const formats: ReadonlyMap<string, Format> = new Map([
  ["csv", "csv"],
  ["jsonl", "json-lines"],
  ["ndjson", "json-lines"],
]);

/**
 * The folder of the quarantine for files of no dataset. No dataset can have this name, and Athena and Glue skip paths
 * that start with an underscore.
 */
export const unknownFolder = "_unknown";

/** What is to be done with the object at `key`: `<dataset>/<anything>.<csv|jsonl|ndjson>` is ingested. */
export function routeKey(key: string, datasets: ReadonlyMap<string, Dataset>): Route {
  // The S3 console makes a folder by an empty object whose key ends in a slash.
  if (key.endsWith("/")) {
    return { kind: "ignore", reason: "folder-marker" };
  }
  const slash = key.indexOf("/");
  const folder = slash === -1 ? "" : key.slice(0, slash);
  const dataset = datasets.get(folder);
  if (dataset === undefined) {
    return { kind: "quarantine", folder: unknownFolder, fault: { kind: "unknown-dataset", dataset: folder } };
  }
  const format = formats.get(/\.([^./]+)$/.exec(key)?.[1]?.toLowerCase() ?? "");
  if (format === undefined) {
    const fault: FileFault = { kind: "unsupported-format", supported: [...formats.keys()] };
    return { kind: "quarantine", folder: dataset.name, fault };
  }
  return { kind: "ingest", dataset, format };
}

/** The 32 hexadecimal digits that stand for a source in every output key: one bucket and key, one id. */
export function sourceId({ bucket, key }: Pick<Source, "bucket" | "key">): string {
  // A bucket name holds no line break, so no two pairs give the same text.
  return createHash("sha256").update(`${bucket}\n${key}`).digest("hex").slice(0, 32);
}

/** Every key a source's outputs are put at, whichever version of it is read and however often. */
export interface OutputKeys {
  /** In the curated bucket, for a partition value such as "2012-01". */
  readonly parquet: (partitionValue: string) => string;
  /** In the quarantine bucket: the rejected rows, one JSON object a line. */
  readonly rows: string;
  /** In the quarantine bucket: why the whole file was put aside. */
  readonly fileReason: string;
  /** In the quarantine bucket: the bytes of the file that was put aside. */
  readonly fileCopy: string;
}

/** The output keys of a source in the folder of a dataset. */
export function planKeys(source: Pick<Source, "bucket" | "key">, folder: string, partition = ""): OutputKeys {
  const id = sourceId(source);
  return {
    parquet: (value) => `${folder}/${partition}=${value}/${id}.parquet`,
    rows: `${folder}/rows/${id}.jsonl`,
    fileReason: `${folder}/files/${id}.json`,
    fileCopy: `${folder}/files/${id}.original`,
  };
}

/** Where the contract's columns are in a CSV file. */
export type HeaderCheck =
  | {
      readonly kind: "matched";
      /** For each column of the file, the contract's column or null where the contract has none. */
      readonly columns: readonly (string | null)[];
      readonly ignoredColumns: readonly string[];
    }
  | { readonly kind: "faulty"; readonly fault: FileFault };

/** Finds the contract's columns in a header, by name and in any order; blanks around a name don't count. */
export function checkHeader(header: readonly string[], { columns }: Dataset): HeaderCheck {
  const found = header.map((name) => name.trim());
  const declared = new Set(columns.map((column) => column.name));
  const missing = [...declared].filter((name) => !found.includes(name));
  if (missing.length > 0) {
    return { kind: "faulty", fault: { kind: "columns-missing", missing, found } };
  }
  const repeated = [...declared].filter((name) => found.indexOf(name) !== found.lastIndexOf(name));
  if (repeated.length > 0) {
    return { kind: "faulty", fault: { kind: "columns-repeated", repeated } };
  }
  return {
    kind: "matched",
    columns: found.map((name) => (declared.has(name) ? name : null)),
    ignoredColumns: found.filter((name) => !declared.has(name)),
  };
}

/** Sixteen hexadecimal digits that change whenever a contract's columns or partition do. */
export function contractHash({ name, columns, partition }: Dataset): string {
  const shape = [
    name,
    columns.map((column) => [column.name, column.type, column.nullable]),
    [partition.column, partition.by, partition.name, partition.range.from, partition.range.to],
  ];
  return createHash("sha256").update(JSON.stringify(shape)).digest("hex").slice(0, 16);
}

/** A row that broke the contract, as it was found in the file. */
export interface RejectedRow {
  /** The row's first line in the file, from 1; null if it could not be told. */
  readonly line: number | null;
  /** The column that broke the contract, or null for the row as a whole. */
  readonly column: string | null;
  readonly reason: string;
  readonly bytes: Uint8Array;
}

/**
 * A rejected row as one line of JSON. Bytes that are no UTF-8 are kept in `rowBase64` besides.
 * The text depends on nothing but its arguments, so a second run writes the same bytes.
 */
export function renderRejectedRow(source: Source, dataset: Dataset, row: RejectedRow): string {
  const bytes = Buffer.from(row.bytes);
  const text = bytes.toString("utf8");
  return `${JSON.stringify({
    source: sourceReference(source),
    line: row.line,
    column: row.column,
    reason: row.reason,
    row: text,
    ...(Buffer.from(text, "utf8").equals(bytes) ? {} : { rowBase64: bytes.toString("base64") }),
    dataset: dataset.name,
    contract: contractHash(dataset),
  })}\n`;
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
const copyLimitBytes = 5 * 1024 ** 3;

/** True if one CopyObject can copy the source: S3 allows 5 GB. A larger file stays in the raw zone alone. */
export function isCopyable({ sizeBytes }: Pick<Source, "sizeBytes">): boolean {
  return sizeBytes <= copyLimitBytes;
}

/** The record kept beside a file that was put aside; `copyKey` is null if the file is too large to copy. */
export function renderFileReason(source: Source, fault: FileFault, copyKey: string | null): string {
  return `${JSON.stringify({
    source: { ...sourceReference(source), sizeBytes: source.sizeBytes, etag: source.etag },
    reason: fault,
    copyKey,
  })}\n`;
}

function sourceReference({ bucket, key, versionId }: Source): object {
  return { bucket, key, versionId: versionId ?? null };
}
