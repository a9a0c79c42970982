/** The provider's keys, secrets and databases: made, read back, changed and removed by the real engine. */
import assert from "node:assert/strict";
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListResourceTagsCommand,
} from "@aws-sdk/client-kms";
import {
  DescribeDBInstancesCommand,
  DescribeDBParametersCommand,
  DescribeDBSubnetGroupsCommand,
  ModifyDBInstanceCommand,
} from "@aws-sdk/client-rds";
import {
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import { deployedProgram } from "./provider-programs.ts";

interface Variant {
  readonly stage: string;
  readonly password: string;
  readonly retentionDays: number;
  readonly parameters: Readonly<Record<string, string>>;
}

function source({ stage, password, retentionDays, parameters }: Variant): string {
  return `
import * as aws from "@pulumi/aws";

const tags = { stage: "${stage}" };
const account = "arn:aws:iam::000000000000:root";
const statement = (Action) => ({ Effect: "Allow", Principal: { AWS: account }, Action, Resource: "*" });
const policyOf = (Sid, Action) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Sid, ...statement(Action) }] });

const key = new aws.kms.Key("k", {
  description: "The ${stage} key",
  policy: policyOf("${stage}", "kms:*"),
  enableKeyRotation: true,
  rotationPeriodInDays: ${retentionDays * 30},
  deletionWindowInDays: 7,
  tags,
});
const other = new aws.kms.Key("o", { deletionWindowInDays: 7 });
new aws.kms.KeyPolicy("op", { keyId: other.id, policy: policyOf("${stage}", "kms:*") });
const alias = new aws.kms.Alias("a", {
  name: "alias/provider-database",
  targetKeyId: ${stage === "first" ? "key" : "other"}.keyId,
});

const secret = new aws.secretsmanager.Secret("s", {
  name: "provider-database",
  description: "${stage}",
  kmsKeyId: key.arn,
  recoveryWindowInDays: 0,
  tags,
});
const version = new aws.secretsmanager.SecretVersion("sv", { secretId: secret.id, secretString: "${password}" });
new aws.secretsmanager.SecretPolicy("sp", {
  secretArn: secret.arn,
  policy: policyOf("${stage}", "secretsmanager:GetSecretValue"),
  blockPublicPolicy: true,
});

const vpc = new aws.ec2.Vpc("v", { cidrBlock: "10.8.0.0/16" });
const subnets = ["a", "b"].map((zone, index) => new aws.ec2.Subnet(zone, {
  vpcId: vpc.id,
  cidrBlock: \`10.8.\${index}.0/24\`,
  availabilityZone: \`eu-west-1\${zone}\`,
}));
const group = new aws.ec2.SecurityGroup("g", { name: "database", vpcId: vpc.id });
const network = new aws.rds.SubnetGroup("n", {
  name: "provider-database",
  subnetIds: subnets.map(({ id }) => id),
  tags,
});
const parameters = new aws.rds.ParameterGroup("p", {
  name: "provider-database",
  family: "postgres16",
  parameters: ${JSON.stringify(Object.entries(parameters).map(([name, value]) => ({ name, value })))},
  tags,
});
const database = new aws.rds.Instance("d", {
  identifier: "provider-database",
  engine: "postgres",
  engineVersion: "16.4",
  instanceClass: "db.t4g.micro",
  allocatedStorage: 20,
  maxAllocatedStorage: ${retentionDays * 10},
  storageType: "gp3",
  storageEncrypted: true,
  kmsKeyId: key.arn,
  dbName: "orders",
  username: "keeper",
  manageMasterUserPassword: true,
  masterUserSecretKmsKeyId: key.arn,
  dbSubnetGroupName: network.name,
  parameterGroupName: parameters.name,
  vpcSecurityGroupIds: [group.id],
  backupRetentionPeriod: ${retentionDays},
  copyTagsToSnapshot: true,
  deletionProtection: ${stage === "first"},
  skipFinalSnapshot: true,
  iamDatabaseAuthenticationEnabled: true,
  performanceInsightsEnabled: ${stage !== "first"},
  enabledCloudwatchLogsExports: ${stage === "first" ? '["postgresql"]' : '["upgrade", "postgresql"]'},
  caCertIdentifier: "rds-ca-rsa2048-g1",
  applyImmediately: true,
  tags,
});

export const keyId = key.keyId;
export const otherId = other.keyId;
export const aliasKey = alias.targetKeyArn;
export const secretArn = secret.arn;
export const instanceId = database.id;
export const instanceArn = database.arn;
export const endpoint = database.endpoint;
export const masterSecret = database.masterUserSecrets[0].secretArn;
`;
}

const FIRST: Variant = {
  stage: "first",
  password: "one",
  retentionDays: 7,
  parameters: { "rds.force_ssl": "1", log_statement: "ddl" },
};
const SECOND: Variant = {
  stage: "second",
  password: "two",
  retentionDays: 14,
  parameters: { "rds.force_ssl": "1", log_connections: "1" },
};

describe("the provider's keys, secrets and databases", function () {
  this.timeout(240_000);
  const program = deployedProgram(source(FIRST));
  let outputs: Readonly<Record<string, unknown>>;

  const outputOf = (name: string): string => String(outputs[name]);

  before(async () => {
    await program.up();
    outputs = await program.outputs();
  });

  const seeKeys = async ({ stage, retentionDays }: Variant): Promise<void> => {
    const { kms } = program.aws.clients;
    const KeyId = outputOf("keyId");
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    assert.equal(KeyMetadata?.Description, `The ${stage} key`);
    const rotation = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
    assert.equal(rotation.KeyRotationEnabled, true);
    assert.equal(rotation.RotationPeriodInDays, retentionDays * 30);
    const { Tags } = await kms.send(new ListResourceTagsCommand({ KeyId }));
    assert.deepEqual(Tags, [{ TagKey: "stage", TagValue: stage }]);
    for (const id of [KeyId, outputOf("otherId")]) {
      const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: id, PolicyName: "default" }));
      assert.match(Policy ?? "", new RegExp(`"${stage}"`));
    }
    const aliased = await kms.send(new DescribeKeyCommand({ KeyId: "alias/provider-database" }));
    assert.equal(aliased.KeyMetadata?.KeyId, stage === "first" ? KeyId : outputOf("otherId"));
    assert.equal(outputOf("aliasKey"), aliased.KeyMetadata.Arn);
  };

  const seeSecret = async ({ stage, password }: Variant): Promise<void> => {
    const { secretsManager } = program.aws.clients;
    const SecretId = "provider-database";
    const found = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
    assert.equal(found.Description, stage);
    assert.deepEqual(found.Tags, [{ Key: "stage", Value: stage }]);
    const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
    assert.equal(SecretString, password);
    const { ResourcePolicy } = await secretsManager.send(new GetResourcePolicyCommand({ SecretId }));
    assert.match(ResourcePolicy ?? "", new RegExp(`"${stage}"`));
  };

  const seeDatabase = async ({ stage, retentionDays, parameters }: Variant): Promise<void> => {
    const { rds, secretsManager } = program.aws.clients;
    const DBSubnetGroupName = "provider-database";
    const { DBSubnetGroups } = await rds.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName }));
    assert.equal(DBSubnetGroups?.[0]?.Subnets?.length, 2);
    const { Parameters } = await rds.send(
      new DescribeDBParametersCommand({ DBParameterGroupName: "provider-database", Source: "user" }),
    );
    const found = (Parameters ?? []).map(({ ParameterName, ParameterValue }) => [
      ParameterName,
      ParameterValue,
    ]);
    assert.deepEqual(Object.fromEntries(found), parameters);

    const DBInstanceIdentifier = "provider-database";
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
    const database = DBInstances?.[0];
    assert.equal(database?.DbiResourceId, outputOf("instanceId"));
    assert.equal(database.MasterUsername, "keeper");
    assert.equal(database.StorageEncrypted, true);
    assert.match(database.KmsKeyId ?? "", new RegExp(`${outputOf("keyId")}$`));
    assert.equal(database.PubliclyAccessible, false);
    assert.equal(database.BackupRetentionPeriod, retentionDays);
    assert.equal(database.MaxAllocatedStorage, retentionDays * 10);
    assert.equal(database.DeletionProtection, stage === "first");
    assert.equal(database.PerformanceInsightsEnabled, stage !== "first");
    assert.deepEqual(
      database.EnabledCloudwatchLogsExports,
      stage === "first" ? ["postgresql"] : ["postgresql", "upgrade"],
    );
    assert.deepEqual(database.TagList, [{ Key: "stage", Value: stage }]);
    assert.match(outputOf("endpoint"), /:\d+$/);
    const { SecretString } = await secretsManager.send(
      new GetSecretValueCommand({ SecretId: outputOf("masterSecret") }),
    );
    assert.match(SecretString ?? "", /"username": ?"keeper"/);
  };

  it("are as the program says", async () => {
    await seeKeys(FIRST);
    await seeSecret(FIRST);
    await seeDatabase(FIRST);
  });

  it("keep a database that is protected from deletion", async () => {
    const said = await program.runInVain("destroy", "--yes", "--target", "**Instance::d");

    assert.match(said, /DeletionProtection is enabled/);
    await seeDatabase(FIRST);
  });

  it("show in a refresh what was changed by hand", async () => {
    const { rds } = program.aws.clients;
    const call = { DBInstanceIdentifier: "provider-database", ApplyImmediately: true };
    await rds.send(new ModifyDBInstanceCommand({ ...call, PubliclyAccessible: true }));

    const said = await program.run("preview", "--refresh", "--diff");

    assert.match(said, /publiclyAccessible/);
    await program.run("up", "--yes", "--refresh");
    await seeDatabase(FIRST);
  });

  it("are found by an import as the program says", async () => {
    // How a thing is changed and deleted is in the program alone.
    assert.deepEqual(await program.unlikeImport(), [
      "d.applyImmediately",
      "d.skipFinalSnapshot",
      "k.deletionWindowInDays",
      "o.deletionWindowInDays",
      "s.recoveryWindowInDays",
      "sp.blockPublicPolicy",
    ]);
  });

  it("change with the program, in place", async () => {
    await program.change(source(SECOND));
    const before = outputs;
    outputs = await program.outputs();

    assert.deepEqual(
      { ...outputs, aliasKey: undefined },
      { ...before, aliasKey: undefined },
      "nothing was replaced",
    );
    await seeKeys(SECOND);
    await seeSecret(SECOND);
    await seeDatabase(SECOND);
  });

  it("are gone after a destroy", async () => {
    await program.run("destroy", "--yes");

    const { kms, rds, secretsManager } = program.aws.clients;
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: outputOf("keyId") }));
    assert.equal(KeyMetadata?.KeyState, "PendingDeletion");
    for (const SecretId of ["provider-database", outputOf("masterSecret")]) {
      await assert.rejects(secretsManager.send(new DescribeSecretCommand({ SecretId })), {
        name: "ResourceNotFoundException",
      });
    }
    await assert.rejects(
      rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "provider-database" })),
      /not found/,
    );
    await assert.rejects(
      rds.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: "provider-database" })),
      /not found/,
    );
  });
});
