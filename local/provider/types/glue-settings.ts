/** aws.glue.Connection, SecurityConfiguration and DataCatalogEncryptionSettings. */
import {
  CatalogEncryptionMode,
  CloudWatchEncryptionMode,
  ConnectionPropertyKey,
  ConnectionType,
  CreateConnectionCommand,
  CreateSecurityConfigurationCommand,
  DeleteConnectionCommand,
  DeleteSecurityConfigurationCommand,
  GetConnectionCommand,
  GetDataCatalogEncryptionSettingsCommand,
  GetSecurityConfigurationCommand,
  JobBookmarksEncryptionMode,
  PutDataCatalogEncryptionSettingsCommand,
  S3EncryptionMode,
  UpdateConnectionCommand,
} from "@aws-sdk/client-glue";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { nonEmpty, tags, text, textSet, unlessMissing } from "./common.ts";
import { changeGlueTags, GLUE_MISSING, glueArn, readGlueTags } from "./glue-common.ts";

const connectionInputs = v.strictObject({
  name: text,
  catalogId: v.optional(text),
  connectionType: v.optional(v.enum(ConnectionType), ConnectionType.JDBC),
  connectionProperties: v.optional(v.record(v.enum(ConnectionPropertyKey), text)),
  description: v.optional(text),
  matchCriterias: v.optional(v.array(text)),
  physicalConnectionRequirements: v.optional(
    v.strictObject({
      availabilityZone: v.optional(text),
      securityGroupIdLists: v.optional(textSet),
      subnetId: v.optional(text),
    }),
  ),
  tags,
});

const connection = defineType({
  token: "aws:glue/connection:Connection",
  inputs: connectionInputs,
  replaceOn: ["name", "catalogId"],
  computed: ["arn", "tagsAll"],
  async create(inputs, { clients, accountId }) {
    const { name, catalogId } = inputs;
    const call = { CatalogId: catalogId, ConnectionInput: toConnection(inputs), Tags: inputs.tags };
    await clients.glue.send(new CreateConnectionCommand(call));
    return `${catalogId ?? accountId}:${name}`;
  },
  async configure(_id, inputs, context, before) {
    if (before === undefined) return;
    const { name, catalogId } = inputs;
    const { glue } = context.clients;
    const call = { CatalogId: catalogId, Name: name, ConnectionInput: toConnection(inputs) };
    await glue.send(new UpdateConnectionCommand(call));
    await changeGlueTags(glue, glueArn(context, "connection", name), inputs.tags, before);
  },
  async read(id, context) {
    const { glue } = context.clients;
    const [CatalogId, name] = split(id);
    // The password is not hidden: the official provider reads it too, to see a change of it.
    const call = glue.send(new GetConnectionCommand({ CatalogId, Name: name, HidePassword: false }));
    const found = (await unlessMissing(call, GLUE_MISSING))?.Connection;
    if (found === undefined) return undefined;
    const arn = glueArn(context, "connection", name);
    const physical = found.PhysicalConnectionRequirements;
    return {
      name: found.Name,
      catalogId: CatalogId,
      connectionType: found.ConnectionType,
      connectionProperties: nonEmpty(found.ConnectionProperties),
      description: found.Description || undefined,
      matchCriterias: nonEmpty(found.MatchCriteria),
      physicalConnectionRequirements: physical && {
        availabilityZone: physical.AvailabilityZone,
        securityGroupIdLists: nonEmpty(physical.SecurityGroupIdList?.toSorted()),
        subnetId: physical.SubnetId,
      },
      tags: await readGlueTags(glue, arn),
      arn,
    };
  },
  async delete(id, _inputs, { clients }) {
    const [CatalogId, ConnectionName] = split(id);
    const call = clients.glue.send(new DeleteConnectionCommand({ CatalogId, ConnectionName }));
    await unlessMissing(call, GLUE_MISSING);
  },
});

function toConnection(inputs: v.InferOutput<typeof connectionInputs>) {
  const physical = inputs.physicalConnectionRequirements;
  return {
    Name: inputs.name,
    ConnectionType: inputs.connectionType,
    ConnectionProperties: inputs.connectionProperties ?? {},
    Description: inputs.description,
    MatchCriteria: inputs.matchCriterias,
    PhysicalConnectionRequirements: physical && {
      AvailabilityZone: physical.availabilityZone,
      SecurityGroupIdList: physical.securityGroupIdLists,
      SubnetId: physical.subnetId,
    },
  };
}

function split(id: string): readonly [string, string] {
  const [catalogId, name] = id.split(":");
  if (catalogId === undefined || name === undefined) {
    throw new Error(`a connection's id is CATALOG:NAME, not "${id}"`);
  }
  return [catalogId, name];
}

const kmsKeyArn = v.optional(text);

