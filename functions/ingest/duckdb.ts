/** The engine that turns a file of records into Parquet: DuckDB, in process, one thread, bounded memory. */
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import type { Dataset } from "../../datasets/index.ts";
import * as sql from "./sql.ts";

/** A file to convert: UTF-8 or not, its line ends all line feeds. */
export interface Job {
  readonly path: string;
  readonly dataset: Dataset;
  readonly layout: sql.Layout;
  /** A directory that doesn't exist yet, for the Parquet files. */
  readonly outputDirectory: string;
  /** A directory for what doesn't fit in memory. */
  readonly spillDirectory: string;
}

/** A file's records, read and judged. */
export interface Conversion {
  /** Records cut into values; the place of a faulty row counts among these, from 0. */
  readonly rowsRead: number;
  readonly rowsGood: number;
  /** Records that could not be cut into values. */
  readonly recordsUnread: number;
  /** Keys of JSON objects that the contract doesn't have, at most twenty. */
  readonly ignoredKeys: readonly string[];
  /** In file order: rows that break a rule. */
  readonly faultyRows: () => AsyncIterable<{ readonly place: number; readonly rule: sql.RowRule }>;
  /** In file order: records that could not be cut; the offset may point at blank lines before the record. */
  readonly unreadRecords: () => AsyncIterable<
    { readonly offsetBytes: number } & Pick<sql.RowRule, "column" | "reason">
  >;
  /** Writes the good rows, one file a partition, the same bytes every time. */
  readonly writeParquet: () => Promise<readonly { readonly partitionValue: string; readonly path: string }[]>;
}

/** What came of reading a file. */
export type Reading =
  | { readonly kind: "read"; readonly conversion: Conversion }
  | { readonly kind: "unreadable"; readonly detail: string };

/** Reads files. */
export interface Engine {
  /** Reads a file, hands it to `use`, and lets everything go when that is done. */
  readonly withFile: <Result>(job: Job, use: (reading: Reading) => Promise<Result>) => Promise<Result>;
}

const ignoredKeysMaximum = 20;

// The default is 100; beyond it a partition's file is closed and a second one begun.
const openFilesMaximum = 100_000;

/** An engine that uses at most about `memoryMegabytes` besides what the process itself needs, some 450 MB. */
export function createDuckdbEngine({ memoryMegabytes }: { readonly memoryMegabytes: number }): Engine {
  return {
    async withFile(job, use) {
      const instance = await DuckDBInstance.create(":memory:", {
        threads: "1",
        memory_limit: `${memoryMegabytes}MB`,
        temp_directory: job.spillDirectory,
        preserve_insertion_order: "true",
        // Nothing is fetched at run time: what the function needs is in its bundle.
        autoinstall_known_extensions: "false",
      });
      try {
        return await use(await read(instance, job));
      } finally {
        instance.closeSync();
      }
    },
  };
}

async function read(instance: DuckDBInstance, job: Job): Promise<Reading> {
  const connection = await instance.connect();
  await connection.run(`SET partitioned_write_max_open_files = ${openFilesMaximum}`);
  try {
    await connection.run(sql.stageSql(job.path, job.dataset, job.layout));
  } catch (error) {
    if (isFileFault(error)) {
      return { kind: "unreadable", detail: firstLine(error).replaceAll(job.path, "the file") };
    }
    throw error;
  }
  return { kind: "read", conversion: await describe(instance, connection, job) };
}

async function describe(
  instance: DuckDBInstance,
  connection: DuckDBConnection,
  job: Job,
): Promise<Conversion> {
  await connection.run(sql.unreadSql);
  const [rowsRead = 0, rowsGood = 0] = (await rowsOf(connection, sql.countSql))[0]?.map(Number) ?? [];
  const [recordsUnread = 0] = (await rowsOf(connection, sql.countUnreadSql))[0]?.map(Number) ?? [];
  const ignored =
    job.layout.kind === "csv" ? [] : await rowsOf(connection, sql.listExtrasSql(ignoredKeysMaximum));
  const rules = sql.rowRules(job.dataset, job.layout);
  const declared = new Set(job.dataset.columns.map((column) => column.name));
  return {
    rowsRead,
    rowsGood,
    recordsUnread,
    ignoredKeys: ignored.map(([name]) => String(name)),
    faultyRows: async function* () {
      for await (const [place, code] of stream(instance, sql.listFaultsSql)) {
        const rule = rules[Number(code) - 1];
        if (rule === undefined) {
          throw new Error(`No rule has the code ${String(code)}`);
        }
        yield { place: Number(place), rule };
      }
    },
    unreadRecords: async function* () {
      for await (const [position, error, name] of stream(instance, sql.listUnreadSql)) {
        // Which columns are absent says nothing of which value was left out.
        const isOfColumn = error !== "MISSING COLUMNS" && typeof name === "string" && declared.has(name);
        yield {
          offsetBytes: Number(position) - 1,
          column: isOfColumn ? name : null,
          reason: sql.unreadReason(String(error)),
        };
      }
    },
    writeParquet: () => writeParquet(connection, job),
  };
}

async function writeParquet(connection: DuckDBConnection, { dataset, outputDirectory }: Job) {
  const rows = await rowsOf(connection, sql.copySql(dataset, outputDirectory));
  const files = rows.map(([path]) => {
    const value = /\/[^/=]+=([^/]+)\/[^/]+$/.exec(String(path))?.[1];
    if (value === undefined) {
      throw new Error(`The engine wrote a file outside a partition: ${String(path)}`);
    }
    return { partitionValue: value, path: String(path) };
  });
  // Two files of one partition would go to one key, and one of them would be lost.
  if (new Set(files.map((file) => file.partitionValue)).size !== files.length) {
    throw new Error("The engine wrote more than one file for a partition");
  }
  return files.sort((a, b) => a.partitionValue.localeCompare(b.partitionValue, "en"));
}

async function rowsOf(connection: DuckDBConnection, text: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(text)).getRowsJS();
}

// A connection gives one stream at a time, and the two lists are read side by side: each has its own.
async function* stream(instance: DuckDBInstance, text: string): AsyncGenerator<unknown[]> {
  const connection = await instance.connect();
  try {
    for await (const rows of (await connection.stream(text)).yieldRowsJs()) {
      yield* rows;
    }
  } finally {
    connection.closeSync();
  }
}

// The kinds of DuckDB error that the bytes of a file can cause; others (memory, disk) may pass with a retry.
function isFileFault(error: unknown): boolean {
  return /^(Invalid Input|Conversion|CSV) Error/.test(firstLine(error));
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}
