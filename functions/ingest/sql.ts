/** The SQL of ingestion, as text made of a contract. Every value is read as text and typed by rules of its own. */
import {
  type Column,
  type ColumnType,
  type Dataset,
  duckdbType,
  partitionFormat,
  periodStart,
} from "../../datasets/index.ts";

/** How a file's records hold the contract's columns. */
export type Layout =
  | {
      readonly kind: "csv";
      /** The file's columns in order: the contract's name, or null for one it doesn't have. */
      readonly columns: readonly (string | null)[];
    }
  | { readonly kind: "json-lines" };

/** What can be wrong with a row that was cut into values; its code is its place in the list, from 1. */
export interface RowRule {
  readonly column: string | null;
  readonly reason: string;
  /** True of a row that breaks the rule, in SQL over the columns of the scan. */
  readonly broken: string;
}

/** The longest record the reader takes, in bytes. */
export const rowLimitBytes = 2_000_000;

/** Quotes a name for SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a text for SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

// DuckDB's casts are lax: 3.7 becomes the integer 4, 1_000 is 1000, 2012-1-1 and "epoch" are dates, and an offset
// after a time is dropped. Each rule says what is let through to the cast, and that the cast then succeeds.
const typeRules: Record<
  ColumnType,
  { readonly fits: (text: string, typed: string) => string; readonly reason: string }
> = {
  string: { fits: () => "true", reason: "" },
  bigint: {
    fits: (text, typed) => `${typed} IS NOT NULL AND regexp_full_match(${text}, '[-+]?[0-9]+')`,
    reason: "is not a whole number of 64 bits",
  },
  double: {
    fits: (text, typed) => `coalesce(isfinite(${typed}), false) AND NOT contains(${text}, '_')`,
    reason: "is not a finite number",
  },
  boolean: {
    fits: (text) => `lower(${text}) IN ('true', 'false')`,
    reason: "is neither true nor false",
  },
  date: {
    fits: (text, typed) => `length(${text}) = 10 AND coalesce(CAST(${typed} AS VARCHAR) = ${text}, false)`,
    reason: "is not a date written YYYY-MM-DD",
  },
  timestamp: {
    fits: (text, typed) =>
      `${typed} IS NOT NULL AND regexp_full_match(${text}, ` +
      `'[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z?')`,
    reason: "is not a UTC time written YYYY-MM-DDTHH:MM:SS, with a fraction and a Z if need be",
  },
};

// The names json_type gives: https://duckdb.org/docs/stable/data/json/json_functions
const jsonKinds: Record<ColumnType, { readonly types: readonly string[]; readonly reason: string }> = {
  string: { types: ["VARCHAR"], reason: "is not a JSON string" },
  bigint: { types: ["BIGINT", "UBIGINT"], reason: "is not a whole JSON number" },
  double: { types: ["BIGINT", "UBIGINT", "DOUBLE"], reason: "is not a JSON number" },
  boolean: { types: ["BOOLEAN"], reason: "is neither true nor false" },
  date: { types: ["VARCHAR"], reason: "is not a JSON string" },
  timestamp: { types: ["VARCHAR"], reason: "is not a JSON string" },
};

// Names the scans add to the contract's, which can't hold a "$".
const documentName = quoteName("$document");
const faultName = quoteName("$fault");
const extrasName = quoteName("$extras");
const kindName = ({ name }: Column): string => quoteName(`$kind_${name}`);
const typedName = ({ name }: Column): string => quoteName(`$typed_${name}`);

/** Every rule a row must keep, in the order they are tried; the first one broken is the row's fault. */
export function rowRules(dataset: Dataset, layout: Layout): RowRule[] {
  const ofDocument: RowRule[] =
    layout.kind === "csv"
      ? []
      : [
          { column: null, reason: "is not JSON", broken: `${documentName} IS NULL` },
          { column: null, reason: "is not a JSON object", broken: `json_type(${documentName}) <> 'OBJECT'` },
        ];
  return [
    ...ofDocument,
    ...dataset.columns.flatMap((column) => columnRules(column, layout)),
    ...rangeRules(dataset),
  ];
}

