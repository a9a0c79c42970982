import assert from "node:assert/strict";
import { LakeFormationSettings } from "../../../components/governance/settings.ts";
import { fullConfig } from "../access/whole.ts";
import { all, deployPart, lakeFormationSettings, one } from "../deploy.ts";
import { Order } from "../order.ts";
import { declaredBy } from "../program.ts";

const SETTINGS = "aws:lakeformation/dataLakeSettings:DataLakeSettings";
const PERMISSIONS = "aws:lakeformation/permissions:Permissions";

describe("the account's Lake Formation settings", () => {
  const deployer = "arn:aws:iam::123456789012:user/deployer";

  it("get the administrators added to those that there are, and change in nothing else but the defaults", async () => {
    const {
      createDatabaseDefaultPermissions: _a,
      createTableDefaultPermissions: _b,
      ...found
    } = lakeFormationSettings;

    const { inputs } = one(await declaredBy("preview"), SETTINGS);

    assert.deepEqual(inputs, {
      catalogId: "123456789012",
      ...found,
      admins: [...found.admins, deployer],
      // Nothing new is open to whoever IAM lets in.
      createDatabaseDefaultPermissions: [],
      createTableDefaultPermissions: [],
      // The others Lake Formation tells, and does not take.
      parameters: { CROSS_ACCOUNT_VERSION: "4" },
    });
  });

  it("name an administrator once who is one already", async () => {
    const [known = ""] = lakeFormationSettings.admins;

    const declared = await deployPart(
      () => new LakeFormationSettings("settings", { accountId: "123456789012", admins: [known, deployer] }),
    );

    assert.deepEqual(one(declared, SETTINGS).inputs["admins"], [known, deployer]);
  });

  it("stay when the stack goes, whatever the keys to destroy data say", async () => {
    const declared = await declaredBy("preview", { ...fullConfig, "sluice:destroyData": "true" });

    assert.equal(one(declared, SETTINGS).isRetained, true);
  });

  it("come before any database, table, tag, location and permission, so that none is open to everybody", async () => {
    const declared = await declaredBy("preview");
    const order = new Order(declared);
    const settings = one(declared, SETTINGS);

    const governed = declared.filter(
      ({ type }) =>
        (type.startsWith("aws:lakeformation/") && type !== SETTINGS) ||
        /^aws:glue\/catalog(Database|Table):/.test(type),
    );

    assert.deepEqual(
      governed.filter((resource) => !order.comesBefore(settings, resource)).map(({ key }) => key),
      [],
    );
    assert.equal(all(governed, "aws:glue/catalogDatabase:CatalogDatabase").length, 4);
    assert(governed.length > 20, `only ${governed.length} resources are governed`);
  });

  it("are left alone where another keeps them", async () => {
    const { "sluice:lakeFormationAdmins": _admins, ...config } = fullConfig;

    const declared = await declaredBy("preview", { ...config, "sluice:lakeFormationSettings": "external" });

    assert.deepEqual(all(declared, SETTINGS), []);
    assert(all(declared, PERMISSIONS).length > 0);
  });
});

describe("the governed zone", () => {
  it("is given out by Lake Formation alone, by a role that reads and lists it", async () => {
    const declared = await declaredBy("preview");

    const { inputs, after } = one(declared, "aws:lakeformation/resource:Resource");
    assert.deepEqual(inputs, {
      arn: "arn:aws:s3:::sluice-dev-curated-123456789012",
      roleArn: "arn:aws:iam::123456789012:role/sluice-dev-lake-formation",
      hybridAccessEnabled: false,
    });
    assert(after.includes("governance-location-role-grants"));
    assert(after.includes("curated-policy"));
    const { inputs: rights } = one(
      declared,
      "aws:iam/rolePolicy:RolePolicy",
      "governance-location-role-grants",
    );
    assert.deepEqual(
      (rights["policy"] as { Statement: { Action: string[] }[] }).Statement.flatMap(({ Action }) => Action),
      ["s3:GetObject", "kms:Decrypt", "s3:ListBucket"],
    );
  });
});

describe("tags of Lake Formation", () => {
  it("begin as the stack does, and have the values that the lake's data may have", async () => {
    assert.deepEqual(
      all(await declaredBy("preview"), "aws:lakeformation/lfTag:LfTag").map(({ inputs }) => inputs),
      [
        {
          catalogId: "123456789012",
          key: "sluice-dev-data-class",
          values: ["public", "internal", "confidential", "restricted"],
        },
        {
          catalogId: "123456789012",
          key: "sluice-dev-zone",
          values: ["raw", "curated", "quarantine", "source"],
        },
      ],
    );
  });

  it("are on the database of every zone and of the source, once tag and database are there", async () => {
    const declared = await declaredBy("preview", { ...fullConfig, "sluice:dataClass": "restricted" });

    const tagged = all(declared, "aws:lakeformation/resourceLfTags:ResourceLfTags");
    for (const zone of ["raw", "curated", "quarantine", "source"]) {
      const { inputs, after } = one(
        tagged,
        "aws:lakeformation/resourceLfTags:ResourceLfTags",
        `governance-tags-${zone}`,
      );
      assert.deepEqual(inputs, {
        catalogId: "123456789012",
        database: { name: `sluice_dev_${zone}`, catalogId: "123456789012" },
        lfTags: [
          { key: "sluice-dev-data-class", value: "restricted" },
          { key: "sluice-dev-zone", value: zone },
        ],
      });
      for (const name of ["governance-tags-data-class", "governance-tags-zone", `${zone}-database`]) {
        assert(after.includes(name), name);
      }
    }
    assert.equal(tagged.length, 4);
  });
});
