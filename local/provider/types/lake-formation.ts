/** aws.lakeformation.Resource, DataLakeSettings, LfTag and DataCellsFilter; grants are in lake-formation-grants.ts. */
import {
  CreateDataCellsFilterCommand,
  CreateLFTagCommand,
  DeleteDataCellsFilterCommand,
  DeleteLFTagCommand,
  DeregisterResourceCommand,
  DescribeResourceCommand,
  GetDataCellsFilterCommand,
  GetDataLakeSettingsCommand,
  GetLFTagCommand,
  Permission,
  PutDataLakeSettingsCommand,
  RegisterResourceCommand,
  UpdateDataCellsFilterCommand,
  UpdateLFTagCommand,
  UpdateResourceCommand,
  type DataCellsFilter,
  type DataLakePrincipal,
  type DataLakeSettings,
  type PrincipalPermissions,
} from "@aws-sdk/client-lakeformation";
import * as v from "valibot";
import { defineType, type Context } from "../resource-type.ts";
import { isMap, type Properties } from "../values.ts";
import { text, textSet, unlessMissing } from "./common.ts";

/** What Lake Formation calls a thing that is not there. */
export const LAKE_MISSING = "EntityNotFoundException";

/** https://docs.aws.amazon.com/lake-formation/latest/dg/service-linked-roles.html */
const SERVICE_LINKED = "/AWSServiceRoleForLakeFormationDataAccess";

