/** A database of the Glue Data Catalog. @see https://docs.aws.amazon.com/glue/latest/dg/define-database.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What a {@link Database} is made of. */
export interface DatabaseArgs {
  readonly databaseName: string;
  readonly description: string;
  /** The catalog is the account's own. */
  readonly accountId: string;
}

/** A database: the namespace of a zone's tables. */
export class Database extends pulumi.ComponentResource {
  readonly databaseName: string;
  readonly catalogId: string;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:catalog:Database", name, args, opts);
    this.databaseName = args.databaseName;
    this.catalogId = args.accountId;
    new aws.glue.CatalogDatabase(
      name,
      { name: args.databaseName, catalogId: args.accountId, description: args.description },
      { parent: this },
    );
    this.registerOutputs({ databaseName: this.databaseName });
  }
}
