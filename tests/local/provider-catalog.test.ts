/** The provider's crawlers, connections and catalog settings: made, read back, changed and removed by the engine. */
import assert from "node:assert/strict";
import {
  GetConnectionCommand,
  GetCrawlerCommand,
  GetDataCatalogEncryptionSettingsCommand,
  GetDatabaseCommand,
  GetSecurityConfigurationCommand,
  GetTagsCommand,
} from "@aws-sdk/client-glue";
import { deployedProgram } from "./provider-programs.ts";

function source(stage: "first" | "second"): string {
  const isFirst = stage === "first";
  return `
import * as aws from "@pulumi/aws";

const tags = { stage: "${stage}" };
const role = new aws.iam.Role("r", {
  name: "provider-catalog",
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "glue.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
});
const key = new aws.kms.Key("k", { deletionWindowInDays: 7 });
const database = new aws.glue.CatalogDatabase("d", {
  name: "provider_catalog",
  locationUri: "s3://raw/${stage}/",
  createTableDefaultPermissions: [
    { permissions: [${isFirst ? '"ALL"' : '"SELECT"'}], principal: { dataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" } },
  ],
});
new aws.glue.DataCatalogEncryptionSettings("e", {
  dataCatalogEncryptionSettings: {
    connectionPasswordEncryption: { awsKmsKeyId: key.arn, returnConnectionPasswordEncrypted: true },
    encryptionAtRest: { catalogEncryptionMode: ${isFirst ? '"SSE-KMS", sseAwsKmsKeyId: key.arn' : '"DISABLED"'} },
  },
});
const security = new aws.glue.SecurityConfiguration("s", {
  name: "provider-catalog",
  encryptionConfiguration: {
    cloudwatchEncryption: { cloudwatchEncryptionMode: "SSE-KMS", kmsKeyArn: key.arn },
    jobBookmarksEncryption: { jobBookmarksEncryptionMode: "CSE-KMS", kmsKeyArn: key.arn },
    s3Encryption: { s3EncryptionMode: "${isFirst ? "SSE-S3" : "DISABLED"}" },
  },
});
const vpc = new aws.ec2.Vpc("v", { cidrBlock: "10.9.0.0/16" });
const subnet = new aws.ec2.Subnet("a", { vpcId: vpc.id, cidrBlock: "10.9.0.0/24", availabilityZone: "eu-west-1a" });
const group = new aws.ec2.SecurityGroup("g", { name: "connection", vpcId: vpc.id });
const connection = new aws.glue.Connection("c", {
  name: "provider-catalog",
  description: "The ${stage} one",
  connectionProperties: {
    JDBC_CONNECTION_URL: "jdbc:postgresql://db:5432/${stage}",
    SECRET_ID: "orders",
    JDBC_ENFORCE_SSL: "true",
  },
  matchCriterias: ["orders"],
  physicalConnectionRequirements: {
    availabilityZone: "eu-west-1a",
    securityGroupIdLists: [group.id],
    subnetId: subnet.id,
  },
  tags,
});
new aws.glue.Crawler("cs", {
  name: "provider-catalog-s3",
  role: role.arn,
  databaseName: database.name,
  description: "${stage}",
  ${isFirst ? 'schedule: "cron(0 2 * * ? *)",' : ""}
  s3Targets: [{ path: "s3://raw/orders/", exclusions: ["**.tmp"], sampleSize: ${isFirst ? 3 : 5} }],
  recrawlPolicy: { recrawlBehavior: "CRAWL_NEW_FOLDERS_ONLY" },
  schemaChangePolicy: { deleteBehavior: "LOG", updateBehavior: "LOG" },
  lakeFormationConfiguration: { useLakeFormationCredentials: ${isFirst} },
  configuration: JSON.stringify({ Version: 1, Grouping: { TableLevelConfiguration: ${isFirst ? 2 : 3} } }),
  securityConfiguration: security.name,
  tablePrefix: "${stage}_",
  tags,
});
new aws.glue.Crawler("cj", {
  name: "provider-catalog-jdbc",
  role: role.arn,
  databaseName: database.name,
  jdbcTargets: [
    {
      connectionName: connection.name,
      path: "orders/public/%",
      exclusions: ["orders/public/secret"],
      enableAdditionalMetadatas: ["COMMENTS"],
    },
  ],
  lineageConfiguration: {},
});
new aws.glue.Crawler("cc", {
  name: "provider-catalog-catalog",
  role: role.arn,
  databaseName: database.name,
  catalogTargets: [{ databaseName: database.name, tables: ["orders"] }],
  schemaChangePolicy: { deleteBehavior: "LOG" },
});

export const groupId = group.id;
export const keyArn = key.arn;
`;
}