function columnRules(column: Column, layout: Layout): RowRule[] {
  const text = quoteName(column.name);
  const rule = typeRules[column.type];
  const rules: RowRule[] = [];
  if (!column.nullable) {
    rules.push({ column: column.name, reason: "has no value", broken: `${text} IS NULL` });
  }
  if (layout.kind === "json-lines") {
    const { types, reason } = jsonKinds[column.type];
    const allowed = [...types, "NULL"].map(quoteText).join(", ");
    rules.push({ column: column.name, reason, broken: `${kindName(column)} NOT IN (${allowed})` });
  }
  if (column.type !== "string") {
    const broken = `${text} IS NOT NULL AND NOT (${rule.fits(text, typedName(column))})`;
    rules.push({ column: column.name, reason: rule.reason, broken });
  }
  return rules;
}

// A partition outside the projected range is never read, so its rows would be lost to every query. An open end
// (NOW) lets later rows through: they are seen from the day their period begins.
function rangeRules(dataset: Dataset): RowRule[] {
  const { column, by, range } = dataset.partition;
  const value = typedName(partitionColumn(dataset));
  const reason = `is outside the range of the dataset, ${range.from} to ${range.to}`;
  const rules = [{ column, reason, broken: `${value} < ${quoteText(periodStart(range.from))}` }];
  if (range.to !== "NOW") {
    const period = `strftime(${value}, ${quoteText(partitionFormat(by))})`;
    rules.push({ column, reason, broken: `${period} > ${quoteText(range.to)}` });
  }
  return rules;
}

function partitionColumn({ columns, partition }: Dataset): Column {
  const column = columns.find((candidate) => candidate.name === partition.column);
  if (column === undefined) {
    throw new Error(`The partition column ${partition.column} is not declared`);
  }
  return column;
}

/**
 * Reads a file once into the table `staged`: typed columns, the code of the rule broken (0 for none) and, of JSON,
 * the keys the contract doesn't have. Records the reader can't cut go to its reject tables.
 */
export function stageSql(path: string, dataset: Dataset, layout: Layout): string {
  const faults = rowRules(dataset, layout).map((rule, index) => `WHEN ${rule.broken} THEN ${index + 1}`);
  const columns = [
    ...dataset.columns.map((column) => `${typedName(column)} AS ${quoteName(column.name)}`),
    `CAST(CASE ${faults.join(" ")} ELSE 0 END AS USMALLINT) AS ${faultName}`,
    `${layout.kind === "csv" ? "NULL" : jsonExtras(dataset)} AS ${extrasName}`,
  ];
  const scan = layout.kind === "csv" ? csvScan(path, layout.columns) : jsonScan(path, dataset);
  // Each value is cast once, here, and both the rules and the table take it from here.
  const casts = dataset.columns.map(
    (column) => `TRY_CAST(${quoteName(column.name)} AS ${duckdbType(column)}) AS ${typedName(column)}`,
  );
  return `CREATE TABLE staged AS SELECT ${columns.join(", ")} FROM (SELECT *, ${casts.join(", ")} FROM ${scan})`;
}

function csvScan(path: string, columns: readonly (string | null)[]): string {
  // Columns the contract doesn't have still need a name, and one no contract can have.
  const names = columns.map((name, index) => name ?? `$ignored_${index}`);
  return readCsv(path, names, `header = true, delim = ',', quote = '"', escape = '"'`);
}

