/** Ingestion: one event, one object, read from the raw zone and written to the curated zone and the quarantine. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset } from "../../datasets/index.ts";
import type { Log } from "../log.ts";
import type { EmitMetrics } from "../metrics.ts";
import {
  checkHeader,
  type FileFault,
  type Format,
  isCopyable,
  type OutputKeys,
  parseEvent,
  planKeys,
  renderFileReason,
  renderRejectedRow,
  routeKey,
  type Source,
} from "./core.ts";
import type { Conversion, Engine } from "./duckdb.ts";
import { IngestError } from "./errors.ts";
import {
  type BrokenLine,
  type FramedFile,
  mendQuotes,
  readFrame,
  rejectedRows,
  writeFramed,
  writeTexts,
} from "./files.ts";
import { type Framing, parseCsvRecord } from "./framing.ts";
import { metricsOf, type Result } from "./result.ts";
import { type Layout, rowLimitBytes } from "./sql.ts";

/** Where an object is put. */
export interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** The bytes of an object to put. */
export type Content =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "file"; readonly path: string; readonly sizeBytes: number };

/** The store of objects, as far as ingestion needs one; every method rejects if the store refuses. */
export interface ObjectStore {
  /** The bytes of the source, of its version if it has one. */
  readonly read: (source: Source) => Promise<AsyncIterable<Uint8Array>>;
  /** Writes an object; one that is there already is replaced. */
  readonly put: (place: Place, content: Content, contentType: string) => Promise<void>;
  /** Copies the source's bytes within the store; its tags and metadata are not copied. */
  readonly copy: (source: Source, place: Place) => Promise<void>;
}

/** What ingestion works with. */
export interface Dependencies {
  readonly objects: ObjectStore;
  readonly engine: Engine;
  readonly log: Log;
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly curatedBucket: string;
  readonly quarantineBucket: string;
  /** An existing directory; what is written there is removed before the call returns or throws. */
  readonly workDir: string;
  /** The time in milliseconds. */
  readonly now: () => number;
  readonly emit: EmitMetrics;
}

/** The part of a Lambda context that is used. */
export interface Context {
  readonly awsRequestId: string;
  /** How long the call may still take. */
  readonly getRemainingTimeInMillis?: () => number;
}

type Outcome = Extract<Result, { kind: "ingested" }> | { readonly kind: "faulty"; readonly fault: FileFault };

const parquetType = "application/vnd.apache.parquet";
const jsonLinesType = "application/x-ndjson";
const putsAtOnce = 8;

/**
 * The function from an event to its result. It rejects if the event is no "Object Created" (MalformedEventError)
 * or something around it fails (IngestError), and the event is to be tried again; a file that breaks its contract
 * is a result. The same event twice leaves the same objects.
 */
export function createApp(dependencies: Dependencies): (event: unknown, context: Context) => Promise<Result> {
  const { log, now, emit } = dependencies;
  return async (event, { awsRequestId }) => {
    const startMs = now();
    let source: Source | undefined;
    const fields = () => ({
      awsRequestId,
      source: source && { bucket: source.bucket, key: source.key, versionId: source.versionId ?? null },
      sizeBytes: source?.sizeBytes,
      durationMs: now() - startMs,
    });
    try {
      source = parseEvent(event);
      const result = await handle(dependencies, source);
      log.info(result.kind, { ...fields(), ...result });
      emit(metricsOf(result));
      return result;
    } catch (error) {
      log.error("failed", { ...fields(), error });
      throw error;
    }
  };
}

async function handle(dependencies: Dependencies, source: Source): Promise<Result> {
  const route = routeKey(source.key, dependencies.datasets);
  switch (route.kind) {
    case "ignore":
      return { kind: "ignored", reason: route.reason };
    case "quarantine":
      return quarantineFile(dependencies, source, route.folder, route.fault);
    case "ingest": {
      const outcome = await ingest(dependencies, source, route.dataset, route.format);
      return outcome.kind === "faulty"
        ? quarantineFile(dependencies, source, route.dataset.name, outcome.fault)
        : outcome;
    }
  }
}

async function quarantineFile(
  { objects, quarantineBucket: bucket }: Dependencies,
  source: Source,
  folder: string,
  fault: FileFault,
): Promise<Result> {
  const keys = planKeys(source, folder);
  const copyKey = isCopyable(source) ? keys.fileCopy : null;
  if (copyKey !== null) {
    const place = { bucket, key: copyKey };
    await attempt("CopyObject", place, () => objects.copy(source, place));
  }
  const text = renderFileReason(source, fault, copyKey);
  const place = { bucket, key: keys.fileReason };
  await attempt("PutObject", place, () => objects.put(place, { kind: "text", text }, "application/json"));
  return { kind: "quarantined", reason: fault.kind };
}

