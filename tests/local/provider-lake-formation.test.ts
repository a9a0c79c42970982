/** The provider's Lake Formation: made, read back, changed and removed by the real engine. */
import assert from "node:assert/strict";
import {
  DescribeResourceCommand,
  GetDataCellsFilterCommand,
  GetDataLakeSettingsCommand,
  PutDataLakeSettingsCommand,
  GetLFTagCommand,
  GetResourceLFTagsCommand,
  ListPermissionsCommand,
  type DataLakeSettings,
} from "@aws-sdk/client-lakeformation";
import { deployedProgram } from "./provider-programs.ts";

const ACCOUNT = "000000000000";
const ANALYST = `arn:aws:iam::${ACCOUNT}:role/lake-analyst`;
const LOCATION = "arn:aws:s3:::provider-lake";

function source(stage: "first" | "second"): string {
  const isFirst = stage === "first";
  return `
import * as aws from "@pulumi/aws";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lakeformation.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const [admin, analyst, access] = ["admin", "analyst", "access"].map((who) =>
  new aws.iam.Role(who, { name: \`lake-\${who}\`, assumeRolePolicy: trust }));
const settings = new aws.lakeformation.DataLakeSettings("settings", {
  admins: [admin.arn],
  readOnlyAdmins: ${isFirst ? "[analyst.arn]" : "[]"},
  createDatabaseDefaultPermissions: [],
  createTableDefaultPermissions: [],
  parameters: { CROSS_ACCOUNT_VERSION: "4" },
  trustedResourceOwners: ["${ACCOUNT}"],
  allowExternalDataFiltering: ${isFirst},
  externalDataFilteringAllowLists: ["${ACCOUNT}"],
  authorizedSessionTagValueLists: ["tool"],
});
const after = { dependsOn: [settings] };
const location = new aws.lakeformation.Resource("location", {
  arn: "${LOCATION}",
  roleArn: access.arn,
  hybridAccessEnabled: ${isFirst},
}, after);
new aws.lakeformation.Resource("other", { arn: "${LOCATION}-other", useServiceLinkedRole: true }, after);
const database = new aws.glue.CatalogDatabase("d", { name: "provider_lake" }, after);
const table = new aws.glue.CatalogTable("t", {
  name: "orders",
  databaseName: database.name,
  storageDescriptor: {
    columns: ["id", "total", "email"].map((name) => ({ name, type: "string" })),
    location: "s3://provider-lake/orders/",
    inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    serDeInfo: { serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
  },
});
const tag = new aws.lakeformation.LfTag("tag", {
  key: "zone",
  values: ${isFirst ? '["raw", "clean"]' : '["raw", "clean", "open"]'},
});
const ofTable = { databaseName: database.name, name: table.name };
new aws.lakeformation.ResourceLfTags("td", {
  database: { name: database.name },
  lfTags: [{ key: tag.key, value: "raw" }],
});
new aws.lakeformation.ResourceLfTags("tt", { table: ofTable, lfTags: [{ key: tag.key, value: "clean" }] });
const columns = new aws.lakeformation.ResourceLfTags("tc", {
  tableWithColumns: { ...ofTable, columnNames: ["email"] },
  lfTags: [{ key: tag.key, value: "${isFirst ? "raw" : "clean"}" }],
});
const filter = new aws.lakeformation.DataCellsFilter("f", {
  tableData: {
    tableCatalogId: "${ACCOUNT}",
    databaseName: database.name,
    tableName: table.name,
    name: "cheap",
    columnNames: ["id", "total"],
    rowFilter: { filterExpression: "total < ${isFirst ? 10 : 20}" },
  },
});
new aws.lakeformation.DataCellsFilter("fa", {
  tableData: {
    tableCatalogId: "${ACCOUNT}",
    databaseName: database.name,
    tableName: table.name,
    name: "anonymous",
    columnWildcard: { excludedColumnNames: ["email"] },
    rowFilter: { allRowsWildcard: {} },
  },
});

const grant = (name, permissions, on, more = {}) =>
  new aws.lakeformation.Permissions(name, { principal: analyst.arn, permissions, ...on, ...more });
grant("pc", ["CREATE_DATABASE"], { catalogResource: true });
grant("pd", ["DESCRIBE", "CREATE_TABLE"], { database: { name: database.name } }, {
  permissionsWithGrantOptions: ["DESCRIBE"],
});
grant("pt", ${isFirst ? '["SELECT", "DESCRIBE"]' : '["SELECT", "DESCRIBE", "INSERT"]'}, { table: ofTable });
grant("pa", ["DESCRIBE"], { table: { databaseName: database.name, wildcard: true } });
grant("pw", ["SELECT"], { tableWithColumns: { ...ofTable, columnNames: ["id"] } });
grant("px", ["SELECT"], { tableWithColumns: { ...ofTable, wildcard: true, excludedColumnNames: ["email"] } });
grant("pl", ["DATA_LOCATION_ACCESS"], { dataLocation: { arn: location.arn } });
grant("pg", ["ASSOCIATE", "DESCRIBE"], { lfTag: { key: tag.key, values: ["raw"] } });
grant("pp", ["SELECT"], {
  lfTagPolicy: { resourceType: "TABLE", expressions: [{ key: tag.key, values: ["clean"] }] },
});
grant("pf", ["SELECT"], {
  dataCellsFilter: {
    tableCatalogId: "${ACCOUNT}",
    databaseName: database.name,
    tableName: table.name,
    name: filter.tableData.apply((data) => data.name),
  },
});

export const admins = aws.lakeformation.getDataLakeSettingsOutput({}, { dependsOn: [settings] }).admins;
`;
}

