/** A dataset's table. @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { glueType, partitionKey, type Dataset, type PartitionKey } from "../../datasets/index.ts";
import { sidPart, type Call, type Grant, type LakeFormationResource } from "../access/grant.ts";
import type { Site } from "../site.ts";
import type { ZoneBucket } from "../storage/zone-bucket.ts";
import type { Database } from "./database.ts";
import { GET_DATA, GET_DATA_CALL } from "./get-data.ts";

/** What a {@link Table} is made of. */
export interface TableArgs {
  readonly site: Site;
  /** Where the table goes. */
  readonly database: Database;
  /** Its contract: columns, types and partition. */
  readonly dataset: Dataset;
  /** The zone that holds the dataset's files, under the dataset's name. Lake Formation gives out its data. */
  readonly zone: ZoneBucket;
}

/** Which part of a table somebody may query. */
export type TablePart =
  | { readonly columns: readonly string[] }
  /** A data cells filter of the table: rows and columns. */
  | { readonly filterName: string };

/** How Hive reads and writes Parquet. @see https://docs.aws.amazon.com/athena/latest/ug/parquet-serde.html */
const PARQUET = {
  inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
} as const;

/** What Athena asks the catalog before it reads a table. @see https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html */
const LOOK_UP = [
  "glue:GetDatabase",
  "glue:GetTable",
  "glue:GetPartition",
  "glue:GetPartitions",
  "glue:BatchGetPartition",
];

/**
 * An external table over partitioned Parquet, with the dataset's columns. Partitions are projected: Athena computes
 * which there are, so a new one can be queried at once, with no crawler and no MSCK REPAIR.
 */
export class Table extends pulumi.ComponentResource {
  readonly tableName: string;
  /** The database that the table is in. */
  readonly databaseName: string;
  readonly catalogId: string;
  /** Its contract. */
  readonly dataset: Dataset;
  readonly #site: Site;
  readonly #zone: ZoneBucket;

  constructor(name: string, args: TableArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, database, dataset, zone } = args;
    const data = { databaseName: database.databaseName, dataset: dataset.name, bucketName: zone.bucketName };
    super("sluice:catalog:Table", name, data, opts);
    this.#site = site;
    this.#zone = zone;
    this.dataset = dataset;
    this.tableName = dataset.name;
    this.databaseName = database.databaseName;
    this.catalogId = database.catalogId;
    const partition = partitionKey(dataset);
    const location = `s3://${zone.bucketName}/${dataset.name}/`;
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
      { parent: this, dependsOn: [database, zone] },
    );
    this.registerOutputs({ tableName: this.tableName });
  }

  /**
   * The right to query the table, or a part of it. The catalog is looked up by IAM's leave, the data comes by Lake
   * Formation's: the holder has no way to the files themselves.
   * @see https://docs.aws.amazon.com/lake-formation/latest/dg/access-control-underlying-data.html
   */
  canQuery(part?: TablePart): Grant {
    const { arns } = this.#site;
    const [database, table] = [
      arns.database(this.databaseName),
      arns.table(this.databaseName, this.tableName),
    ];
    const file = `${arns.bucket(this.#zone.bucketName)}/${this.tableName}/object`;
    const lookUp = (resource: string): Call[] => LOOK_UP.map((action) => ({ action, resource }));
    return {
      reason: `queries table ${this.databaseName}.${this.tableName}${describePart(part)}`,
      statements: [
        {
          Sid: `LookUp${sidPart(this.databaseName)}`,
          Effect: "Allow",
          Action: LOOK_UP,
          Resource: [arns.catalog, database, table],
        },
        GET_DATA,
      ],
      lakeFormation: [
        { resource: { kind: "database", databaseName: this.databaseName }, permissions: ["DESCRIBE"] },
        { resource: this.resourceOf(part), permissions: ["SELECT"] },
      ],
      mustAllow: [...[arns.catalog, database, table].flatMap(lookUp), GET_DATA_CALL],
      mustNotAllow: [
        { action: "glue:GetTable", resource: `${arns.catalog}/other` },
        { action: "glue:GetDatabase", resource: arns.database(`${this.databaseName}_other`) },
        { action: "glue:GetTable", resource: arns.table(this.databaseName, `${this.tableName}_other`) },
        { action: "glue:GetTable", resource: arns.table(`${this.databaseName}_other`, this.tableName) },
        ...["glue:GetTables", "glue:GetTableVersion", "glue:GetPartitionIndexes"].map((action) => ({
          action,
          resource: table,
        })),
        { action: "glue:GetDatabases", resource: arns.catalog },
        { action: "glue:UpdateTable", resource: table },
        { action: "glue:DeleteTable", resource: table },
        { action: "lakeformation:GrantPermissions", resource: "*" },
        { action: "s3:GetObject", resource: file },
      ],
    };
  }

  private resourceOf(part: TablePart | undefined): LakeFormationResource {
    const table = { databaseName: this.databaseName, tableName: this.tableName };
    if (part !== undefined && "filterName" in part) return { kind: "cells", ...table, ...part };
    return { kind: "table", ...table, ...part };
  }
}

function describePart(part: TablePart | undefined): string {
  if (part === undefined) return "";
  return "filterName" in part ? `, the cells of ${part.filterName}` : `, columns ${part.columns.join(", ")}`;
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
