/** A data cells filter. @see https://docs.aws.amazon.com/lake-formation/latest/dg/data-filters-about.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Table, TablePart } from "../catalog/table.ts";

/** What a {@link DataFilter} is made of. */
export interface DataFilterArgs {
  /** The table whose rows and columns are meant. */
  readonly table: Table;
  /** The filter's name among those of the table. */
  readonly filterName: string;
  /** Which rows, as a condition of SQL: "weather = 'rain'". @default every row */
  readonly rows?: string;
  /** Which columns. @default every column */
  readonly columns?: readonly string[];
}

/** A filter of a column that its table does not have. Pulumi prints it without a stack trace. */
export class UnknownColumnError extends pulumi.RunError {
  constructor(filterName: string, tableName: string, columns: readonly string[], known: readonly string[]) {
    super(
      `data filter "${filterName}" of table "${tableName}" names ${columns.map((column) => `"${column}"`).join(", ")}, ` +
        `which the table does not have; its columns are ${known.join(", ")}`,
    );
    this.name = "UnknownColumnError";
  }
}

/** Rows and columns of a table, to give a right to: `table.canQuery(filter.part)`. */
export class DataFilter extends pulumi.ComponentResource {
  /** What to hand to {@link Table.canQuery}. */
  readonly part: TablePart;

  /** @throws {UnknownColumnError} */
  constructor(name: string, args: DataFilterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { table, filterName, rows, columns } = args;
    const { databaseName, tableName } = table;
    super("sluice:governance:DataFilter", name, { databaseName, tableName, filterName, rows, columns }, opts);
    const known = [...table.dataset.columns.map((column) => column.name), table.dataset.partition.name];
    const unknown = (columns ?? []).filter((column) => !known.includes(column));
    if (unknown.length > 0) throw new UnknownColumnError(filterName, tableName, unknown, known);
    this.part = { filterName };
    new aws.lakeformation.DataCellsFilter(
      name,
      {
        tableData: {
          name: filterName,
          databaseName,
          tableName,
          tableCatalogId: table.catalogId,
          rowFilter: rows === undefined ? { allRowsWildcard: {} } : { filterExpression: rows },
          ...(columns === undefined
            ? { columnWildcard: { excludedColumnNames: [] } }
            : { columnNames: [...columns] }),
        },
      },
      { parent: this, dependsOn: [table] },
    );
    this.registerOutputs({});
  }
}
