import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { InvalidQueryError, parseQuery, readQueries } from "../../../components/query/queries.ts";
import { all, one } from "../deploy.ts";
import { declaredBy } from "../program.ts";

describe("a file of a query", () => {
  it("is a comment that says what it is for, and one statement", () => {
    assert.deepEqual(
      parseQuery("by_kind.sql", "-- Days of each kind\n--   of weather.\n\nSELECT 1\nFROM t;\n"),
      {
        name: "by_kind",
        description: "Days of each kind of weather.",
        sql: "SELECT 1\nFROM t",
        parameters: 0,
      },
    );
  });

  for (const { name, sql, parameters } of [
    { name: "counts the values that it asks for", sql: "SELECT ? FROM t WHERE a = ?", parameters: 2 },
    { name: "takes a question mark in a text for what it is", sql: "SELECT 'why?' FROM t", parameters: 0 },
    { name: "knows a quote in a text", sql: "SELECT 'it''s ?' FROM t WHERE a = ?", parameters: 1 },
    { name: "takes a question mark in a name for what it is", sql: 'SELECT "a?" FROM t', parameters: 0 },
    { name: "knows a quote in a name", sql: 'SELECT "a""?" FROM t WHERE b = ?', parameters: 1 },
    {
      name: "takes a question mark in a comment for what it is",
      sql: "SELECT 1 -- why?\nFROM t",
      parameters: 0,
    },
    { name: "takes one between comment marks for what it is", sql: "SELECT /* ? \n ? */ 1", parameters: 0 },
    {
      name: "knows that a comment's apostrophe opens no text",
      sql: "SELECT 1 -- it's\nFROM t WHERE a = ?",
      parameters: 1,
    },
    { name: "takes a semicolon in a text for what it is", sql: "SELECT ';' FROM t", parameters: 0 },
  ]) {
    it(name, () => {
      const query = parseQuery("a.sql", `-- A query.\n${sql}\n`);

      assert.equal(query.parameters, parameters);
      assert.equal(query.sql, sql);
    });
  }

  for (const { name, file = "a.sql", text, fault } of [
    {
      name: "a name that Athena does not take",
      file: "By-Kind.sql",
      text: "-- A.\nSELECT 1",
      fault: "By-Kind.sql: its name must be lower-case letters, digits and underscores",
    },
    {
      name: "no comment",
      text: "SELECT 1",
      fault: "a.sql: it must begin with a comment (`-- …`) that says what it is for",
    },
    {
      name: "a comment that says nothing",
      text: "--\n--  \nSELECT 1",
      fault: "a.sql: it must begin with a comment",
    },
    {
      name: "a comment that Athena does not take",
      text: `-- ${"a".repeat(1025)}\nSELECT 1`,
      fault: "a.sql: its first comment has more than 1024 characters",
    },
    { name: "no statement", text: "-- A.\n", fault: "a.sql: it has no statement" },
    {
      name: "a statement that is a comment",
      text: "-- A.\n\n/* SELECT 1 */;",
      fault: "a.sql: it has no statement",
    },
    {
      name: "two statements",
      text: "-- A.\nSELECT 1;\nSELECT 2;",
      fault: "a.sql: it has more than one statement; Athena runs one",
    },
    {
      name: "a statement that is too long",
      text: `-- A.\nSELECT '${"é".repeat(140_000)}'`,
      fault: "a.sql: it is longer than 262144 bytes",
    },
  ]) {
    it(`is refused with ${name}`, () => {
      assert.throws(
        () => parseQuery(file, text),
        (error) => error instanceof InvalidQueryError && error.message.startsWith(fault),
      );
    });
  }
});

describe("a folder of queries", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "queries-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is read by name, and what is no query in it is left alone", () => {
    writeFileSync(path.join(folder, "b.sql"), "-- B.\nSELECT 1");
    writeFileSync(path.join(folder, "a.sql"), "-- A.\nSELECT ?");
    writeFileSync(path.join(folder, "notes.md"), "SELECT 1; SELECT 2");

    assert.deepEqual(
      readQueries(folder).map(({ name, parameters }) => [name, parameters]),
      [
        ["a", 1],
        ["b", 0],
      ],
    );
  });

  it("is refused for one file that is wrong, which is named", () => {
    writeFileSync(path.join(folder, "a.sql"), "-- A.\nSELECT 1");
    writeFileSync(path.join(folder, "b.sql"), "SELECT 1");

    assert.throws(() => readQueries(folder), /^InvalidQueryError: b\.sql: /);
  });
});

describe("the lake's queries", () => {
  it("are prepared where they ask for values, and named where they don't", async () => {
    const declared = await declaredBy("preview");

    const { inputs: prepared } = one(declared, "aws:athena/preparedStatement:PreparedStatement");
    const { inputs: named } = one(declared, "aws:athena/namedQuery:NamedQuery");
    assert.equal(prepared["name"], "hottest_days_of_month");
    assert.equal(prepared["workgroup"], "sluice-dev-lake");
    assert.match(String(prepared["queryStatement"]), /WHERE month = \?/);
    assert.equal(named["name"], "weather_by_kind");
    assert.equal(named["database"], "sluice_dev_curated");
    assert.equal(named["workgroup"], "sluice-dev-lake");
    assert.match(String(named["query"]), /^SELECT\n/);
    assert.match(String(named["description"]), /^The days of each kind of weather in Seattle/);
  });

  it("come after the workgroup that has them", async () => {
    const declared = await declaredBy("preview");

    for (const { name, after } of all(declared, "aws:athena/namedQuery:NamedQuery")) {
      assert(after.includes("workgroup"), name);
    }
  });
});
