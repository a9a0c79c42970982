/** A relational database that the lake takes tables from. @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_BestPractices.Security.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { combine, type Grant } from "../access/grant.ts";
import type { JdbcSource } from "../catalog/crawler.ts";
import type { SourceSettings } from "../settings.ts";
import { keepsData, type Site } from "../site.ts";
import { canUseNetwork, canUseSecret } from "./connect.ts";
import { PrivateNetwork } from "./network.ts";

/** What a {@link DatabaseSource} is made of. */
export interface DatabaseSourceArgs {
  readonly site: Site;
  readonly keyArn: pulumi.Input<string>;
  /** Which database: `settings.source`. */
  readonly source: SourceSettings;
}

/** What differs between the kinds of database. */
const ENGINES = {
  postgres: {
    ...{ version: "17", family: "postgres17", port: 5432, protocol: "postgresql", logs: ["postgresql"] },
    /** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html */
    tls: { name: "rds.force_ssl", value: "1" },
  },
  mysql: {
    ...{ version: "8.4", family: "mysql8.4", port: 3306, protocol: "mysql", logs: ["error"] },
    /** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.html */
    tls: { name: "require_secure_transport", value: "1" },
  },
} as const;

const BACKUP_DAYS = 7;

/**
 * A database in a network of its own without a way to the internet: encrypted with the lake's key, over TLS only, not
 * to be deleted unless both keys to destroy data say so. Its administrator's password is RDS's own and in no stack's
 * state. The crawler signs in with a user of its own whose password somebody puts into the secret: one that may read
 * the tables to crawl, and no more.
 */
export class DatabaseSource extends pulumi.ComponentResource implements JdbcSource {
  /** The Glue connection that crawlers come by. Known in a preview. */
  readonly connectionName: string;
  /** The secret that somebody puts the crawler's user and password into. Known in a preview. */
  readonly secretName: string;
  readonly #site: Site;

