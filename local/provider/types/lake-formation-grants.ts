/** aws.lakeformation.Permissions and ResourceLfTags. */
import {
  AddLFTagsToResourceCommand,
  GetResourceLFTagsCommand,
  GrantPermissionsCommand,
  ListPermissionsCommand,
  Permission,
  RemoveLFTagsFromResourceCommand,
  ResourceType as LakeResourceType,
  RevokePermissionsCommand,
  type GetResourceLFTagsCommandOutput,
  type LFTagError,
  type LFTagPair,
  type LakeFormationClient,
  type PrincipalResourcePermissions,
  type Resource,
} from "@aws-sdk/client-lakeformation";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import type { Properties } from "../values.ts";
import { text, textSet, unlessMissing } from "./common.ts";
import { LAKE_MISSING } from "./lake-formation.ts";

const catalogId = v.optional(text);
const wildcard = v.optional(v.boolean(), false);
const permissionSet = v.pipe(
  v.array(v.enum(Permission)),
  v.transform((names) => names.toSorted()),
);

const database = v.optional(v.strictObject({ name: text, catalogId }));
const table = v.optional(v.strictObject({ databaseName: text, name: v.optional(text), wildcard, catalogId }));
const tableWithColumns = v.optional(
  v.strictObject({
    databaseName: text,
    name: text,
    columnNames: v.optional(textSet),
    excludedColumnNames: v.optional(textSet),
    wildcard,
    catalogId,
  }),
);
const tagExpression = v.strictObject({ key: text, values: textSet });

/** What a grant can be about. */
const targets = {
  catalogResource: v.optional(v.boolean(), false),
  database,
  table,
  tableWithColumns,
  dataLocation: v.optional(v.strictObject({ arn: text, catalogId })),
  lfTag: v.optional(v.strictObject({ key: text, values: textSet, catalogId })),
  lfTagPolicy: v.optional(
    v.strictObject({
      resourceType: v.picklist([LakeResourceType.DATABASE, LakeResourceType.TABLE]),
      expressions: v.array(tagExpression),
      catalogId,
    }),
  ),
  dataCellsFilter: v.optional(
    v.strictObject({ databaseName: text, name: text, tableCatalogId: text, tableName: text }),
  ),
};

type Target = v.InferOutput<v.StrictObjectSchema<typeof targets, undefined>>;

/** The target in the API's words. @throws unless there is exactly one */
function toResource(target: Target): Resource {
  const { catalogResource, dataLocation, lfTag, lfTagPolicy, dataCellsFilter: filter } = target;
  const found: Resource[] = [
    ...(catalogResource ? [{ Catalog: {} }] : []),
    ...toTables(target),
    ...(dataLocation
      ? [{ DataLocation: { CatalogId: dataLocation.catalogId, ResourceArn: dataLocation.arn } }]
      : []),
    ...(lfTag ? [{ LFTag: { CatalogId: lfTag.catalogId, TagKey: lfTag.key, TagValues: lfTag.values } }] : []),
    ...(lfTagPolicy ? [toTagPolicy(lfTagPolicy)] : []),
    ...(filter
      ? [
          {
            DataCellsFilter: {
              TableCatalogId: filter.tableCatalogId,
              DatabaseName: filter.databaseName,
              TableName: filter.tableName,
              Name: filter.name,
            },
          },
        ]
      : []),
  ];
  const [only, ...more] = found;
  if (only === undefined || more.length > 0) {
    throw new Error(`exactly one of ${Object.keys(targets).join(", ")} is needed, not ${found.length}`);
  }
  return only;
}

function toTagPolicy(policy: NonNullable<Target["lfTagPolicy"]>): Resource {
  const Expression = policy.expressions.map(({ key, values }) => ({ TagKey: key, TagValues: values }));
  return { LFTagPolicy: { CatalogId: policy.catalogId, ResourceType: policy.resourceType, Expression } };
}