const location = defineType({
  token: "aws:lakeformation/resource:Resource",
  inputs: v.strictObject({
    arn: text,
    roleArn: v.optional(text),
    useServiceLinkedRole: v.optional(v.boolean()),
    hybridAccessEnabled: v.optional(v.boolean()),
    withFederation: v.optional(v.boolean()),
  }),
  replaceOn: ["arn", "useServiceLinkedRole"],
  computed: ["lastModified"],
  async create(inputs, { clients }) {
    await clients.lakeFormation.send(
      new RegisterResourceCommand({
        ResourceArn: inputs.arn,
        RoleArn: inputs.roleArn,
        UseServiceLinkedRole: inputs.useServiceLinkedRole,
        HybridAccessEnabled: inputs.hybridAccessEnabled,
        WithFederation: inputs.withFederation,
      }),
    );
    return inputs.arn;
  },
  async configure(id, inputs, { clients }, before) {
    if (before === undefined) return;
    await clients.lakeFormation.send(
      new UpdateResourceCommand({
        ResourceArn: id,
        RoleArn: inputs.roleArn,
        HybridAccessEnabled: inputs.hybridAccessEnabled ?? false,
        WithFederation: inputs.withFederation ?? false,
      }),
    );
  },
  async read(id, { clients }) {
    const call = clients.lakeFormation.send(new DescribeResourceCommand({ ResourceArn: id }));
    const found = (await unlessMissing(call, LAKE_MISSING))?.ResourceInfo;
    return (
      found && {
        arn: found.ResourceArn,
        ...(found.RoleArn?.endsWith(SERVICE_LINKED)
          ? { useServiceLinkedRole: true }
          : { roleArn: found.RoleArn }),
        hybridAccessEnabled: found.HybridAccessEnabled,
        withFederation: found.WithFederation,
        lastModified: found.LastModified?.toISOString(),
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    const call = clients.lakeFormation.send(new DeregisterResourceCommand({ ResourceArn: id }));
    await unlessMissing(call, LAKE_MISSING);
  },
});

const defaultPermissions = v.optional(
  v.array(
    v.strictObject({
      permissions: v.optional(v.array(v.enum(Permission))),
      principal: v.optional(text),
    }),
  ),
);

const settingsInputs = v.strictObject({
  catalogId: v.optional(text),
  admins: v.optional(textSet),
  readOnlyAdmins: v.optional(textSet),
  createDatabaseDefaultPermissions: defaultPermissions,
  createTableDefaultPermissions: defaultPermissions,
  parameters: v.optional(v.record(text, text)),
  trustedResourceOwners: v.optional(v.array(text)),
  allowExternalDataFiltering: v.optional(v.boolean()),
  allowFullTableExternalDataAccess: v.optional(v.boolean()),
  authorizedSessionTagValueLists: v.optional(v.array(text)),
  externalDataFilteringAllowLists: v.optional(textSet),
});

const settings = defineType({
  token: "aws:lakeformation/dataLakeSettings:DataLakeSettings",
  inputs: settingsInputs,
  replaceOn: ["catalogId"],
  computed: [],
  create: ({ catalogId }, { accountId }) => Promise.resolve(catalogId ?? accountId),
  async configure(id, inputs, { clients }) {
    const DataLakeSettings = toSettings(inputs);
    await clients.lakeFormation.send(new PutDataLakeSettingsCommand({ CatalogId: id, DataLakeSettings }));
  },
  async read(id, context, olds) {
    const found = await readSettings(context, id);
    const { parameters } = olds;
    if (!isMap(parameters)) return found;
    // AWS adds parameters of its own: https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_DataLakeSettings.html
    const own = Object.entries(found.parameters).filter(([name]) => name in parameters);
    return { ...found, parameters: Object.fromEntries(own) };
  },
  /** Every catalog has settings; what the official provider leaves is that nobody has anything. */
  async delete(id, _inputs, { clients }) {
    const DataLakeSettings = toSettings({});
    await clients.lakeFormation.send(new PutDataLakeSettingsCommand({ CatalogId: id, DataLakeSettings }));
  },
});

function toSettings(inputs: v.InferOutput<typeof settingsInputs>): DataLakeSettings {
  const toDefaults = (given: typeof inputs.createTableDefaultPermissions): PrincipalPermissions[] =>
    (given ?? []).map(({ permissions, principal }) => ({
      Permissions: permissions,
      Principal: { DataLakePrincipalIdentifier: principal },
    }));
  return {
    DataLakeAdmins: toPrincipals(inputs.admins),
    ReadOnlyAdmins: toPrincipals(inputs.readOnlyAdmins),
    CreateDatabaseDefaultPermissions: toDefaults(inputs.createDatabaseDefaultPermissions),
    CreateTableDefaultPermissions: toDefaults(inputs.createTableDefaultPermissions),
    Parameters: inputs.parameters,
    TrustedResourceOwners: inputs.trustedResourceOwners ?? [],
    AllowExternalDataFiltering: inputs.allowExternalDataFiltering,
    AllowFullTableExternalDataAccess: inputs.allowFullTableExternalDataAccess,
    AuthorizedSessionTagValueList: inputs.authorizedSessionTagValueLists,
    ExternalDataFilteringAllowList: toPrincipals(inputs.externalDataFilteringAllowLists),
  };
}

function toPrincipals(names: readonly string[] | undefined): DataLakePrincipal[] {
  return (names ?? []).map((name) => ({ DataLakePrincipalIdentifier: name }));
}

function fromPrincipals(list: readonly DataLakePrincipal[] | undefined): string[] {
  return (list ?? []).flatMap((principal) => principal.DataLakePrincipalIdentifier ?? []).toSorted();
}

/** The settings of a catalog, as both the resource and the function getDataLakeSettings show them. */
export async function readSettings({ clients }: Context, catalogId: string) {
  const call = new GetDataLakeSettingsCommand({ CatalogId: catalogId });
  const found = (await clients.lakeFormation.send(call)).DataLakeSettings ?? {};
  const fromDefaults = (list: readonly PrincipalPermissions[] | undefined): Properties[] =>
    (list ?? []).map(({ Permissions, Principal }) => ({
      permissions: Permissions ?? [],
      principal: Principal?.DataLakePrincipalIdentifier,
    }));
  return {
    catalogId,
    admins: fromPrincipals(found.DataLakeAdmins),
    readOnlyAdmins: fromPrincipals(found.ReadOnlyAdmins),
    createDatabaseDefaultPermissions: fromDefaults(found.CreateDatabaseDefaultPermissions),
    createTableDefaultPermissions: fromDefaults(found.CreateTableDefaultPermissions),
    parameters: found.Parameters ?? {},
    trustedResourceOwners: found.TrustedResourceOwners ?? [],
    allowExternalDataFiltering: found.AllowExternalDataFiltering ?? false,
    allowFullTableExternalDataAccess: found.AllowFullTableExternalDataAccess ?? false,
    authorizedSessionTagValueLists: found.AuthorizedSessionTagValueList ?? [],
    externalDataFilteringAllowLists: fromPrincipals(found.ExternalDataFilteringAllowList),
  };
}

const lfTag = defineType({
  token: "aws:lakeformation/lfTag:LfTag",
  inputs: v.strictObject({ key: text, values: textSet, catalogId: v.optional(text) }),
  replaceOn: ["key", "catalogId"],
  computed: [],
  async create({ key, values, catalogId }, { clients, accountId }) {
    const call = { CatalogId: catalogId, TagKey: key, TagValues: values };
    await clients.lakeFormation.send(new CreateLFTagCommand(call));
    return `${catalogId ?? accountId}:${key}`;
  },
  async configure(id, { values }, { clients }, before) {
    if (before === undefined) return;
    const added = values.filter((value) => !before.values.includes(value));
    const removed = before.values.filter((value) => !values.includes(value));
    await clients.lakeFormation.send(
      new UpdateLFTagCommand({
        ...tagOf(id),
        TagValuesToAdd: added.length === 0 ? undefined : added,
        TagValuesToDelete: removed.length === 0 ? undefined : removed,
      }),
    );
  },
  async read(id, { clients }) {
    const call = clients.lakeFormation.send(new GetLFTagCommand(tagOf(id)));
    const found = await unlessMissing(call, LAKE_MISSING);
    return found && { key: found.TagKey, values: found.TagValues?.toSorted(), catalogId: found.CatalogId };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.lakeFormation.send(new DeleteLFTagCommand(tagOf(id))), LAKE_MISSING);
  },
});

function tagOf(id: string): { CatalogId: string; TagKey: string } {
  const [CatalogId, ...key] = id.split(":");
  if (CatalogId === undefined || key.length === 0) {
    throw new Error(`an LF-Tag's id is CATALOG:KEY, not "${id}"`);
  }
  return { CatalogId, TagKey: key.join(":") };
}

const filterInputs = v.strictObject({
  tableData: v.strictObject({
    tableCatalogId: text,
    databaseName: text,
    tableName: text,
    name: text,
    columnNames: v.optional(textSet),
    columnWildcard: v.optional(v.strictObject({ excludedColumnNames: v.optional(textSet) })),
    rowFilter: v.strictObject({
      filterExpression: v.optional(text),
      allRowsWildcard: v.optional(v.strictObject({})),
    }),
  }),
});

const dataCellsFilter = defineType({
  token: "aws:lakeformation/dataCellsFilter:DataCellsFilter",
  inputs: filterInputs,
  replaceOn: [],
  computed: [],
  async create(inputs, { clients }) {
    const TableData = toFilter(inputs);
    await clients.lakeFormation.send(new CreateDataCellsFilterCommand({ TableData }));
    const { databaseName, name, tableCatalogId, tableName } = inputs.tableData;
    return [databaseName, name, tableCatalogId, tableName].join(",");
  },
  async configure(_id, inputs, { clients }, before) {
    if (before === undefined) return;
    await clients.lakeFormation.send(new UpdateDataCellsFilterCommand({ TableData: toFilter(inputs) }));
  },
  async read(id, { clients }) {
    const call = clients.lakeFormation.send(new GetDataCellsFilterCommand(filterOf(id)));
    const found = (await unlessMissing(call, LAKE_MISSING))?.DataCellsFilter;
    return found && { tableData: fromFilter(found) };
  },
  async delete(id, _inputs, { clients }) {
    const call = clients.lakeFormation.send(new DeleteDataCellsFilterCommand(filterOf(id)));
    await unlessMissing(call, LAKE_MISSING);
  },
});

function filterOf(id: string) {
  const [DatabaseName, Name, TableCatalogId, TableName] = id.split(",");
  if (TableName === undefined) throw new Error(`a filter's id is DATABASE,NAME,CATALOG,TABLE, not "${id}"`);
  return { DatabaseName, Name, TableCatalogId, TableName };
}

function toFilter({ tableData: own }: v.InferOutput<typeof filterInputs>): DataCellsFilter {
  return {
    TableCatalogId: own.tableCatalogId,
    DatabaseName: own.databaseName,
    TableName: own.tableName,
    Name: own.name,
    ColumnNames: own.columnNames,
    ColumnWildcard: own.columnWildcard && { ExcludedColumnNames: own.columnWildcard.excludedColumnNames },
    RowFilter: {
      FilterExpression: own.rowFilter.filterExpression,
      AllRowsWildcard: own.rowFilter.allRowsWildcard,
    },
  };
}

function fromFilter(found: DataCellsFilter): Properties {
  const wildcard = found.ColumnWildcard;
  return {
    tableCatalogId: found.TableCatalogId,
    databaseName: found.DatabaseName,
    tableName: found.TableName,
    name: found.Name,
    columnNames: found.ColumnNames?.toSorted(),
    columnWildcard: wildcard && { excludedColumnNames: wildcard.ExcludedColumnNames?.toSorted() },
    rowFilter: {
      filterExpression: found.RowFilter?.FilterExpression,
      allRowsWildcard: found.RowFilter?.AllRowsWildcard,
    },
  };
}

/** Types of Lake Formation's settings, locations, LF-Tags and filters. */
export const lakeFormationTypes = [location, settings, lfTag, dataCellsFilter];
