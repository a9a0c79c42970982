/** aws.rds.Instance. */
import {
  CreateDBInstanceCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  waitUntilDBInstanceAvailable,
  waitUntilDBInstanceDeleted,
  type DBInstance,
  type RDSClient,
} from "@aws-sdk/client-rds";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import type { Properties } from "../values.ts";
import { integer, nonEmpty, tagList, tags, text, textSet, unlessMissing } from "./common.ts";
import { changeRdsTags, readRdsTags } from "./rds.ts";

const MISSING = ["DBInstanceNotFoundFault", "DBInstanceNotFound"];
const WAIT = { maxWaitTime: 60, minDelay: 1, maxDelay: 2 };

const inputs = v.strictObject({
  identifier: text,
  engine: text,
  engineVersion: v.optional(text),
  instanceClass: text,
  allocatedStorage: integer,
  maxAllocatedStorage: v.optional(integer),
  storageType: v.optional(text),
  storageEncrypted: v.optional(v.boolean()),
  kmsKeyId: v.optional(text),
  dbName: v.optional(text),
  username: text,
  manageMasterUserPassword: v.literal(true),
  masterUserSecretKmsKeyId: v.optional(text),
  dbSubnetGroupName: v.optional(text),
  parameterGroupName: v.optional(text),
  vpcSecurityGroupIds: v.optional(textSet),
  publiclyAccessible: v.optional(v.boolean(), false),
  multiAz: v.optional(v.boolean()),
  backupRetentionPeriod: v.optional(integer),
  copyTagsToSnapshot: v.optional(v.boolean(), false),
  deleteAutomatedBackups: v.optional(v.boolean(), true),
  deletionProtection: v.optional(v.boolean()),
  skipFinalSnapshot: v.optional(v.boolean(), false),
  finalSnapshotIdentifier: v.optional(text),
  iamDatabaseAuthenticationEnabled: v.optional(v.boolean()),
  autoMinorVersionUpgrade: v.optional(v.boolean(), true),
  performanceInsightsEnabled: v.optional(v.boolean(), false),
  enabledCloudwatchLogsExports: v.optional(textSet),
  applyImmediately: v.optional(v.boolean()),
  caCertIdentifier: v.optional(text),
  monitoringInterval: v.optional(v.literal(0), 0),
  tags,
});

type Inputs = v.InferOutput<typeof inputs>;

const instance = defineType({
  token: "aws:rds/instance:Instance",
  inputs,
  replaceOn: [
    "identifier",
    "engine",
    "storageEncrypted",
    "kmsKeyId",
    "dbName",
    "username",
    "dbSubnetGroupName",
  ],
  computed: [
    "address",
    "arn",
    "endpoint",
    "engineVersionActual",
    "hostedZoneId",
    "masterUserSecrets",
    "port",
    "replicas",
    "resourceId",
    "status",
    "tagsAll",
  ],
  async create(own, { clients: { rds } }) {
    const made = await rds.send(
      new CreateDBInstanceCommand({
        ...toSettings(own),
        Engine: own.engine,
        StorageEncrypted: own.storageEncrypted,
        KmsKeyId: own.kmsKeyId,
        DBName: own.dbName,
        MasterUsername: own.username,
        DBSubnetGroupName: own.dbSubnetGroupName,
        EnableCloudwatchLogsExports: own.enabledCloudwatchLogsExports,
        Tags: tagList(own.tags),
      }),
    );
    await waitUntilDBInstanceAvailable({ client: rds, ...WAIT }, { DBInstanceIdentifier: own.identifier });
    // Since its version 5 the official provider's id is this one, which no change of the name touches.
    return made.DBInstance?.DbiResourceId ?? "";
  },
  async configure(_id, own, { clients: { rds } }, before) {
    if (before === undefined) return;
    const { DBInstance: changed } = await rds.send(
      new ModifyDBInstanceCommand({
        ...toSettings(own),
        // The same as what is allocated turns the growth off.
        // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
        ...(own.maxAllocatedStorage === undefined &&
          before.maxAllocatedStorage !== undefined && { MaxAllocatedStorage: own.allocatedStorage }),
        CloudwatchLogsExportConfiguration: logChange(own, before),
        ApplyImmediately: own.applyImmediately ?? false,
      }),
    );
    await changeRdsTags(rds, changed?.DBInstanceArn ?? "", own.tags, before);
  },
  async read(id, { clients: { rds } }) {
    const found = await findInstance(id, rds);
    return found && { ...fromInstance(found), tags: await readRdsTags(rds, found.DBInstanceArn) };
  },
  async delete(_id, own, { clients: { rds } }) {
    const { identifier: DBInstanceIdentifier, skipFinalSnapshot, finalSnapshotIdentifier } = own;
    if (!skipFinalSnapshot && finalSnapshotIdentifier === undefined) {
      throw new Error(
        `finalSnapshotIdentifier is required to delete ${DBInstanceIdentifier}, or skipFinalSnapshot`,
      );
    }
    const call = rds.send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier,
        SkipFinalSnapshot: skipFinalSnapshot,
        FinalDBSnapshotIdentifier: skipFinalSnapshot ? undefined : finalSnapshotIdentifier,
        DeleteAutomatedBackups: own.deleteAutomatedBackups,
      }),
    );
    if ((await unlessMissing(call, ...MISSING)) === undefined) return;
    await waitUntilDBInstanceDeleted({ client: rds, ...WAIT }, { DBInstanceIdentifier });
  },
});

