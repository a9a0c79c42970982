/** A database of the Glue Data Catalog. @see https://docs.aws.amazon.com/glue/latest/dg/define-database.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sidPart, type Grant } from "../access/grant.ts";
import { GET_DATA, GET_DATA_CALL } from "./get-data.ts";
import type { Named } from "../names.ts";
import type { Site } from "../site.ts";

/** What a {@link Database} is made of. */
export interface DatabaseArgs {
  readonly site: Site;
  /** The zone or source whose tables it holds. */
  readonly of: Named<"database">;
  readonly description: string;
}

/** What Athena asks the catalog before it reads tables, and what it takes to see which there are. */
const LOOK_UP = [
  ...["glue:GetDatabase", "glue:GetTable", "glue:GetTables"],
  ...["glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"],
];

/** What a crawler does with tables and partitions. Taking tables away is not part of it. */
const MAKE_TABLES = [
  ...["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:CreateTable", "glue:UpdateTable"],
  ...["glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"],
  ...["glue:CreatePartition", "glue:BatchCreatePartition", "glue:UpdatePartition"],
];

/** A database: the namespace of a zone's tables, in the account's own catalog. */
export class Database extends pulumi.ComponentResource {
  readonly of: Named<"database">;
  readonly databaseName: string;
  readonly catalogId: string;
  readonly #site: Site;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, ...data } = args;
    super("sluice:catalog:Database", name, data, opts);
    this.#site = site;
    this.of = args.of;
    this.databaseName = site.names.database(args.of);
    this.catalogId = site.arns.accountId;
    new aws.glue.CatalogDatabase(
      name,
      { name: this.databaseName, catalogId: this.catalogId, description: args.description },
      { parent: this },
    );
    this.registerOutputs({ databaseName: this.databaseName });
  }

  /**
   * The right to query every table of this database, whatever a crawler makes of them: by Lake Formation's tags, so that
   * a table of tomorrow is one of them. Files of a zone that Lake Formation does not hand out the holder must be able to
   * read besides.
   */
  canQueryTables(): Grant {
    const { arns, names } = this.#site;
    const database = arns.database(this.databaseName);
    const table = arns.table(this.databaseName, "example");
    const tags = { [names.lfTag("zone")]: [this.of] };
    return {
      reason: `queries the tables of database ${this.databaseName}`,
      statements: [
        {
          Sid: `LookUpAll${sidPart(this.of)}`,
          Effect: "Allow",
          Action: LOOK_UP,
          Resource: [arns.catalog, database, arns.table(this.databaseName, "*")],
        },
        GET_DATA,
      ],
      lakeFormation: [
        { resource: { kind: "tagged", type: "DATABASE", tags }, permissions: ["DESCRIBE"] },
        { resource: { kind: "tagged", type: "TABLE", tags }, permissions: ["SELECT", "DESCRIBE"] },
      ],
      mustAllow: [
        ...[arns.catalog, database, table].flatMap((resource) =>
          LOOK_UP.map((action) => ({ action, resource })),
        ),
        GET_DATA_CALL,
      ],
      mustNotAllow: [
        { action: "lakeformation:GrantPermissions", resource: "*" },
        { action: "glue:GetTable", resource: `${arns.catalog}/other` },
        { action: "glue:GetTable", resource: arns.database(`${this.databaseName}_other`) },
        { action: "glue:GetTable", resource: arns.table(`${this.databaseName}_other`, "example") },
        { action: "glue:GetTableVersion", resource: table },
        { action: "glue:GetPartitionIndexes", resource: table },
        { action: "glue:GetDatabases", resource: arns.catalog },
        { action: "glue:UpdateTable", resource: table },
        { action: "glue:DeleteTable", resource: table },
      ],
    };
  }

  /** The right to make and change tables and partitions of this database; not to delete any. */
  canMakeTables(): Grant {
    const { arns } = this.#site;
    const database = arns.database(this.databaseName);
    const table = arns.table(this.databaseName, "example");
    return {
      reason: `makes the tables of database ${this.databaseName}`,
      statements: [
        {
          Sid: `MakeTables${sidPart(this.of)}`,
          Effect: "Allow",
          Action: MAKE_TABLES,
          // Each of these actions asks for the catalog and the database besides the table.
          // https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
          Resource: [arns.catalog, database, arns.table(this.databaseName, "*")],
        },
      ],
      lakeFormation: [
        {
          resource: { kind: "database", databaseName: this.databaseName },
          permissions: ["CREATE_TABLE", "DESCRIBE"],
        },
      ],
      mustAllow: [
        ...MAKE_TABLES.map((action) => ({ action, resource: database })),
        { action: "glue:CreateTable", resource: arns.catalog },
        { action: "glue:CreateTable", resource: table },
      ],
      mustNotAllow: [
        ...["glue:GetTableVersion", "glue:CreateTableOptimizer", "glue:UpdateTableOptimizer"].map(
          (action) => ({ action, resource: table }),
        ),
        ...["glue:GetPartitionIndexes", "glue:CreatePartitionIndex"].map((action) => ({
          action,
          resource: table,
        })),
        { action: "glue:GetDatabases", resource: arns.catalog },
        { action: "glue:DeleteTable", resource: table },
        { action: "glue:DeleteDatabase", resource: database },
        { action: "glue:CreateDatabase", resource: arns.catalog },
        // A catalog beside the account's own: S3 Tables make some.
        { action: "glue:CreateTable", resource: `${arns.catalog}/other` },
        { action: "glue:CreateTable", resource: arns.database(`${this.databaseName}_other`) },
        { action: "glue:CreateTable", resource: arns.table(`${this.databaseName}_other`, "example") },
      ],
    };
  }
}