function jsonScan(path: string, dataset: Dataset): string {
  // No quotes and a delimiter that text doesn't hold: a line is one value, whatever it is.
  const lines = readCsv(path, ["$line"], "header = false, delim = '\x01', quote = '', escape = ''");
  const documents = `(SELECT TRY_CAST(${quoteName("$line")} AS JSON) AS ${documentName} FROM ${lines} WHERE ${quoteName("$line")} IS NOT NULL)`;
  const values = dataset.columns.flatMap((column) => {
    const pointer = quoteText(`$."${column.name}"`);
    return [
      `json_extract_string(${documentName}, ${pointer}) AS ${quoteName(column.name)}`,
      `json_type(${documentName}, ${pointer}) AS ${kindName(column)}`,
    ];
  });
  return `(SELECT ${documentName}, ${values.join(", ")} FROM ${documents})`;
}

function jsonExtras({ columns }: Dataset): string {
  const declared = columns.map(({ name }) => quoteText(name)).join(", ");
  return `CASE WHEN json_type(${documentName}) = 'OBJECT' THEN list_filter(json_keys(${documentName}), lambda k: k NOT IN (${declared})) END`;
}

function readCsv(path: string, names: readonly string[], options: string): string {
  const columns = names.map((name) => `${quoteText(name)}: 'VARCHAR'`).join(", ");
  return (
    `read_csv(${quoteText(path)}, auto_detect = false, strict_mode = true, new_line = '\\n', ${options}, ` +
    `columns = {${columns}}, allow_quoted_nulls = false, max_line_size = ${rowLimitBytes}, ` +
    "store_rejects = true, rejects_limit = 0)"
  );
}

/** One row: how many rows were staged, and how many of them keep every rule. */
export const countSql = `SELECT count(*), count(*) FILTER (WHERE ${faultName} = 0) FROM staged`;

/** One row a record the reader could not cut: where it starts, what was wrong first and in which column. */
export const unreadSql =
  "CREATE TABLE unread AS SELECT line_byte_position AS position, " +
  "first(error_type::VARCHAR ORDER BY rowid) AS error, first(column_name ORDER BY rowid) AS name " +
  "FROM reject_errors GROUP BY line_byte_position";

/** How many records the reader could not cut. */
export const countUnreadSql = "SELECT count(*) FROM unread";

/** The records the reader could not cut, in file order; the position counts bytes from 1. */
export const listUnreadSql = "SELECT position, error, name FROM unread ORDER BY position";

/** The staged rows that break a rule, in file order: the row's place among the staged, and the rule's code. */
export const listFaultsSql = `SELECT rowid, ${faultName} FROM staged WHERE ${faultName} > 0 ORDER BY rowid`;

/** Up to `limit` keys of JSON objects that the contract doesn't have. */
export function listExtrasSql(limit: number): string {
  return `SELECT DISTINCT unnest(${extrasName}) AS name FROM staged ORDER BY name LIMIT ${limit}`;
}

/**
 * Writes the good rows as one Parquet file a partition under `directory`, in the order of the file, and gives back
 * each file's path. The partition column is in the path and not in the file.
 */
export function copySql(dataset: Dataset, directory: string): string {
  const { column, by, name } = dataset.partition;
  const columns = dataset.columns.map((declared) => quoteName(declared.name)).join(", ");
  const period = `strftime(${quoteName(column)}, ${quoteText(partitionFormat(by))}) AS ${quoteName(name)}`;
  return (
    `COPY (SELECT ${columns}, ${period} FROM staged WHERE ${faultName} = 0) TO ${quoteText(directory)} ` +
    `(FORMAT parquet, COMPRESSION zstd, PARTITION_BY (${quoteName(name)}), RETURN_STATS)`
  );
}

const unreadReasons: ReadonlyMap<string, string> = new Map([
  ["MISSING COLUMNS", "has too few columns"],
  ["TOO MANY COLUMNS", "has too many columns"],
  ["UNQUOTED VALUE", "has text after a closing quote, or a quote that is not closed"],
  ["INVALID ENCODING", "is not UTF-8"],
]);

/** The reason for a record the reader could not cut, from the reader's own type of error. */
export function unreadReason(errorType: string): string {
  return unreadReasons.get(errorType) ?? `could not be read: ${errorType.toLowerCase()}`;
}
