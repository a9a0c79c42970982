/** A running ingestion for tests: real engine, objects in memory, a work directory that must be left empty. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Dataset, datasets } from "../../datasets/index.ts";
import { createApp } from "../../functions/ingest/app.ts";
import { createDuckdbEngine, type Engine } from "../../functions/ingest/duckdb.ts";
import type { Result } from "../../functions/ingest/result.ts";
import type { Log } from "../../functions/log.ts";
import { MemoryStore, objectCreated, parquetRows, readings, type Rows } from "./lake.ts";

export const weatherCsv = new URL(
  "../../node_modules/vega-datasets/data/seattle-weather.csv",
  import.meta.url,
);
export const header = "date,precipitation,temp_max,temp_min,wind,weather\n";
export const good = "2012-01-01,0.0,12.8,5.0,4.7,drizzle\n";
export const after = "2012-02-01,1,2,3,4,rain\n";
export const duckdb = createDuckdbEngine({ memoryMegabytes: 512 });

export interface BadRow {
  readonly title: string;
  readonly row: string;
  readonly column: string | null;
  readonly reason: RegExp;
}

export interface RejectedLine {
  readonly source: object;
  readonly line: number | null;
  readonly column: string | null;
  readonly reason: string;
  readonly row: string;
  readonly rowBase64?: string;
  readonly contract: string;
}

export interface Run {
  readonly store: MemoryStore;
  readonly logged: { message: string; fields: Readonly<Record<string, unknown>> }[];
  /** Metrics, as they were emitted. */
  readonly emitted: Readonly<Record<string, number>>[];
  readonly send: (event: unknown) => Promise<Result>;
  readonly drop: (key: string, text: string | Buffer, versionId?: string) => Promise<Result>;
  /** The lines of the quarantine's row files. */
  readonly rejected: () => RejectedLine[];
  /** The rows of every Parquet file. */
  readonly rows: () => Promise<Rows>;
}

export interface RunOptions {
  readonly datasets?: readonly Dataset[];
  readonly engine?: Engine;
  readonly chunkBytes?: number;
}

/** Registers the hooks that make and check the directories, and gives the way to start a run and to look. */
export function useIngestion(): {
  readonly start: (options?: RunOptions) => Run;
  readonly lookDir: () => string;
} {
  let workDir = "";
  let lookDir = "";

  // The quote in the name must not end a text in SQL.
  beforeEach(async () => {
    workDir = await mkdtemp(join(tmpdir(), "ingest's-work-"));
    lookDir = await mkdtemp(join(tmpdir(), "ingest-look-"));
  });

  afterEach(async () => {
    assert.deepEqual(await readdir(workDir), [], "the work directory is left empty");
    await Promise.all([workDir, lookDir].map((path) => rm(path, { recursive: true })));
  });

  return {
    start: (options = {}) => startRun(workDir, lookDir, options),
    lookDir: () => lookDir,
  };
}

function startRun(workDir: string, lookDir: string, options: RunOptions): Run {
  const store = new MemoryStore(options.chunkBytes);
  const logged: Run["logged"] = [];
  const emitted: Run["emitted"] = [];
  const record = (message: string, fields: Readonly<Record<string, unknown>>): void => {
    logged.push({ message, fields });
  };
  const log: Log = { info: record, error: record };
  const all = [...datasets.values(), readings, ...(options.datasets ?? [])];
  const app = createApp({
    objects: store,
    engine: options.engine ?? duckdb,
    log,
    datasets: new Map(all.map((dataset) => [dataset.name, dataset])),
    curatedBucket: "curated",
    quarantineBucket: "quarantine",
    workDir,
    now: () => 1_700_000_000_000,
    emit: (values) => emitted.push(values),
  });
  const send = (event: unknown) => app(event, { awsRequestId: "request-1" });
  const drop = (key: string, text: string | Buffer, versionId?: string) => {
    const bytes = Buffer.from(text);
    store.raw.set(key, bytes);
    return send(objectCreated(key, bytes.length, versionId));
  };
  const rejected = () =>
    store
      .keys("quarantine/")
      .filter((key) => key.includes("/rows/"))
      .flatMap((key) => store.json(key)) as RejectedLine[];
  return { store, logged, emitted, send, drop, rejected, rows: () => parquetRows(store, lookDir) };
}
