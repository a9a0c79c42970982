import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import {
  type Dataset,
  datasets,
  defineDataset,
  duckdbType,
  glueType,
  InvalidDatasetError,
  partitionKey,
} from "../../datasets/index.ts";
import { readings } from "./lake.ts";

describe("a dataset's contract", () => {
  const [at, ...others] = readings.columns;
  assert.ok(at !== undefined);
  const { partition } = readings;
  const broken: [string, Partial<Dataset>, RegExp][] = [
    ["a name with capitals", { name: "Readings" }, /dataset name "Readings" is not lower snake case/],
    ["a name that starts with an underscore", { name: "_x" }, /dataset name "_x"/],
    ["a name of 256 letters", { name: "x".repeat(256) }, /at most 255/],
    ["a column name with a blank", { columns: [at, { ...at, name: "a b" }] }, /column name "a b"/],
    ["a column declared twice", { columns: [at, ...others, at] }, /"at" is declared more than once/],
    ["a single column", { columns: [at] }, /fewer than two columns/],
    ["an undeclared partition column", { columns: others }, /partition column "at" is not declared/],
    [
      "a partition column that is no date",
      { columns: [{ ...at, type: "string" }, ...others] },
      /is a string, not a date/,
    ],
    ["a nullable partition column", { columns: [{ ...at, nullable: true }, ...others] }, /"at" is nullable/],
    [
      "a partition named as a column",
      { partition: { ...partition, name: "day" } },
      /"day" is also a column's name/,
    ],
    [
      "a partition name with a dash",
      { partition: { ...partition, name: "on-day" } },
      /partition name "on-day"/,
    ],
    [
      "a range that starts at a month for days",
      { partition: { ...partition, range: { from: "2020-01", to: "NOW" } } },
      /starts at "2020-01", which is not a day/,
    ],
    [
      "a range that starts on 30 February",
      { partition: { ...partition, range: { from: "2020-02-30", to: "NOW" } } },
      /starts at "2020-02-30"/,
    ],
    [
      "a range that ends some day",
      { partition: { ...partition, range: { from: "2020-01-01", to: "soon" } } },
      /ends at "soon", which is neither a day nor NOW/,
    ],
    [
      "a range that ends before it starts",
      { partition: { ...partition, range: { from: "2020-01-02", to: "2020-01-01" } } },
      /before it starts/,
    ],
  ];
  for (const [title, change, fault] of broken) {
    it(`is refused with ${title}`, () => {
      assert.throws(
        () => defineDataset({ ...readings, ...change }),
        (error) =>
          error instanceof InvalidDatasetError && error.faults.length === 1 && fault.test(error.message),
      );
    });
  }

  it("is refused once, with every fault in one message", () => {
    const change = { name: "X", columns: [], partition: { ...partition, name: "Y" } };

    assert.throws(
      () => defineDataset({ ...readings, ...change }),
      (error) => error instanceof InvalidDatasetError && error.faults.length === 4,
    );
  });

  it("cannot be changed once it is defined", () => {
    assert.ok(
      Object.isFrozen(readings) && Object.isFrozen(readings.columns) && Object.isFrozen(readings.columns[0]),
    );
    assert.ok(Object.isFrozen(readings.partition) && Object.isFrozen(readings.partition.range));
  });
});

describe("the catalog's view of a contract", () => {
  it("has a Glue and a DuckDB type for every type", () => {
    assert.deepEqual(
      readings.columns.map((column) => [glueType(column), duckdbType(column)]),
      [
        ["timestamp", "TIMESTAMP"],
        ["date", "DATE"],
        ["bigint", "BIGINT"],
        ["double", "DOUBLE"],
        ["boolean", "BOOLEAN"],
        ["string", "VARCHAR"],
      ],
    );
  });

  it("projects the partitions of days, months and years", () => {
    const projectionBy = (by: "day" | "month" | "year", from: string) =>
      partitionKey({ ...readings, partition: { ...readings.partition, by, range: { from, to: "NOW" } } });

    assert.deepEqual(projectionBy("day", "2020-01-01"), {
      name: "on_day",
      glueType: "string",
      projection: {
        type: "date",
        format: "yyyy-MM-dd",
        range: "2020-01-01,NOW",
        interval: 1,
        intervalUnit: "DAYS",
      },
    });
    assert.deepEqual(projectionBy("month", "2020-01").projection, {
      type: "date",
      format: "yyyy-MM",
      range: "2020-01,NOW",
      interval: 1,
      intervalUnit: "MONTHS",
    });
    assert.deepEqual(projectionBy("year", "2020").projection, {
      type: "date",
      format: "yyyy",
      range: "2020,NOW",
      interval: 1,
      intervalUnit: "YEARS",
    });
  });
});

describe("the registry of datasets", () => {
  it("finds each under its own name", () => {
    assert.deepEqual(
      [...datasets].map(([name, dataset]) => name === dataset.name),
      [true],
    );
  });

  it("has Seattle's weather with the columns of the file, in its order", async () => {
    const file = new URL("../../node_modules/vega-datasets/data/seattle-weather.csv", import.meta.url);
    const [header] = (await readFile(file, "utf8")).split("\n");

    assert.equal(
      datasets
        .get("seattle_weather")
        ?.columns.map((column) => column.name)
        .join(","),
      header,
    );
  });
});
