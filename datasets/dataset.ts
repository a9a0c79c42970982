/** What a dataset is: the columns a file must bring, and how its rows are laid out in the curated zone. */

/** A type a column may have; each has one Athena type and one DuckDB type. */
export type ColumnType = "string" | "bigint" | "double" | "boolean" | "date" | "timestamp";

/** A period rows may be partitioned by. */
export type PartitionPeriod = "day" | "month" | "year";

/** One column of a contract. */
export interface Column {
  readonly name: string;
  /** A `date` is written YYYY-MM-DD and a `timestamp` is UTC, in files as in the lake. */
  readonly type: ColumnType;
  /** False: a row without a value is rejected. */
  readonly nullable: boolean;
  readonly description: string;
}

/** How rows are split into files: one file per period of one column. */
export interface Partition {
  /** The declared, non-null date or timestamp column the period is taken from. */
  readonly column: string;
  readonly by: PartitionPeriod;
  /** The name of the partition column a query filters on; it is in the path, not in the file. */
  readonly name: string;
  /** First and last period, both inclusive, in the period's own form ("2012", "2012-01", "2012-01-31"). */
  readonly range: { readonly from: string; readonly to: string };
}

/** The contract of a dataset. Its name is its folder in every zone and its table in the catalog. */
export interface Dataset {
  readonly name: string;
  readonly description: string;
  /** Who answers for the data. */
  readonly owner?: string;
  readonly columns: readonly Column[];
  readonly partition: Partition;
}

/** A contract that contradicts itself; the message lists every fault found. */
export class InvalidDatasetError extends Error {
  override readonly name = "InvalidDatasetError";
  readonly faults: readonly string[];

  constructor(datasetName: string, faults: readonly string[]) {
    super(`Dataset "${datasetName}" is not valid:\n${faults.map((fault) => `- ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}

const namePattern = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

// Glue allows 255 bytes for each of these names:
// https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html
const nameLengthMaximum = 255;

const periodPatterns: Record<PartitionPeriod, RegExp> = {
  day: /^\d{4}-\d{2}-\d{2}$/,
  month: /^\d{4}-\d{2}$/,
  year: /^\d{4}$/,
};

/**
 * Returns the contract, frozen, once it holds together.
 * @throws InvalidDatasetError listing every fault.
 */
export function defineDataset(dataset: Dataset): Dataset {
  const faults = [...nameFaults(dataset), ...columnFaults(dataset.columns), ...partitionFaults(dataset)];
  if (faults.length > 0) {
    throw new InvalidDatasetError(dataset.name, faults);
  }
  return deepFreeze(dataset);
}

/** The first day of a period, as YYYY-MM-DD. */
export function periodStart(period: string): string {
  return `${period}-01-01`.slice(0, 10);
}

function nameFaults(dataset: Dataset): string[] {
  const named: [string, string][] = [
    ["dataset", dataset.name],
    ["partition", dataset.partition.name],
    ...dataset.columns.map((column): [string, string] => ["column", column.name]),
  ];
  return named
    .filter(([, name]) => !namePattern.test(name) || name.length > nameLengthMaximum)
    .map(([what, name]) => `${what} name "${name}" is not lower snake case of at most 255 characters`);
}

function columnFaults(columns: readonly Column[]): string[] {
  const names = columns.map((column) => column.name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  const faults = [...repeated].map((name) => `column "${name}" is declared more than once`);
  // A blank line in a file of one column could be an empty value or no row at all.
  if (columns.length < 2) {
    faults.push("fewer than two columns are declared");
  }
  return faults;
}

function partitionFaults({ columns, partition }: Dataset): string[] {
  const faults: string[] = [];
  const column = columns.find((candidate) => candidate.name === partition.column);
  if (column === undefined) {
    faults.push(`partition column "${partition.column}" is not declared`);
  } else if (column.type !== "date" && column.type !== "timestamp") {
    faults.push(`partition column "${column.name}" is a ${column.type}, not a date or timestamp`);
  }
  if (column?.nullable === true) {
    faults.push(`partition column "${column.name}" is nullable`);
  }
  if (columns.some((candidate) => candidate.name === partition.name)) {
    faults.push(`partition name "${partition.name}" is also a column's name`);
  }
  return [...faults, ...rangeFaults(partition)];
}

function rangeFaults({ by, range: { from, to } }: Partition): string[] {
  const faults: string[] = [];
  if (!isPeriod(by, from)) {
    faults.push(`range starts at "${from}", which is not a ${by}`);
  }
  if (to !== "NOW" && !isPeriod(by, to)) {
    faults.push(`range ends at "${to}", which is neither a ${by} nor NOW`);
  }
  if (faults.length === 0 && to !== "NOW" && to < from) {
    faults.push(`range ends at "${to}", before it starts at "${from}"`);
  }
  return faults;
}

function isPeriod(by: PartitionPeriod, text: string): boolean {
  const start = periodStart(text);
  const instant = new Date(`${start}T00:00:00Z`);
  // Date rolls 30 February over to March, so the day must come back as it went in.
  return (
    periodPatterns[by].test(text) &&
    !Number.isNaN(instant.getTime()) &&
    instant.toISOString().slice(0, 10) === start
  );
}

function deepFreeze(dataset: Dataset): Dataset {
  return Object.freeze({
    ...dataset,
    columns: Object.freeze(dataset.columns.map((column) => Object.freeze({ ...column }))),
    partition: Object.freeze({ ...dataset.partition, range: Object.freeze({ ...dataset.partition.range }) }),
  });
}
