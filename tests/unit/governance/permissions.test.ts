import assert from "node:assert/strict";
import type { LakeFormationRight } from "../../../components/access/grant.ts";
import type { Holder } from "../../../components/access/ledger.ts";
import { deployLake } from "../../../components/deploy.ts";
import {
  DataFilter,
  UnknownColumnError,
  type DataFilterArgs,
} from "../../../components/governance/data-filter.ts";
import { LakeFormationPermissions } from "../../../components/governance/permissions.ts";
import { all, deploy, deployPart, one, type Declared } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const PERMISSIONS = "aws:lakeformation/permissions:Permissions";
const FILTER = "aws:lakeformation/dataCellsFilter:DataCellsFilter";

describe("a data filter", () => {
  function declare(args: Omit<DataFilterArgs, "table" | "filterName">): Promise<Declared[]> {
    return deploy(
      () => {
        deployLake({
          extend({ tables: [table] }) {
            assert(table !== undefined);
            new DataFilter("filter", { table, filterName: "rain", ...args });
          },
        });
      },
      { mode: "preview" },
    );
  }

  const table = {
    name: "rain",
    databaseName: "sluice_dev_curated",
    tableName: "seattle_weather",
    tableCatalogId: "123456789012",
  };

  for (const { name, args, filter } of [
    {
      name: "gives rows, with every column",
      args: { rows: "weather = 'rain'" },
      filter: {
        rowFilter: { filterExpression: "weather = 'rain'" },
        columnWildcard: { excludedColumnNames: [] },
      },
    },
    {
      name: "gives columns, also the partition's, of every row",
      args: { columns: ["weather", "date"] },
      filter: { rowFilter: { allRowsWildcard: {} }, columnNames: ["weather", "date"] },
    },
  ]) {
    it(name, async () => {
      assert.deepEqual(one(await declare(args), FILTER).inputs["tableData"], { ...table, ...filter });
    });
  }

  it("refuses columns that the table does not have, all of them at once, with those that it has", async () => {
    await assert.rejects(declare({ columns: ["weather", "wether", "rain"] }), (error) => {
      assert(error instanceof UnknownColumnError);
      assert.equal(
        error.message,
        'data filter "rain" of table "seattle_weather" names "wether", "rain", which the table does not have; ' +
          "its columns are date, precipitation, temp_max, temp_min, wind, weather, month",
      );
      return true;
    });
  });
});