const securityConfiguration = defineType({
  token: "aws:glue/securityConfiguration:SecurityConfiguration",
  inputs: v.strictObject({
    name: text,
    encryptionConfiguration: v.strictObject({
      cloudwatchEncryption: v.strictObject({
        cloudwatchEncryptionMode: v.optional(
          v.enum(CloudWatchEncryptionMode),
          CloudWatchEncryptionMode.DISABLED,
        ),
        kmsKeyArn,
      }),
      jobBookmarksEncryption: v.strictObject({
        jobBookmarksEncryptionMode: v.optional(
          v.enum(JobBookmarksEncryptionMode),
          JobBookmarksEncryptionMode.DISABLED,
        ),
        kmsKeyArn,
      }),
      s3Encryption: v.strictObject({
        s3EncryptionMode: v.optional(v.enum(S3EncryptionMode), S3EncryptionMode.DISABLED),
        kmsKeyArn,
      }),
    }),
  }),
  replaceOn: ["name", "encryptionConfiguration"],
  computed: [],
  async create({ name, encryptionConfiguration: own }, { clients }) {
    const { cloudwatchEncryption: logs, jobBookmarksEncryption: bookmarks, s3Encryption: s3 } = own;
    const EncryptionConfiguration = {
      CloudWatchEncryption: {
        CloudWatchEncryptionMode: logs.cloudwatchEncryptionMode,
        KmsKeyArn: logs.kmsKeyArn,
      },
      JobBookmarksEncryption: {
        JobBookmarksEncryptionMode: bookmarks.jobBookmarksEncryptionMode,
        KmsKeyArn: bookmarks.kmsKeyArn,
      },
      S3Encryption: [{ S3EncryptionMode: s3.s3EncryptionMode, KmsKeyArn: s3.kmsKeyArn }],
    };
    await clients.glue.send(new CreateSecurityConfigurationCommand({ Name: name, EncryptionConfiguration }));
    return name;
  },
  async read(id, { clients }) {
    const call = clients.glue.send(new GetSecurityConfigurationCommand({ Name: id }));
    const found = (await unlessMissing(call, GLUE_MISSING))?.SecurityConfiguration;
    const own = found?.EncryptionConfiguration;
    const s3 = own?.S3Encryption?.[0];
    return (
      found && {
        name: found.Name,
        encryptionConfiguration: {
          cloudwatchEncryption: {
            cloudwatchEncryptionMode: own?.CloudWatchEncryption?.CloudWatchEncryptionMode,
            kmsKeyArn: own?.CloudWatchEncryption?.KmsKeyArn,
          },
          jobBookmarksEncryption: {
            jobBookmarksEncryptionMode: own?.JobBookmarksEncryption?.JobBookmarksEncryptionMode,
            kmsKeyArn: own?.JobBookmarksEncryption?.KmsKeyArn,
          },
          s3Encryption: { s3EncryptionMode: s3?.S3EncryptionMode, kmsKeyArn: s3?.KmsKeyArn },
        },
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    const call = clients.glue.send(new DeleteSecurityConfigurationCommand({ Name: id }));
    await unlessMissing(call, GLUE_MISSING);
  },
});

const encryptionSettings = defineType({
  token: "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings",
  inputs: v.strictObject({
    catalogId: v.optional(text),
    dataCatalogEncryptionSettings: v.strictObject({
      connectionPasswordEncryption: v.strictObject({
        awsKmsKeyId: v.optional(text),
        returnConnectionPasswordEncrypted: v.boolean(),
      }),
      encryptionAtRest: v.strictObject({
        catalogEncryptionMode: v.enum(CatalogEncryptionMode),
        catalogEncryptionServiceRole: v.optional(text),
        sseAwsKmsKeyId: v.optional(text),
      }),
    }),
  }),
  replaceOn: ["catalogId"],
  computed: [],
  create: ({ catalogId }, { accountId }) => Promise.resolve(catalogId ?? accountId),
  async configure(id, { dataCatalogEncryptionSettings: own }, { clients }) {
    const { connectionPasswordEncryption: passwords, encryptionAtRest: atRest } = own;
    const DataCatalogEncryptionSettings = {
      ConnectionPasswordEncryption: {
        AwsKmsKeyId: passwords.awsKmsKeyId,
        ReturnConnectionPasswordEncrypted: passwords.returnConnectionPasswordEncrypted,
      },
      EncryptionAtRest: {
        CatalogEncryptionMode: atRest.catalogEncryptionMode,
        CatalogEncryptionServiceRole: atRest.catalogEncryptionServiceRole,
        SseAwsKmsKeyId: atRest.sseAwsKmsKeyId,
      },
    };
    const call = { CatalogId: id, DataCatalogEncryptionSettings };
    await clients.glue.send(new PutDataCatalogEncryptionSettingsCommand(call));
  },
  async read(id, { clients }) {
    const call = clients.glue.send(new GetDataCatalogEncryptionSettingsCommand({ CatalogId: id }));
    const found = (await call).DataCatalogEncryptionSettings;
    const { ConnectionPasswordEncryption: passwords, EncryptionAtRest: atRest } = found ?? {};
    return {
      catalogId: id,
      dataCatalogEncryptionSettings: {
        connectionPasswordEncryption: {
          awsKmsKeyId: passwords?.AwsKmsKeyId,
          returnConnectionPasswordEncrypted: passwords?.ReturnConnectionPasswordEncrypted,
        },
        encryptionAtRest: {
          catalogEncryptionMode: atRest?.CatalogEncryptionMode,
          catalogEncryptionServiceRole: atRest?.CatalogEncryptionServiceRole,
          sseAwsKmsKeyId: atRest?.SseAwsKmsKeyId,
        },
      },
    };
  },
  /** Every catalog has settings: they go back to what a new one has. */
  async delete(id, _inputs, { clients }) {
    const DataCatalogEncryptionSettings = {
      ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: false },
      EncryptionAtRest: { CatalogEncryptionMode: CatalogEncryptionMode.DISABLED },
    };
    const call = { CatalogId: id, DataCatalogEncryptionSettings };
    await clients.glue.send(new PutDataCatalogEncryptionSettingsCommand(call));
  },
});

/** Types of Glue's connections and encryption. */
export const glueSettingTypes = [connection, securityConfiguration, encryptionSettings];