/** What both the call that makes an instance and the one that changes it take. */
function toSettings(own: Inputs) {
  return {
    DBInstanceIdentifier: own.identifier,
    DBInstanceClass: own.instanceClass,
    EngineVersion: own.engineVersion,
    AllocatedStorage: own.allocatedStorage,
    MaxAllocatedStorage: own.maxAllocatedStorage,
    StorageType: own.storageType,
    ManageMasterUserPassword: own.manageMasterUserPassword,
    MasterUserSecretKmsKeyId: own.masterUserSecretKmsKeyId,
    DBParameterGroupName: own.parameterGroupName,
    VpcSecurityGroupIds: own.vpcSecurityGroupIds,
    PubliclyAccessible: own.publiclyAccessible,
    MultiAZ: own.multiAz,
    BackupRetentionPeriod: own.backupRetentionPeriod,
    CopyTagsToSnapshot: own.copyTagsToSnapshot,
    DeletionProtection: own.deletionProtection,
    EnableIAMDatabaseAuthentication: own.iamDatabaseAuthenticationEnabled,
    AutoMinorVersionUpgrade: own.autoMinorVersionUpgrade,
    EnablePerformanceInsights: own.performanceInsightsEnabled,
    CACertificateIdentifier: own.caCertIdentifier,
    MonitoringInterval: own.monitoringInterval,
  };
}

function logChange(own: Inputs, before: Inputs) {
  const [wanted, had] = [own.enabledCloudwatchLogsExports ?? [], before.enabledCloudwatchLogsExports ?? []];
  return {
    EnableLogTypes: wanted.filter((log) => !had.includes(log)),
    DisableLogTypes: had.filter((log) => !wanted.includes(log)),
  };
}

/** An import gives the identifier, and everything else the id. */
async function findInstance(id: string, rds: RDSClient): Promise<DBInstance | undefined> {
  let Marker: string | undefined;
  do {
    const page = await rds.send(new DescribeDBInstancesCommand({ Marker }));
    const found = page.DBInstances?.find(
      ({ DbiResourceId, DBInstanceIdentifier }) => DbiResourceId === id || DBInstanceIdentifier === id,
    );
    if (found !== undefined) return found;
    Marker = page.Marker;
  } while (Marker !== undefined && Marker !== "");
  return undefined;
}

function fromInstance(found: DBInstance): Properties {
  const secret = found.MasterUserSecret;
  const logs = found.EnabledCloudwatchLogsExports ?? [];
  const groups = (found.VpcSecurityGroups ?? []).flatMap((group) => group.VpcSecurityGroupId ?? []);
  return {
    identifier: found.DBInstanceIdentifier,
    engine: found.Engine,
    engineVersion: found.EngineVersion,
    instanceClass: found.DBInstanceClass,
    allocatedStorage: found.AllocatedStorage,
    maxAllocatedStorage: found.MaxAllocatedStorage,
    storageType: found.StorageType,
    storageEncrypted: found.StorageEncrypted,
    kmsKeyId: found.KmsKeyId || undefined,
    dbName: found.DBName,
    username: found.MasterUsername,
    manageMasterUserPassword: secret === undefined ? undefined : true,
    masterUserSecretKmsKeyId: secret?.KmsKeyId,
    dbSubnetGroupName: found.DBSubnetGroup?.DBSubnetGroupName,
    parameterGroupName: found.DBParameterGroups?.[0]?.DBParameterGroupName,
    vpcSecurityGroupIds: nonEmpty(groups.toSorted()),
    publiclyAccessible: found.PubliclyAccessible,
    multiAz: found.MultiAZ,
    backupRetentionPeriod: found.BackupRetentionPeriod,
    copyTagsToSnapshot: found.CopyTagsToSnapshot,
    deletionProtection: found.DeletionProtection,
    iamDatabaseAuthenticationEnabled: found.IAMDatabaseAuthenticationEnabled,
    autoMinorVersionUpgrade: found.AutoMinorVersionUpgrade,
    performanceInsightsEnabled: found.PerformanceInsightsEnabled,
    enabledCloudwatchLogsExports: nonEmpty(logs.toSorted()),
    caCertIdentifier: found.CACertificateIdentifier,
    monitoringInterval: found.MonitoringInterval,
    ...fromDecided(found),
  };
}

function fromDecided(found: DBInstance): Properties {
  const { Address: address, Port: port, HostedZoneId: hostedZoneId } = found.Endpoint ?? {};
  const secret = found.MasterUserSecret;
  return {
    address,
    arn: found.DBInstanceArn,
    endpoint: address === undefined ? undefined : `${address}:${String(port)}`,
    engineVersionActual: found.EngineVersion,
    hostedZoneId,
    masterUserSecrets: secret && [
      { kmsKeyId: secret.KmsKeyId, secretArn: secret.SecretArn, secretStatus: secret.SecretStatus },
    ],
    port,
    replicas: found.ReadReplicaDBInstanceIdentifiers ?? [],
    resourceId: found.DbiResourceId,
    status: found.DBInstanceStatus,
  };
}

/** Types of RDS's instances. */
export const rdsInstanceTypes = [instance];