describe("Lake Formation's permissions", () => {
  function declare(...rights: LakeFormationRight[]): Promise<Declared[]> {
    return deployPart(({ arns }) => {
      const grant = { reason: "", statements: [], mustAllow: [], mustNotAllow: [], lakeFormation: rights };
      const holders: Holder[] = [{ name: "analyst", arn: arns.role("analyst"), grants: [grant] }];
      new LakeFormationPermissions("permissions", { arns, holders });
    });
  }

  const table = { databaseName: "curated", tableName: "weather" };
  const catalogId = "123456789012";

  for (const { name, right, inputs } of [
    {
      name: "on a database",
      right: { resource: { kind: "database", databaseName: "curated" }, permissions: ["DESCRIBE"] },
      inputs: { database: { name: "curated", catalogId } },
    },
    {
      name: "to select from a table, as a right to all its columns",
      right: { resource: { kind: "table", ...table }, permissions: ["SELECT"] },
      inputs: { tableWithColumns: { databaseName: "curated", name: "weather", catalogId, wildcard: true } },
    },
    {
      name: "to some columns",
      right: { resource: { kind: "table", ...table, columns: ["date"] }, permissions: ["SELECT"] },
      inputs: {
        tableWithColumns: { databaseName: "curated", name: "weather", catalogId, columnNames: ["date"] },
      },
    },
    {
      name: "to the cells of a filter",
      right: { resource: { kind: "cells", ...table, filterName: "rain" }, permissions: ["SELECT"] },
      inputs: {
        dataCellsFilter: {
          ...{ databaseName: "curated", tableName: "weather" },
          ...{ name: "rain", tableCatalogId: catalogId },
        },
      },
    },
    {
      name: "by tag",
      right: {
        resource: { kind: "tagged", type: "TABLE", tags: { zone: ["raw", "curated"] } },
        permissions: ["SELECT"],
      },
      inputs: {
        lfTagPolicy: {
          ...{ catalogId, resourceType: "TABLE" },
          expressions: [{ key: "zone", values: ["raw", "curated"] }],
        },
      },
    },
  ] satisfies { name: string; right: LakeFormationRight; inputs: object }[]) {
    it(`are given ${name}`, async () => {
      assert.deepEqual(one(await declare(right), PERMISSIONS).inputs, {
        ...{ catalogId, principal: "arn:aws:iam::123456789012:role/analyst" },
        permissions: right.permissions,
        ...inputs,
      });
    });
  }

  it("are given once for a role and a thing, with all that its grants ask", async () => {
    const resource = { kind: "database", databaseName: "curated" } as const;

    const [permission, ...others] = all(
      await declare(
        { resource, permissions: ["DESCRIBE"] },
        { resource, permissions: ["CREATE_TABLE", "DESCRIBE"] },
      ),
      PERMISSIONS,
    );

    assert.deepEqual(others, []);
    assert.deepEqual(permission?.inputs["permissions"], ["DESCRIBE", "CREATE_TABLE"]);
  });

  it("cannot be everything", () => {
    // @ts-expect-error -- on a table it is taken away and given again by every deployment
    const right: LakeFormationRight["permissions"] = ["ALL"];

    assert.equal(right.length, 1);
  });

  it("are in the lake: one for each role and thing, none of everything, none to hand on, SELECT as a right to columns", async () => {
    const given = all(await declaredBy("preview"), PERMISSIONS);

    for (const { name, inputs } of given) {
      const permissions = inputs["permissions"] as string[];
      assert(!permissions.includes("ALL"), name);
      assert.equal(inputs["permissionsWithGrantOption"], undefined, name);
      const isOfTables =
        (inputs["lfTagPolicy"] as { resourceType?: string } | undefined)?.resourceType === "TABLE";
      assert.equal(permissions.includes("SELECT"), "tableWithColumns" in inputs || isOfTables, name);
      assert.match(String(inputs["principal"]), /^arn:aws:iam::123456789012:role\/sluice-dev-/, name);
    }
    const things = given.map(({ inputs: { permissions: _permissions, ...thing } }) => JSON.stringify(thing));
    assert.equal(new Set(things).size, given.length);
    assert.deepEqual(
      given.map(({ inputs }) => String(inputs["principal"]).replace(/.*sluice-dev-/, "")).toSorted(),
      [
        ...["analyst", "analyst", "crawl-raw", "crawl-source"],
        ...["engineer", "engineer", "engineer", "engineer", "engineer", "engineer"],
      ],
    );
  });

  it("are given to those who run the lake on all tables of each zone, by the zone's tag", async () => {
    const given = all(await declaredBy("preview"), PERMISSIONS);

    const byTag = given.flatMap(({ inputs: { lfTagPolicy, permissions, principal } }) => {
      if (lfTagPolicy === undefined) return [];
      const { resourceType, expressions } = lfTagPolicy as { resourceType: string; expressions: unknown };
      return [JSON.stringify({ resourceType, expressions, permissions, principal })];
    });
    const principal = "arn:aws:iam::123456789012:role/sluice-dev-engineer";
    assert.deepEqual(
      byTag.toSorted(),
      ["DATABASE", "TABLE"].flatMap((resourceType) =>
        ["curated", "raw", "source"].map((zone) =>
          JSON.stringify({
            ...{ resourceType, expressions: [{ key: "sluice-dev-zone", values: [zone] }] },
            ...{ permissions: resourceType === "TABLE" ? ["SELECT", "DESCRIBE"] : ["DESCRIBE"], principal },
          }),
        ),
      ),
    );
  });

  it("come after the tables and the governed zone", async () => {
    const { after } = one(await declaredBy("preview"), "sluice:governance:LakeFormationPermissions");

    for (const name of ["seattle_weather-table", "curated-database", "governance-location"]) {
      assert(after.includes(name), name);
    }
  });
});
