/** aws.glue.CatalogDatabase and aws.glue.CatalogTable. */
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteDatabaseCommand,
  DeleteTableCommand,
  GetDatabaseCommand,
  GetTableCommand,
  Permission,
  UpdateDatabaseCommand,
  UpdateTableCommand,
  type Column,
  type DatabaseInput,
  type StorageDescriptor,
  type TableInput,
} from "@aws-sdk/client-glue";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import type { Properties } from "../values.ts";
import { nonEmpty, tags, text, unlessMissing } from "./common.ts";
import { changeGlueTags, glueArn, readGlueTags } from "./glue-common.ts";

const MISSING = "EntityNotFoundException";

const databaseInputs = v.strictObject({
  name: text,
  catalogId: v.optional(text),
  description: v.optional(text),
  locationUri: v.optional(text),
  tags,
  createTableDefaultPermissions: v.optional(
    v.array(
      v.strictObject({
        permissions: v.optional(v.array(v.enum(Permission))),
        principal: v.optional(v.strictObject({ dataLakePrincipalIdentifier: v.optional(text) })),
      }),
    ),
  ),
});

const database = defineType({
  token: "aws:glue/catalogDatabase:CatalogDatabase",
  inputs: databaseInputs,
  replaceOn: ["name", "catalogId"],
  computed: ["arn", "tagsAll"],
  async create(inputs, { clients, accountId }) {
    const { name, catalogId, tags: Tags } = inputs;
    const DatabaseInput = toDatabase(inputs);
    await clients.glue.send(new CreateDatabaseCommand({ CatalogId: catalogId, DatabaseInput, Tags }));
    return `${catalogId ?? accountId}:${name}`;
  },
  async configure(_id, inputs, context, before) {
    const { clients } = context;
    const { name, catalogId } = inputs;
    // The emulator makes a database without its tags.
    await changeGlueTags(clients.glue, glueArn(context, "database", name), inputs.tags, before ?? {});
    if (before === undefined) return;
    const DatabaseInput = toDatabase(inputs);
    await clients.glue.send(new UpdateDatabaseCommand({ CatalogId: catalogId, Name: name, DatabaseInput }));
  },
  async read(id, context) {
    const { clients } = context;
    const [catalogId, name] = split(id, 2);
    const call = clients.glue.send(new GetDatabaseCommand({ CatalogId: catalogId, Name: name }));
    const found = (await unlessMissing(call, MISSING))?.Database;
    const arn = glueArn(context, "database", String(name));
    return (
      found && {
        name: found.Name,
        catalogId,
        description: found.Description,
        locationUri: found.LocationUri,
        createTableDefaultPermissions: found.CreateTableDefaultPermissions?.map(
          ({ Permissions, Principal }) => ({
            permissions: Permissions,
            principal: Principal && { dataLakePrincipalIdentifier: Principal.DataLakePrincipalIdentifier },
          }),
        ),
        tags: await readGlueTags(clients.glue, arn),
        arn,
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    const [catalogId, name] = split(id, 2);
    await unlessMissing(
      clients.glue.send(new DeleteDatabaseCommand({ CatalogId: catalogId, Name: name })),
      MISSING,
    );
  },
});

function toDatabase(inputs: v.InferOutput<typeof databaseInputs>): DatabaseInput {
  const defaults = inputs.createTableDefaultPermissions;
  return {
    Name: inputs.name,
    Description: inputs.description,
    LocationUri: inputs.locationUri,
    // As with the official provider, an empty list is none given: the data lake's settings say what tables get.
    ...(defaults !== undefined &&
      defaults.length > 0 && {
        CreateTableDefaultPermissions: defaults.map(({ permissions, principal }) => ({
          Permissions: permissions,
          Principal: principal && { DataLakePrincipalIdentifier: principal.dataLakePrincipalIdentifier },
        })),
      }),
  };
}

const column = v.strictObject({ name: text, type: text, comment: v.optional(text) });

const tableInputs = v.strictObject({
  name: text,
  databaseName: text,
  catalogId: v.optional(text),
  description: v.optional(text),
  tableType: v.optional(text),
  parameters: v.optional(v.record(text, text)),
  partitionKeys: v.optional(v.array(column)),
  storageDescriptor: v.optional(
    v.strictObject({
      columns: v.array(column),
      location: text,
      inputFormat: text,
      outputFormat: text,
      serDeInfo: v.strictObject({
        name: v.optional(text),
        serializationLibrary: text,
        parameters: v.optional(v.record(text, text)),
      }),
    }),
  ),
});

type TableInputs = v.InferOutput<typeof tableInputs>;

const table = defineType({
  token: "aws:glue/catalogTable:CatalogTable",
  inputs: tableInputs,
  replaceOn: ["name", "databaseName", "catalogId"],
  computed: ["arn"],
  async create(inputs, { clients, accountId }) {
    const { catalogId, databaseName } = inputs;
    const call = { CatalogId: catalogId, DatabaseName: databaseName, TableInput: toTable(inputs) };
    await clients.glue.send(new CreateTableCommand(call));
    return `${catalogId ?? accountId}:${databaseName}:${inputs.name}`;
  },
  async configure(_id, inputs, { clients }, before) {
    if (before === undefined) return;
    const { catalogId, databaseName } = inputs;
    const call = { CatalogId: catalogId, DatabaseName: databaseName, TableInput: toTable(inputs) };
    await clients.glue.send(new UpdateTableCommand(call));
  },
  async read(id, { clients, region, partition }) {
    const [catalogId, databaseName, name] = split(id, 3);
    const call = clients.glue.send(
      new GetTableCommand({ CatalogId: catalogId, DatabaseName: databaseName, Name: name }),
    );
    const found = (await unlessMissing(call, MISSING))?.Table;
    return (
      found && {
        name: found.Name,
        databaseName,
        catalogId,
        description: found.Description,
        tableType: found.TableType,
        parameters: nonEmpty(found.Parameters),
        partitionKeys: found.PartitionKeys?.map(fromColumn),
        storageDescriptor: found.StorageDescriptor && fromStorage(found.StorageDescriptor),
        arn: `arn:${partition}:glue:${region}:${String(catalogId)}:table/${String(databaseName)}/${String(name)}`,
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    const [CatalogId, DatabaseName, Name] = split(id, 3);
    await unlessMissing(
      clients.glue.send(new DeleteTableCommand({ CatalogId, DatabaseName, Name })),
      MISSING,
    );
  },
});

function toTable(inputs: TableInputs): TableInput {
  const storage = inputs.storageDescriptor;
  return {
    Name: inputs.name,
    Description: inputs.description,
    TableType: inputs.tableType,
    Parameters: inputs.parameters,
    PartitionKeys: inputs.partitionKeys?.map(toColumn),
    StorageDescriptor: storage && {
      Columns: storage.columns.map(toColumn),
      Location: storage.location,
      InputFormat: storage.inputFormat,
      OutputFormat: storage.outputFormat,
      SerdeInfo: {
        Name: storage.serDeInfo.name,
        SerializationLibrary: storage.serDeInfo.serializationLibrary,
        Parameters: storage.serDeInfo.parameters,
      },
    },
  };
}

function fromStorage(storage: StorageDescriptor): Properties {
  return {
    columns: (storage.Columns ?? []).map(fromColumn),
    location: storage.Location,
    inputFormat: storage.InputFormat,
    outputFormat: storage.OutputFormat,
    serDeInfo: {
      name: storage.SerdeInfo?.Name,
      serializationLibrary: storage.SerdeInfo?.SerializationLibrary,
      parameters: nonEmpty(storage.SerdeInfo?.Parameters),
    },
  };
}

function toColumn({ name, type, comment }: v.InferOutput<typeof column>): Column {
  return { Name: name, Type: type, Comment: comment };
}

function fromColumn({ Name, Type, Comment }: Column): Properties {
  return { name: Name, type: Type, comment: Comment };
}

function split(id: string, parts: number): (string | undefined)[] {
  const found = id.split(":");
  if (found.length !== parts)
    throw new Error(`an id with ${parts} parts between colons is needed, not "${id}"`);
  return found;
}

/** Types of the Glue Data Catalog. */
export const glueTypes = [database, table];
