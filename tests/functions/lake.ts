/** What the tests of ingestion share: an object store in memory, events, and a look into Parquet files. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Dataset, defineDataset } from "../../datasets/index.ts";
import type { Content, ObjectStore, Place } from "../../functions/ingest/app.ts";
import type { Source } from "../../functions/ingest/core.ts";

export class MemoryStore implements ObjectStore {
  readonly raw = new Map<string, Buffer>();
  readonly written = new Map<string, Buffer>();
  readonly contentTypes = new Map<string, string>();
  readonly reads: Source[] = [];
  /** An error to give back, by the method's name. */
  readonly failures = new Map<"read" | "put" | "copy", Error>();
  readonly chunkBytes: number;

  constructor(chunkBytes = 64 * 1024) {
    this.chunkBytes = chunkBytes;
  }

  read = (source: Source): Promise<AsyncIterable<Uint8Array>> => {
    this.reads.push(source);
    return this.#act("read", () => chunks(this.#rawOf(source), this.chunkBytes));
  };

  put = async ({ bucket, key }: Place, content: Content, contentType: string): Promise<void> => {
    const bytes = content.kind === "text" ? Buffer.from(content.text) : await readFile(content.path);
    await this.#act("put", () => {
      this.written.set(`${bucket}/${key}`, bytes);
      this.contentTypes.set(`${bucket}/${key}`, contentType);
    });
  };

  copy = (source: Source, { bucket, key }: Place): Promise<void> =>
    this.#act("copy", () => {
      this.written.set(`${bucket}/${key}`, this.#rawOf(source));
    });

  keys(prefix = ""): string[] {
    return [...this.written.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  json(key: string): unknown[] {
    const text = this.written.get(key)?.toString("utf8") ?? "";
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line): unknown => JSON.parse(line));
  }

  #rawOf(source: Source): Buffer {
    const bytes = this.raw.get(source.key);
    if (bytes === undefined) {
      throw new Error(`No object ${source.key}`);
    }
    return bytes;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a failure must be a rejection, as of a real store
  async #act<Value>(method: "read" | "put" | "copy", act: () => Value): Promise<Value> {
    const failure = this.failures.get(method);
    if (failure !== undefined) {
      throw failure;
    }
    return act();
  }
}

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield await Promise.resolve(bytes.subarray(start, start + size));
  }
}

export function objectCreated(key: string, sizeBytes = 1, versionId?: string): Record<string, unknown> {
  return {
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    source: "aws.s3",
    account: "111122223333",
    time: "2021-11-12T00:00:00Z",
    region: "eu-west-1",
    resources: ["arn:aws:s3:::raw"],
    detail: {
      version: "0",
      bucket: { name: "raw" },
      object: {
        key,
        size: sizeBytes,
        etag: "b1946ac92492d2347c6235b4d2611184",
        ...(versionId && { "version-id": versionId }),
        sequencer: "617f08299329d189",
      },
      "request-id": "N4N7GDK58NMKJ12R",
      requester: "111122223333",
      "source-ip-address": "1.2.3.4",
      reason: "PutObject",
    },
  };
}

/** A contract with a column of every type. */
export const readings: Dataset = defineDataset({
  name: "readings",
  description: "Readings of a sensor.",
  columns: [
    { name: "at", type: "timestamp", nullable: false, description: "When." },
    { name: "day", type: "date", nullable: true, description: "A day." },
    { name: "count", type: "bigint", nullable: true, description: "How many." },
    { name: "value", type: "double", nullable: true, description: "How much." },
    { name: "ok", type: "boolean", nullable: true, description: "Whether." },
    { name: "note", type: "string", nullable: true, description: "What." },
  ],
  partition: { column: "at", by: "day", name: "on_day", range: { from: "2020-01-01", to: "2029-12-31" } },
});

export type Rows = Record<string, unknown>[];

/** The rows a query finds, with DuckDB's values as JSON. */
export async function query(sql: string): Promise<Rows> {
  const instance = await DuckDBInstance.create(":memory:");
  try {
    const connection = await instance.connect();
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    instance.closeSync();
  }
}

/** The rows of each Parquet file, in the order of their keys and, in a file, of the rows. */
export async function parquetRows(store: MemoryStore, directory: string): Promise<Rows> {
  const rows: Rows = [];
  for (const [index, key] of store.keys("curated/").entries()) {
    const path = join(directory, `look-${index}.parquet`);
    await writeFile(path, store.written.get(key) ?? "");
    rows.push(...(await query(`SELECT * FROM read_parquet('${path}', hive_partitioning = false)`)));
  }
  return rows;
}
