/** Lake Formation, which the emulator has from a patch only: what it keeps, and what it refuses. */
import assert from "node:assert/strict";
import { CreateDatabaseCommand, CreateTableCommand, DeleteTableCommand } from "@aws-sdk/client-glue";
import {
  AddLFTagsToResourceCommand,
  BatchGrantPermissionsCommand,
  CreateDataCellsFilterCommand,
  CreateLFTagCommand,
  DeleteLFTagCommand,
  DeregisterResourceCommand,
  GetDataLakeSettingsCommand,
  GetLFTagCommand,
  GetResourceLFTagsCommand,
  GrantPermissionsCommand,
  ListPermissionsCommand,
  ListResourcesCommand,
  PutDataLakeSettingsCommand,
  RegisterResourceCommand,
  RevokePermissionsCommand,
  UpdateLFTagCommand,
  type Permission,
  type Resource,
} from "@aws-sdk/client-lakeformation";
import { LOCAL_ACCOUNT } from "../../local/emulator/emulator.ts";
import type { Clients } from "../../local/provider/clients.ts";
import { uniqueName } from "./deliveries.ts";
import { inFolder, makeUser, type OwnEmulator } from "./own-emulator.ts";

const EVERYBODY = "IAM_ALLOWED_PRINCIPALS";
const OTHER_ACCOUNT = "111122223333";
const MISSING = { name: "EntityNotFoundException" };
const INVALID = { name: "InvalidInputException" };

async function makeDatabase({ glue }: Clients): Promise<string> {
  const name = uniqueName("db").replaceAll("-", "_");
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: name } }));
  return name;
}

async function makeTable(clients: Clients): Promise<{ DatabaseName: string; Name: string }> {
  const DatabaseName = await makeDatabase(clients);
  const Columns = ["id", "email"].map((Name) => ({ Name, Type: "string" }));
  const TableInput = { Name: "orders", StorageDescriptor: { Columns } };
  await clients.glue.send(new CreateTableCommand({ DatabaseName, TableInput }));
  return { DatabaseName, Name: "orders" };
}

function grant(Resource: Resource, Permissions: Permission[], principal = OTHER_ACCOUNT) {
  return { Principal: { DataLakePrincipalIdentifier: principal }, Resource, Permissions };
}

async function grantsOn({ lakeFormation }: Clients, about: Resource): Promise<string[]> {
  const { PrincipalResourcePermissions = [] } = await lakeFormation.send(
    new ListPermissionsCommand({ Resource: about }),
  );
  return PrincipalResourcePermissions.map(
    ({ Principal, Permissions }) =>
      `${Principal?.DataLakePrincipalIdentifier ?? ""} ${Permissions?.join(" ") ?? ""}`,
  );
}

const NOTHING = { CreateDatabaseDefaultPermissions: [], CreateTableDefaultPermissions: [] };