async function ingest(
  dependencies: Dependencies,
  source: Source,
  dataset: Dataset,
  format: Format,
): Promise<Outcome> {
  const directory = await attempt("mkdir", source, () => mkdtemp(join(dependencies.workDir, "ingest-")));
  try {
    const framing: Framing = format === "csv" ? "csv" : "lines";
    const file = await attempt("GetObject", source, async () =>
      writeFramed(await dependencies.objects.read(source), join(directory, "source"), framing),
    );
    const prepared = await attempt("prepare", source, () => prepare(file, dataset, format, directory));
    return prepared.kind === "faulty"
      ? prepared
      : await convert(dependencies, { source, dataset, directory, framing, ...prepared });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Prepared {
  readonly kind: "prepared";
  readonly file: FramedFile;
  readonly layout: Layout;
  readonly brokenLines: readonly BrokenLine[];
  readonly ignoredColumns: readonly string[];
}

/** Checks what can be told of a file before its values are read, and mends what can be. */
async function prepare(
  file: FramedFile,
  dataset: Dataset,
  format: Format,
  directory: string,
): Promise<Prepared | Extract<Outcome, { kind: "faulty" }>> {
  const faulty = (fault: FileFault) => ({ kind: "faulty", fault }) as const;
  if (!file.isText) {
    return faulty({ kind: "not-text" });
  }
  if (file.first === null) {
    return faulty({ kind: file.unclosed === null ? "empty-file" : "header-unreadable" });
  }
  const mending = await mendQuotes(file, (count) => join(directory, `mended-${count}`));
  if (mending.kind === "hopeless") {
    return faulty({ kind: "unclosed-quotes", lines: mending.lines });
  }
  const { longestBytes } = mending.file;
  if (longestBytes > rowLimitBytes) {
    return faulty({ kind: "row-too-long", longestBytes, limitBytes: rowLimitBytes });
  }
  const rest = { kind: "prepared", file: mending.file, brokenLines: mending.brokenLines } as const;
  if (format === "json-lines") {
    return { ...rest, layout: { kind: "json-lines" }, ignoredColumns: [] };
  }
  const header = parseCsvRecord(await readFrame(mending.file.path, file.first));
  if (header === null) {
    return faulty({ kind: "header-unreadable" });
  }
  const check = checkHeader(header, dataset);
  return check.kind === "faulty"
    ? check
    : { ...rest, layout: { kind: "csv", columns: check.columns }, ignoredColumns: check.ignoredColumns };
}

interface Work extends Prepared {
  readonly source: Source;
  readonly dataset: Dataset;
  readonly directory: string;
  readonly framing: Framing;
}

async function convert(dependencies: Dependencies, work: Work): Promise<Outcome> {
  const { source, dataset, directory, layout, file, brokenLines } = work;
  const job = {
    path: file.path,
    dataset,
    layout,
    outputDirectory: join(directory, "parquet"),
    spillDirectory: join(directory, "spill"),
  };
  return attempt("convert", source, () =>
    dependencies.engine.withFile(job, async (reading) => {
      if (reading.kind === "unreadable") {
        return { kind: "faulty", fault: reading };
      }
      const { conversion } = reading;
      // A record the engine joined to another, or dropped, must not go unseen.
      const inFile = file.records - (layout.kind === "csv" ? 1 : 0);
      const accountedFor = conversion.rowsRead + conversion.recordsUnread;
      if (inFile !== accountedFor) {
        return { kind: "faulty", fault: { kind: "rows-unaccounted", inFile, accountedFor } };
      }
      const rowsRejected = inFile - conversion.rowsGood + brokenLines.length;
      const keys = planKeys(source, dataset.name, dataset.partition.name);
      if (rowsRejected > 0) {
        const found = await writeRejectedRows(work, conversion);
        if (found !== rowsRejected) {
          return {
            kind: "faulty",
            fault: { kind: "rows-unaccounted", inFile, accountedFor: inFile - rowsRejected + found },
          };
        }
        await putRejectedRows(dependencies, work, keys);
      }
      const files = await putParquet(dependencies, conversion, keys);
      const ignoredColumns = layout.kind === "csv" ? work.ignoredColumns : conversion.ignoredKeys;
      const rowsWritten = conversion.rowsGood;
      return { kind: "ingested", dataset: dataset.name, rowsWritten, rowsRejected, files, ignoredColumns };
    }),
  );
}

async function putParquet(
  { objects, curatedBucket: bucket }: Dependencies,
  conversion: Conversion,
  keys: OutputKeys,
): Promise<number> {
  const files = await conversion.writeParquet();
  for (let start = 0; start < files.length; start += putsAtOnce) {
    const puts = files.slice(start, start + putsAtOnce).map(async ({ partitionValue, path }) => {
      const place = { bucket, key: keys.parquet(partitionValue) };
      const { size: sizeBytes } = await stat(path);
      await attempt("PutObject", place, () =>
        objects.put(place, { kind: "file", path, sizeBytes }, parquetType),
      );
    });
    await Promise.all(puts);
  }
  return files.length;
}

function rejectedPath({ directory }: Work): string {
  return join(directory, "rejected.jsonl");
}

/** Writes the rejected rows to a file of their own, and says how many were found again. */
async function writeRejectedRows(work: Work, conversion: Conversion): Promise<number> {
  const { source, dataset, file, framing, layout, brokenLines } = work;
  const reason = "opens a quote that is never closed";
  const texts = async function* () {
    for (const { line, bytes } of brokenLines) {
      yield renderRejectedRow(source, dataset, { line, column: null, reason, bytes });
    }
    for await (const row of rejectedRows(file.path, framing, layout.kind === "csv", conversion)) {
      yield renderRejectedRow(source, dataset, row);
    }
  };
  return writeTexts(texts(), rejectedPath(work));
}

async function putRejectedRows(
  { objects, quarantineBucket: bucket }: Dependencies,
  work: Work,
  keys: OutputKeys,
): Promise<void> {
  const path = rejectedPath(work);
  const place = { bucket, key: keys.rows };
  const { size: sizeBytes } = await stat(path);
  await attempt("PutObject", place, () =>
    objects.put(place, { kind: "file", path, sizeBytes }, jsonLinesType),
  );
}

// The innermost attempt is the one that says what failed.
async function attempt<Value>(action: string, place: Place, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof IngestError ? error : new IngestError(action, place, error);
  }
}