function toTables(target: Pick<Target, "database" | "table" | "tableWithColumns">): Resource[] {
  const { database: db, table: whole, tableWithColumns: columns } = target;
  return [
    ...(db ? [{ Database: { CatalogId: db.catalogId, Name: db.name } }] : []),
    ...(whole
      ? [
          {
            Table: {
              CatalogId: whole.catalogId,
              DatabaseName: whole.databaseName,
              ...(whole.wildcard ? { TableWildcard: {} } : { Name: whole.name }),
            },
          },
        ]
      : []),
    ...(columns
      ? [
          {
            TableWithColumns: {
              CatalogId: columns.catalogId,
              DatabaseName: columns.databaseName,
              Name: columns.name,
              ...(columns.wildcard || columns.excludedColumnNames
                ? { ColumnWildcard: { ExcludedColumnNames: columns.excludedColumnNames } }
                : { ColumnNames: columns.columnNames }),
            },
          },
        ]
      : []),
  ];
}

const permissionInputs = v.strictObject({
  principal: text,
  permissions: permissionSet,
  permissionsWithGrantOptions: v.optional(permissionSet),
  catalogId,
  ...targets,
});

/** Grants have no name of their own: the id says whose grant on what it is. */
const grantId = v.strictObject({ principal: text, catalogId, ...targets });

const permissions = defineType({
  token: "aws:lakeformation/permissions:Permissions",
  inputs: permissionInputs,
  replaceOn: [
    "principal",
    "permissions",
    "permissionsWithGrantOptions",
    "catalogId",
    "catalogResource",
    "database",
    "table",
    "tableWithColumns",
    "dataLocation",
    "lfTag",
    "lfTagPolicy",
    "dataCellsFilter",
  ],
  computed: [],
  async create(inputs, { clients }) {
    await clients.lakeFormation.send(new GrantPermissionsCommand(toGrant(inputs)));
    const { permissions: _, permissionsWithGrantOptions: __, ...about } = inputs;
    return JSON.stringify(about);
  },
  async read(id, { clients }) {
    const about = v.parse(grantId, JSON.parse(id));
    const { principal, catalogId: CatalogId, ...target } = about;
    const resource = toResource(target);
    const call = listGrants(clients.lakeFormation, {
      CatalogId,
      Principal: { DataLakePrincipalIdentifier: principal },
      Resource: resource,
    });
    const found = (await unlessMissing(call, LAKE_MISSING))?.filter((entry) => isAbout(entry, resource));
    if (found === undefined || found.length === 0) return undefined;
    const grantable = found.flatMap(({ PermissionsWithGrantOption = [] }) => PermissionsWithGrantOption);
    return {
      ...about,
      permissions: found.flatMap(({ Permissions = [] }) => Permissions).toSorted(),
      permissionsWithGrantOptions: grantable.length === 0 ? undefined : grantable.toSorted(),
    };
  },
  async delete(_id, inputs, { clients }) {
    const call = clients.lakeFormation.send(new RevokePermissionsCommand(toGrant(inputs)));
    await unlessMissing(call, LAKE_MISSING).catch((error: unknown) => {
      // So AWS says that the grant is gone already.
      if (!(error instanceof Error && error.message.includes("No permissions revoked"))) throw error;
    });
  },
});

function toGrant(inputs: v.InferOutput<typeof permissionInputs>) {
  const {
    principal,
    permissions: names,
    permissionsWithGrantOptions,
    catalogId: CatalogId,
    ...target
  } = inputs;
  return {
    CatalogId,
    Principal: { DataLakePrincipalIdentifier: principal },
    Resource: toResource(target),
    Permissions: names,
    PermissionsWithGrantOption: permissionsWithGrantOptions,
  };
}