describe("the provider's Lake Formation", function () {
  this.timeout(240_000);
  const program = deployedProgram(source("first"));

  const lake = () => program.aws.clients.lakeFormation;

  let kept: DataLakeSettings | undefined;

  before(async () => {
    kept = (await lake().send(new GetDataLakeSettingsCommand({}))).DataLakeSettings;
    await program.up();
  });

  // The account has one set of them, and other tests' lake has it.
  after(async () => {
    await lake().send(new PutDataLakeSettingsCommand({ DataLakeSettings: kept }));
  });

  /** The analyst's permissions by what they are on. */
  const grants = async (): Promise<Readonly<Record<string, readonly string[]>>> => {
    const Principal = { DataLakePrincipalIdentifier: ANALYST };
    const { PrincipalResourcePermissions = [] } = await lake().send(
      new ListPermissionsCommand({ Principal }),
    );
    const entries = PrincipalResourcePermissions.map(({ Resource, Permissions = [] }) => {
      const [kind, own] = Object.entries(Resource ?? {})[0] ?? [];
      const columns = Resource?.TableWithColumns;
      const which = columns?.ColumnNames ?? columns?.ColumnWildcard?.ExcludedColumnNames;
      const isWild = own !== undefined && "TableWildcard" in own;
      return [`${String(kind)}${which ? ` ${which.join()}` : ""}${isWild ? " *" : ""}`, Permissions] as const;
    });
    return Object.fromEntries(entries);
  };

  const see = async (stage: "first" | "second"): Promise<void> => {
    const isFirst = stage === "first";
    const { DataLakeSettings } = await lake().send(new GetDataLakeSettingsCommand({}));
    assert.equal(DataLakeSettings?.AllowExternalDataFiltering, isFirst);
    assert.equal(DataLakeSettings.ReadOnlyAdmins?.length, isFirst ? 1 : 0);
    assert.deepEqual(DataLakeSettings.CreateTableDefaultPermissions, []);
    const { ResourceInfo } = await lake().send(new DescribeResourceCommand({ ResourceArn: LOCATION }));
    assert.equal(ResourceInfo?.HybridAccessEnabled, isFirst);
    const { TagValues } = await lake().send(new GetLFTagCommand({ TagKey: "zone" }));
    assert.deepEqual(TagValues?.toSorted(), isFirst ? ["clean", "raw"] : ["clean", "open", "raw"]);
    const tags = await lake().send(
      new GetResourceLFTagsCommand({
        Resource: { Table: { DatabaseName: "provider_lake", Name: "orders" } },
        ShowAssignedLFTags: true,
      }),
    );
    assert.deepEqual(tags.LFTagsOnTable?.[0]?.TagValues, ["clean"]);
    assert.deepEqual(tags.LFTagsOnColumns?.[0]?.LFTags?.[0]?.TagValues, [isFirst ? "raw" : "clean"]);
    const { DataCellsFilter } = await lake().send(
      new GetDataCellsFilterCommand({
        TableCatalogId: ACCOUNT,
        DatabaseName: "provider_lake",
        TableName: "orders",
        Name: "cheap",
      }),
    );
    assert.equal(DataCellsFilter?.RowFilter?.FilterExpression, `total < ${isFirst ? 10 : 20}`);
    assert.deepEqual(await grants(), {
      Catalog: ["CREATE_DATABASE"],
      Database: ["CREATE_TABLE", "DESCRIBE"],
      Table: isFirst ? ["DESCRIBE"] : ["DESCRIBE", "INSERT"],
      "Table *": ["DESCRIBE"],
      TableWithColumns: ["SELECT"],
      "TableWithColumns id": ["SELECT"],
      "TableWithColumns email": ["SELECT"],
      DataLocation: ["DATA_LOCATION_ACCESS"],
      LFTag: ["ASSOCIATE", "DESCRIBE"],
      LFTagPolicy: ["SELECT"],
      DataCellsFilter: ["SELECT"],
    });
  };

  it("is as the program says", async () => {
    assert.deepEqual((await program.outputs())["admins"], [`arn:aws:iam::${ACCOUNT}:role/lake-admin`]);
    await see("first");
  });

  it("is found by an import as the program says", async () => {
    // AWS adds parameters of its own.
    assert.deepEqual(await program.unlikeImport(), ["settings.parameters"]);
  });

  it("changes with the program", async () => {
    await program.change(source("second"));

    await see("second");
  });

  it("is gone after a destroy", async () => {
    await program.run("destroy", "--yes");

    assert.deepEqual(await grants(), {});
    const gone = { name: "EntityNotFoundException" };
    await assert.rejects(lake().send(new DescribeResourceCommand({ ResourceArn: LOCATION })), gone);
    await assert.rejects(lake().send(new GetLFTagCommand({ TagKey: "zone" })), gone);
    const { DataLakeSettings } = await lake().send(new GetDataLakeSettingsCommand({}));
    assert.deepEqual(DataLakeSettings?.DataLakeAdmins, []);
  });
});