describe("the emulator's Lake Formation", function () {
  this.timeout(60_000);
  const folder = inFolder();
  let own: OwnEmulator;
  let root: Clients;

  beforeEach(async () => {
    own = await folder.open();
    root = own.root;
  });

  it("lets everybody at new databases and tables, until its settings say otherwise", async () => {
    const open = await makeTable(root);
    await root.lakeFormation.send(new PutDataLakeSettingsCommand({ DataLakeSettings: NOTHING }));
    const closed = await makeTable(root);

    assert.deepEqual(await grantsOn(root, { Database: { Name: open.DatabaseName } }), [`${EVERYBODY} ALL`]);
    assert.deepEqual(await grantsOn(root, { Table: open }), [`${EVERYBODY} ALL`]);
    assert.deepEqual(await grantsOn(root, { Database: { Name: closed.DatabaseName } }), []);
    assert.deepEqual(await grantsOn(root, { Table: closed }), []);
  });

  it("replaces its settings as a whole", async () => {
    const DataLakeAdmins = [{ DataLakePrincipalIdentifier: OTHER_ACCOUNT }];
    await root.lakeFormation.send(new PutDataLakeSettingsCommand({ DataLakeSettings: { DataLakeAdmins } }));
    await root.lakeFormation.send(new PutDataLakeSettingsCommand({ DataLakeSettings: {} }));

    const { DataLakeSettings } = await root.lakeFormation.send(new GetDataLakeSettingsCommand({}));

    assert.deepEqual(DataLakeSettings?.DataLakeAdmins, []);
    assert.deepEqual(DataLakeSettings.CreateTableDefaultPermissions, []);
  });

  it("shows SELECT on a table as one on all its columns, and takes only what was granted", async () => {
    const Table = await makeTable(root);
    await root.lakeFormation.send(new RevokePermissionsCommand(grant({ Table }, ["ALL"], EVERYBODY)));
    await root.lakeFormation.send(new GrantPermissionsCommand(grant({ Table }, ["SELECT", "DESCRIBE"])));

    const { PrincipalResourcePermissions = [] } = await root.lakeFormation.send(
      new ListPermissionsCommand({ Resource: { Table } }),
    );
    const shown = PrincipalResourcePermissions.map(
      ({ Resource = {}, Permissions }) => `${Object.keys(Resource).join()} ${Permissions?.join() ?? ""}`,
    );
    await root.lakeFormation.send(new RevokePermissionsCommand(grant({ Table }, ["SELECT"])));

    assert.deepEqual(shown, ["Table DESCRIBE", "TableWithColumns SELECT"]);
    assert.deepEqual(await grantsOn(root, { Table }), [`${OTHER_ACCOUNT} DESCRIBE`]);
    await assert.rejects(
      root.lakeFormation.send(new RevokePermissionsCommand(grant({ Table }, ["SELECT"]))),
      { ...INVALID, message: /No permissions revoked/ },
    );
  });

  it("refuses grants on what is not there, of what cannot be, and to nobody", async () => {
    const Table = await makeTable(root);
    const refused = (call: ReturnType<typeof grant>, error: object): Promise<void> =>
      assert.rejects(root.lakeFormation.send(new GrantPermissionsCommand(call)), error);

    await refused(grant({ Database: { Name: "nowhere" } }, ["DESCRIBE"]), MISSING);
    await refused(grant({ Table: { ...Table, Name: "nothing" } }, ["SELECT"]), MISSING);
    await refused(grant({ TableWithColumns: { ...Table, ColumnNames: ["none"] } }, ["SELECT"]), MISSING);
    await refused(
      grant({ DataLocation: { ResourceArn: "arn:aws:s3:::x" } }, ["DATA_LOCATION_ACCESS"]),
      MISSING,
    );
    await refused(grant({ LFTag: { TagKey: "none", TagValues: ["a"] } }, ["DESCRIBE"]), MISSING);
    await refused(grant({ Database: { Name: Table.DatabaseName } }, ["SELECT"]), INVALID);
    await refused(grant({ TableWithColumns: { ...Table, ColumnNames: ["id"] } }, ["INSERT"]), INVALID);
    await refused(grant({ Table, Catalog: {} }, ["DESCRIBE"]), INVALID);
    await refused(grant({ Table }, []), INVALID);
    const nobody = `arn:aws:iam::${LOCAL_ACCOUNT}:role/nobody`;
    await refused(grant({ Table }, ["SELECT"], nobody), { ...INVALID, message: /Invalid principal/ });
    const PermissionsWithGrantOption: Permission[] = ["ALTER"];
    await refused({ ...grant({ Table }, ["SELECT"]), ...{ PermissionsWithGrantOption } }, INVALID);
  });

  it("grants in a batch what it can, and says what it could not", async () => {
    const Table = await makeTable(root);
    const { Failures } = await root.lakeFormation.send(
      new BatchGrantPermissionsCommand({
        Entries: [
          { Id: "good", ...grant({ Table }, ["DESCRIBE"]) },
          { Id: "bad", ...grant({ Table: { ...Table, Name: "nothing" } }, ["DESCRIBE"]) },
        ],
      }),
    );

    assert.deepEqual(
      Failures?.map(({ RequestEntry, Error: fault }) => [RequestEntry?.Id, fault?.ErrorCode]),
      [["bad", "EntityNotFoundException"]],
    );
    assert((await grantsOn(root, { Table })).includes(`${OTHER_ACCOUNT} DESCRIBE`));
  });

  it("forgets the grants on a table that is deleted", async () => {
    const Table = await makeTable(root);
    await root.lakeFormation.send(new GrantPermissionsCommand(grant({ Table }, ["SELECT"])));

    await root.glue.send(new DeleteTableCommand(Table));

    const { PrincipalResourcePermissions } = await root.lakeFormation.send(
      new ListPermissionsCommand({ ResourceType: "TABLE" }),
    );
    assert.deepEqual(PrincipalResourcePermissions, []);
  });

  it("registers a location once, with a role that exists or its own", async () => {
    const ResourceArn = "arn:aws:s3:::lake";
    const register = (more: object): Promise<unknown> =>
      root.lakeFormation.send(new RegisterResourceCommand({ ResourceArn, ...more }));
    const nobody = `arn:aws:iam::${LOCAL_ACCOUNT}:role/nobody`;

    await assert.rejects(register({}), INVALID);
    await assert.rejects(register({ RoleArn: nobody }), INVALID);
    await register({ UseServiceLinkedRole: true });
    await assert.rejects(register({ UseServiceLinkedRole: true }), { name: "AlreadyExistsException" });
    const beneath = { DataLocation: { ResourceArn: `${ResourceArn}/raw` } };
    await root.lakeFormation.send(new GrantPermissionsCommand(grant(beneath, ["DATA_LOCATION_ACCESS"])));
    await root.lakeFormation.send(new DeregisterResourceCommand({ ResourceArn }));
    await assert.rejects(root.lakeFormation.send(new DeregisterResourceCommand({ ResourceArn })), MISSING);
  });

  it("hands LF-Tags down from database to table to column, and refuses values that a tag does not have", async () => {
    const Table = await makeTable(root);
    const { lakeFormation } = root;
    await lakeFormation.send(new CreateLFTagCommand({ TagKey: "zone", TagValues: ["raw", "clean"] }));
    const tag = (about: Resource, value: string) => {
      const LFTags = [{ TagKey: "zone", TagValues: [value] }];
      return lakeFormation.send(new AddLFTagsToResourceCommand({ Resource: about, LFTags }));
    };
    await tag({ Database: { Name: Table.DatabaseName } }, "raw");
    await tag({ TableWithColumns: { ...Table, ColumnNames: ["email"] } }, "clean");

    const wrong = await tag({ Table }, "none");
    const found = await lakeFormation.send(new GetResourceLFTagsCommand({ Resource: { Table } }));
    const assigned = await lakeFormation.send(
      new GetResourceLFTagsCommand({ Resource: { Table }, ShowAssignedLFTags: true }),
    );

    assert.equal(wrong.Failures?.[0]?.Error?.ErrorCode, "InvalidInputException");
    assert.deepEqual(
      found.LFTagsOnTable?.map(({ TagValues }) => TagValues),
      [["raw"]],
    );
    const columns = found.LFTagsOnColumns?.map(({ Name, LFTags }) => [Name, LFTags?.[0]?.TagValues?.[0]]);
    assert.deepEqual(columns, [
      ["id", "raw"],
      ["email", "clean"],
    ]);
    assert.deepEqual(assigned.LFTagsOnTable, []);
    assert.deepEqual(
      assigned.LFTagsOnColumns?.map(({ Name }) => Name),
      ["email"],
    );
    const removal = new UpdateLFTagCommand({ TagKey: "zone", TagValuesToDelete: ["raw"] });
    await assert.rejects(lakeFormation.send(removal), INVALID);
  });

  it("has one LF-Tag of a key, and none once it is deleted", async () => {
    const call = new CreateLFTagCommand({ TagKey: "Zone", TagValues: ["Raw"] });
    await root.lakeFormation.send(call);

    await assert.rejects(root.lakeFormation.send(call), INVALID);
    const { TagKey, TagValues } = await root.lakeFormation.send(new GetLFTagCommand({ TagKey: "zone" }));
    assert.deepEqual([TagKey, TagValues], ["zone", ["raw"]]);
    await root.lakeFormation.send(new DeleteLFTagCommand({ TagKey: "zone" }));
    await assert.rejects(root.lakeFormation.send(new GetLFTagCommand({ TagKey: "zone" })), MISSING);
  });

  it("refuses a data cells filter that is there already, or on columns that are not", async () => {
    const { DatabaseName, Name: TableName } = await makeTable(root);
    const create = (more: object): Promise<unknown> => {
      const TableData = {
        TableCatalogId: LOCAL_ACCOUNT,
        DatabaseName,
        TableName,
        Name: "cheap",
        RowFilter: { FilterExpression: "id = '1'" },
        ...more,
      };
      return root.lakeFormation.send(new CreateDataCellsFilterCommand({ TableData }));
    };

    await create({ ColumnNames: ["id"] });
    await assert.rejects(create({ ColumnNames: ["id"] }), { name: "AlreadyExistsException" });
    await assert.rejects(create({ Name: "b", ColumnNames: ["none"] }), MISSING);
    await assert.rejects(create({ Name: "c" }), INVALID);
    await assert.rejects(create({ Name: "d", ColumnNames: ["id"], RowFilter: {} }), INVALID);
    await assert.rejects(create({ Name: "e", TableName: "nothing", ColumnNames: ["id"] }), MISSING);
  });

  it("keeps what it has through a stop and a start", async () => {
    const Table = await makeTable(root);
    await root.lakeFormation.send(new PutDataLakeSettingsCommand({ DataLakeSettings: NOTHING }));
    await root.lakeFormation.send(
      new RegisterResourceCommand({ ResourceArn: "arn:aws:s3:::kept", UseServiceLinkedRole: true }),
    );
    await root.lakeFormation.send(new GrantPermissionsCommand(grant({ Table }, ["SELECT"])));
    const before = await grantsOn(root, { Table });

    await folder.release(own.emulator);
    const again = (await folder.open()).root;

    const { DataLakeSettings } = await again.lakeFormation.send(new GetDataLakeSettingsCommand({}));
    assert.deepEqual(DataLakeSettings?.CreateTableDefaultPermissions, []);
    const { ResourceInfoList } = await again.lakeFormation.send(new ListResourcesCommand({}));
    assert.deepEqual(
      ResourceInfoList?.map(({ ResourceArn }) => ResourceArn),
      ["arn:aws:s3:::kept"],
    );
    assert.deepEqual(await grantsOn(again, { Table }), before);
  });

  it("is used by those alone whom IAM lets", async () => {
    const reader = await makeUser(own, "reader", [
      { Effect: "Allow", Action: "lakeformation:GetDataLakeSettings", Resource: "*" },
    ]);

    await reader.lakeFormation.send(new GetDataLakeSettingsCommand({}));

    const change = new PutDataLakeSettingsCommand({ DataLakeSettings: {} });
    await assert.rejects(reader.lakeFormation.send(change), { name: /^AccessDenied/ });
  });
});