describe("the provider's crawlers, connections and catalog settings", function () {
  this.timeout(240_000);
  const program = deployedProgram(source("first"));

  const glue = () => program.aws.clients.glue;

  before(() => program.up());

  const tagsOf = async (what: string) => {
    const ResourceArn = `arn:aws:glue:eu-west-1:000000000000:${what}`;
    return (await glue().send(new GetTagsCommand({ ResourceArn }))).Tags;
  };

  const seeCrawlers = async (stage: "first" | "second"): Promise<void> => {
    const isFirst = stage === "first";
    const { Crawler: s3 } = await glue().send(new GetCrawlerCommand({ Name: "provider-catalog-s3" }));
    assert.deepEqual(s3?.Targets?.S3Targets, [
      { Path: "s3://raw/orders/", Exclusions: ["**.tmp"], SampleSize: isFirst ? 3 : 5 },
    ]);
    assert.equal(s3.Schedule?.ScheduleExpression || undefined, isFirst ? "cron(0 2 * * ? *)" : undefined);
    assert.equal(s3.LakeFormationConfiguration?.UseLakeFormationCredentials, isFirst);
    assert.equal(s3.RecrawlPolicy?.RecrawlBehavior, "CRAWL_NEW_FOLDERS_ONLY");
    assert.equal(s3.CrawlerSecurityConfiguration, "provider-catalog");
    assert.equal(s3.TablePrefix, `${stage}_`);
    assert.deepEqual(await tagsOf("crawler/provider-catalog-s3"), { stage });

    const { Crawler: jdbc } = await glue().send(new GetCrawlerCommand({ Name: "provider-catalog-jdbc" }));
    assert.deepEqual(jdbc?.Targets?.JdbcTargets, [
      {
        ConnectionName: "provider-catalog",
        Path: "orders/public/%",
        Exclusions: ["orders/public/secret"],
        EnableAdditionalMetadata: ["COMMENTS"],
      },
    ]);
    const { Crawler: catalog } = await glue().send(
      new GetCrawlerCommand({ Name: "provider-catalog-catalog" }),
    );
    assert.deepEqual(catalog?.Targets?.CatalogTargets, [
      { DatabaseName: "provider_catalog", Tables: ["orders"] },
    ]);
  };

  const see = async (stage: "first" | "second"): Promise<void> => {
    const isFirst = stage === "first";
    const { keyArn, groupId } = await program.outputs();
    const { Database } = await glue().send(new GetDatabaseCommand({ Name: "provider_catalog" }));
    assert.equal(Database?.LocationUri, `s3://raw/${stage}/`);
    assert.deepEqual(Database.CreateTableDefaultPermissions, [
      {
        Principal: { DataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" },
        Permissions: [isFirst ? "ALL" : "SELECT"],
      },
    ]);
    const { DataCatalogEncryptionSettings: settings } = await glue().send(
      new GetDataCatalogEncryptionSettingsCommand({}),
    );
    assert.equal(settings?.EncryptionAtRest?.CatalogEncryptionMode, isFirst ? "SSE-KMS" : "DISABLED");
    assert.equal(settings.ConnectionPasswordEncryption?.AwsKmsKeyId, keyArn);
    const { SecurityConfiguration } = await glue().send(
      new GetSecurityConfigurationCommand({ Name: "provider-catalog" }),
    );
    const encryption = SecurityConfiguration?.EncryptionConfiguration;
    assert.equal(encryption?.CloudWatchEncryption?.KmsKeyArn, keyArn);
    assert.equal(encryption?.S3Encryption?.[0]?.S3EncryptionMode, isFirst ? "SSE-S3" : "DISABLED");
    const { Connection } = await glue().send(new GetConnectionCommand({ Name: "provider-catalog" }));
    assert.equal(Connection?.Description, `The ${stage} one`);
    assert.equal(Connection.ConnectionProperties?.JDBC_CONNECTION_URL, `jdbc:postgresql://db:5432/${stage}`);
    assert.deepEqual(Connection.PhysicalConnectionRequirements?.SecurityGroupIdList, [groupId]);
    assert.deepEqual(await tagsOf("connection/provider-catalog"), { stage });
    await seeCrawlers(stage);
  };

  it("are as the program says", async () => {
    await see("first");
  });

  it("are found by an import as the program says", async () => {
    // How a thing is deleted is in the program alone.
    assert.deepEqual(await program.unlikeImport(), ["k.deletionWindowInDays"]);
  });

  it("change with the program", async () => {
    await program.change(source("second"));

    await see("second");
  });

  it("are gone after a destroy", async () => {
    await program.run("destroy", "--yes");

    const gone = { name: "EntityNotFoundException" };
    await assert.rejects(glue().send(new GetCrawlerCommand({ Name: "provider-catalog-s3" })), gone);
    await assert.rejects(glue().send(new GetConnectionCommand({ Name: "provider-catalog" })), gone);
    await assert.rejects(
      glue().send(new GetSecurityConfigurationCommand({ Name: "provider-catalog" })),
      gone,
    );
    await assert.rejects(glue().send(new GetDatabaseCommand({ Name: "provider_catalog" })), gone);
    const { DataCatalogEncryptionSettings: settings } = await glue().send(
      new GetDataCatalogEncryptionSettingsCommand({}),
    );
    assert.equal(settings?.EncryptionAtRest?.CatalogEncryptionMode, "DISABLED");
  });
});