async function listGrants(
  client: LakeFormationClient,
  query: ConstructorParameters<typeof ListPermissionsCommand>[0],
): Promise<PrincipalResourcePermissions[]> {
  const found: PrincipalResourcePermissions[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListPermissionsCommand({ ...query, NextToken }));
    found.push(...(page.PrincipalResourcePermissions ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

/** A table's grants come with those on its columns; SELECT on it is one on all its columns. */
function isAbout({ Resource: about }: PrincipalResourcePermissions, wanted: Resource): boolean {
  const columns = about?.TableWithColumns;
  if (wanted.Table === undefined || columns === undefined) return true;
  const excluded = columns.ColumnWildcard?.ExcludedColumnNames ?? [];
  return columns.ColumnWildcard !== undefined && excluded.length === 0;
}

const taggedTargets = { database, table, tableWithColumns };
const tagInputs = v.strictObject({
  catalogId,
  ...taggedTargets,
  lfTags: v.pipe(
    v.array(v.strictObject({ key: text, value: text })),
    v.transform((list) => list.toSorted((left, right) => (left.key < right.key ? -1 : 1))),
  ),
});
const taggedId = v.strictObject({ catalogId, ...taggedTargets });

const resourceLfTags = defineType({
  token: "aws:lakeformation/resourceLfTags:ResourceLfTags",
  inputs: tagInputs,
  replaceOn: ["catalogId", "database", "table", "tableWithColumns", "lfTags"],
  computed: [],
  async create(inputs, { clients }) {
    const { lfTags, ...about } = inputs;
    const { Failures } = await clients.lakeFormation.send(
      new AddLFTagsToResourceCommand({ ...toTagged(about), LFTags: toPairs(lfTags) }),
    );
    refuseFailures(Failures);
    return JSON.stringify(about);
  },
  async read(id, { clients }) {
    const about = v.parse(taggedId, JSON.parse(id));
    const call = clients.lakeFormation.send(
      new GetResourceLFTagsCommand({ ...toTagged(about), ShowAssignedLFTags: true }),
    );
    const found = await unlessMissing(call, LAKE_MISSING);
    const lfTags = found && fromTagged(found, about);
    return lfTags === undefined || lfTags.length === 0 ? undefined : { ...about, lfTags };
  },
  async delete(_id, { lfTags, ...about }, { clients }) {
    const call = clients.lakeFormation.send(
      new RemoveLFTagsFromResourceCommand({ ...toTagged(about), LFTags: toPairs(lfTags) }),
    );
    const Failures = (await unlessMissing(call, LAKE_MISSING))?.Failures;
    refuseFailures(Failures?.filter(({ Error: fault }) => fault?.ErrorCode !== LAKE_MISSING));
  },
});

function toTagged(about: v.InferOutput<typeof taggedId>) {
  const { catalogId: CatalogId, ...target } = about;
  return { CatalogId, Resource: toResource({ ...target, catalogResource: false }) };
}

function toPairs(lfTags: readonly { readonly key: string; readonly value: string }[]): LFTagPair[] {
  return lfTags.map(({ key, value }) => ({ TagKey: key, TagValues: [value] }));
}

function fromTagged(found: GetResourceLFTagsCommandOutput, about: v.InferOutput<typeof taggedId>) {
  const ofColumn = found.LFTagsOnColumns?.[0]?.LFTags;
  const own = about.database ? found.LFTagOnDatabase : about.table ? found.LFTagsOnTable : ofColumn;
  const pairs: Properties[] = (own ?? []).map(({ TagKey, TagValues }) => ({
    key: TagKey,
    value: TagValues?.[0],
  }));
  return pairs.toSorted((left, right) => (String(left["key"]) < String(right["key"]) ? -1 : 1));
}

function refuseFailures(failures: readonly LFTagError[] | undefined): void {
  const [first] = failures ?? [];
  if (first === undefined) return;
  const { LFTag, Error: fault } = first;
  throw new Error(`the LF-Tag ${LFTag?.TagKey ?? ""} could not be changed: ${fault?.ErrorMessage ?? ""}`);
}

/** Types of Lake Formation's grants. */
export const lakeFormationGrantTypes = [permissions, resourceLfTags];