  constructor(name: string, args: DatabaseSourceArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, source } = args;
    super("sluice:source:DatabaseSource", name, { source }, opts);
    this.#site = site;
    this.connectionName = site.names.connection("source");
    this.secretName = site.names.secret("source");
    const { port } = ENGINES[source.engine];
    const network = new PrivateNetwork(
      `${name}-network`,
      { site, databasePort: port, zones: source.zones },
      { parent: this },
    );
    const secret = this.createSecret(name, args);
    const instance = this.createInstance(name, args, network);
    this.createConnection(name, source, network, instance, secret);
    this.registerOutputs({ connectionName: this.connectionName });
  }

  /** The right to come to the database: to look the connection up, to read the secret, and to have a place in the network. */
  canConnect(): Grant {
    const { arns } = this.#site;
    const connection = arns.connection(this.connectionName);
    const lookUp: Grant = {
      reason: "",
      statements: [
        {
          Sid: "LookUpConnection",
          Effect: "Allow",
          Action: ["glue:GetConnection"],
          Resource: [arns.catalog, connection],
        },
      ],
      mustAllow: [arns.catalog, connection].map((resource) => ({ action: "glue:GetConnection", resource })),
      mustNotAllow: [
        { action: "glue:GetConnection", resource: `${arns.catalog}/other` },
        { action: "glue:GetConnection", resource: `${connection}-other` },
        { action: "glue:GetConnections", resource: connection },
        { action: "glue:UpdateConnection", resource: connection },
      ],
    };
    return combine(`connects by ${this.connectionName}`, [
      lookUp,
      canUseSecret(this.#site, this.secretName),
      canUseNetwork(this.#site),
    ]);
  }

  /** Without a value: a person puts the crawler's user and password in, and no state ever holds them. */
  private createSecret(name: string, { site, keyArn }: DatabaseSourceArgs): aws.secretsmanager.Secret {
    return new aws.secretsmanager.Secret(
      `${name}-secret`,
      {
        name: this.secretName,
        description: 'The crawler\'s user: {"username": "…", "password": "…"}',
        kmsKeyId: keyArn,
        recoveryWindowInDays: site.settings.destroyData ? 0 : 30,
      },
      keepsData(site, { parent: this }),
    );
  }

  /** RDS would make them without an end and without the key. */
  private createLogGroups(
    name: string,
    { site, keyArn, source }: DatabaseSourceArgs,
  ): aws.cloudwatch.LogGroup[] {
    const identifier = site.names.dbInstance("source");
    return ENGINES[source.engine].logs.map(
      (log) =>
        new aws.cloudwatch.LogGroup(
          `${name}-log-${log}`,
          {
            name: `/aws/rds/instance/${identifier}/${log}`,
            retentionInDays: site.settings.logRetentionDays,
            kmsKeyId: keyArn,
          },
          keepsData(site, { parent: this }),
        ),
    );
  }

  private createInstance(name: string, args: DatabaseSourceArgs, network: PrivateNetwork): aws.rds.Instance {
    const { site, keyArn, source } = args;
    const { names, settings } = site;
    const { version, family, tls, logs } = ENGINES[source.engine];
    const subnets = new aws.rds.SubnetGroup(
      `${name}-subnets`,
      {
        name: names.dbSubnetGroup("source"),
        description: "Private subnets",
        subnetIds: [...network.subnetIds],
      },
      keepsData(site, { parent: this }),
    );
    const parameters = new aws.rds.ParameterGroup(
      `${name}-parameters`,
      { name: names.dbParameterGroup("source"), family, description: "TLS only", parameters: [tls] },
      keepsData(site, { parent: this }),
    );
    const identifier = names.dbInstance("source");
    return new aws.rds.Instance(
      name,
      {
        identifier,
        ...{ engine: source.engine, engineVersion: version },
        instanceClass: source.instanceClass,
        allocatedStorage: source.storageGiB,
        storageType: "gp3",
        storageEncrypted: true,
        kmsKeyId: keyArn,
        dbName: source.databaseName,
        username: "administrator",
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: keyArn,
        iamDatabaseAuthenticationEnabled: true,
        dbSubnetGroupName: subnets.name,
        parameterGroupName: parameters.name,
        vpcSecurityGroupIds: [network.databaseSecurityGroupId],
        publiclyAccessible: false,
        backupRetentionPeriod: BACKUP_DAYS,
        copyTagsToSnapshot: true,
        autoMinorVersionUpgrade: true,
        enabledCloudwatchLogsExports: [...logs],
        deletionProtection: !settings.destroyData,
        skipFinalSnapshot: settings.destroyData,
        ...(!settings.destroyData && { finalSnapshotIdentifier: `${identifier}-final` }),
      },
      keepsData(site, { parent: this, dependsOn: this.createLogGroups(name, args) }),
    );
  }

  /** @see https://docs.aws.amazon.com/glue/latest/dg/connection-properties.html */
  private createConnection(
    name: string,
    source: SourceSettings,
    network: PrivateNetwork,
    instance: aws.rds.Instance,
    secret: aws.secretsmanager.Secret,
  ): void {
    const { protocol } = ENGINES[source.engine];
    const [subnetId] = network.subnetIds;
    new aws.glue.Connection(
      `${name}-connection`,
      {
        name: this.connectionName,
        catalogId: this.#site.arns.accountId,
        description: `Database ${source.databaseName}`,
        connectionType: "JDBC",
        connectionProperties: {
          JDBC_CONNECTION_URL: pulumi.interpolate`jdbc:${protocol}://${instance.endpoint}/${source.databaseName}`,
          JDBC_ENFORCE_SSL: "true",
          SECRET_ID: this.secretName,
        },
        physicalConnectionRequirements: {
          availabilityZone: network.availabilityZone,
          ...(subnetId && { subnetId }),
          securityGroupIdLists: [network.crawlerSecurityGroupId],
        },
      },
      { parent: this, dependsOn: [secret] },
    );
  }
}
