/** A dataset's table. @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { glueType, partitionKey, type Dataset, type PartitionKey } from "../../datasets/index.ts";
import type { Database } from "./database.ts";

/** What a {@link Table} is made of. */
export interface TableArgs {
  readonly database: Database;
  readonly dataset: Dataset;
  /** The bucket that holds the dataset's files, under the dataset's name. */
  readonly bucketName: string;
}

/** How Hive reads and writes Parquet. @see https://docs.aws.amazon.com/athena/latest/ug/parquet-serde.html */
const PARQUET = {
  inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
} as const;

/**
 * An external table over partitioned Parquet, with the dataset's columns. Partitions are projected: Athena computes
 * which there are, so a new one can be queried at once, with no crawler and no MSCK REPAIR.
 */
export class Table extends pulumi.ComponentResource {
  readonly tableName: string;

  constructor(name: string, args: TableArgs, opts?: pulumi.ComponentResourceOptions) {
    const { database, dataset, bucketName } = args;
    const data = { databaseName: database.databaseName, dataset: dataset.name, bucketName };
    super("sluice:catalog:Table", name, data, opts);
    this.tableName = dataset.name;
    const partition = partitionKey(dataset);
    const location = `s3://${bucketName}/${dataset.name}/`;
    new aws.glue.CatalogTable(
      name,
      {
        name: dataset.name,
        databaseName: database.databaseName,
        catalogId: database.catalogId,
        description: dataset.description,
        tableType: "EXTERNAL_TABLE",
        parameters: { EXTERNAL: "TRUE", classification: "parquet", ...projection(partition, location) },
        partitionKeys: [{ name: partition.name, type: partition.glueType }],
        storageDescriptor: {
          location,
          columns: dataset.columns.map((column) => ({
            name: column.name,
            type: glueType(column),
            comment: column.description,
          })),
          inputFormat: PARQUET.inputFormat,
          outputFormat: PARQUET.outputFormat,
          serDeInfo: { serializationLibrary: PARQUET.serializationLibrary },
        },
      },
      { parent: this, dependsOn: [database] },
    );
    this.registerOutputs({ tableName: this.tableName });
  }
}

/** The table's parameters that tell Athena which partitions there are and where each lies. */
function projection({ name, projection: range }: PartitionKey, location: string): Record<string, string> {
  return {
    "projection.enabled": "true",
    [`projection.${name}.type`]: range.type,
    [`projection.${name}.format`]: range.format,
    [`projection.${name}.range`]: range.range,
    [`projection.${name}.interval`]: String(range.interval),
    [`projection.${name}.interval.unit`]: range.intervalUnit,
    "storage.location.template": `${location}${name}=\${${name}}/`,
  };
}
