/** A contract in the words of the catalog (Glue, Athena) and of the engine (DuckDB). */
import type { Column, ColumnType, Dataset, PartitionPeriod } from "./dataset.ts";

const glueTypes = {
  string: "string",
  bigint: "bigint",
  double: "double",
  boolean: "boolean",
  date: "date",
  timestamp: "timestamp",
} as const satisfies Record<ColumnType, string>;

const duckdbTypes = {
  string: "VARCHAR",
  bigint: "BIGINT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
  date: "DATE",
  timestamp: "TIMESTAMP",
} as const satisfies Record<ColumnType, string>;

/**
 * The column's type in a Glue table, as Athena reads it from Parquet.
 * @see https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
export function glueType(column: Pick<Column, "type">): string {
  return glueTypes[column.type];
}

/** The column's type in DuckDB, and so in the Parquet files. */
export function duckdbType(column: Pick<Column, "type">): string {
  return duckdbTypes[column.type];
}

interface PeriodForms {
  readonly java: string;
  readonly strftime: string;
  readonly unit: "DAYS" | "MONTHS" | "YEARS";
}

const periodForms: Record<PartitionPeriod, PeriodForms> = {
  day: { java: "yyyy-MM-dd", strftime: "%Y-%m-%d", unit: "DAYS" },
  month: { java: "yyyy-MM", strftime: "%Y-%m", unit: "MONTHS" },
  year: { java: "yyyy", strftime: "%Y", unit: "YEARS" },
};

/** The strftime format that makes a partition value ("2012-01") of a date or timestamp. */
export function partitionFormat(by: PartitionPeriod): string {
  return periodForms[by].strftime;
}

/** The partition column of a dataset's table, with the settings of partition projection. */
export interface PartitionKey {
  readonly name: string;
  /** Always a string: `month = '2012-01'` is how it is queried. */
  readonly glueType: "string";
  readonly projection: {
    readonly type: "date";
    /** A Java date format. */
    readonly format: string;
    /** "2012-01,NOW": both ends inclusive. */
    readonly range: string;
    readonly interval: number;
    readonly intervalUnit: "DAYS" | "MONTHS" | "YEARS";
  };
}

/**
 * The partition key of a dataset's table. Athena computes the partitions from it, so none is ever registered.
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 */
export function partitionKey({ partition }: Dataset): PartitionKey {
  const { java, unit } = periodForms[partition.by];
  return {
    name: partition.name,
    glueType: "string",
    projection: {
      type: "date",
      format: java,
      range: `${partition.range.from},${partition.range.to}`,
      interval: 1,
      intervalUnit: unit,
    },
  };
}
