import assert from "node:assert/strict";
import { metricsOf } from "../../functions/ingest/result.ts";
import { createMetrics } from "../../functions/lambda-metrics.ts";
import { METRICS } from "../../functions/metrics.ts";
import { good, header, useIngestion } from "./ingestion.ts";
import { objectCreated } from "./lake.ts";

const counts = { rowsWritten: 10, rowsRejected: 2, files: 3 };

describe("what is counted of a result", () => {
  it("is the rows and files of a file that was ingested", () => {
    assert.deepEqual(metricsOf({ kind: "ingested", dataset: "readings", ...counts, ignoredColumns: ["x"] }), {
      RowsWritten: 10,
      RowsRejected: 2,
      FilesWritten: 3,
    });
  });

  it("is one file for a file that was put aside whole", () => {
    assert.deepEqual(metricsOf({ kind: "quarantined", reason: "empty-file" }), { FilesQuarantined: 1 });
  });

  it("is nothing for what is no file", () => {
    assert.deepEqual(metricsOf({ kind: "ignored", reason: "folder-marker" }), {});
  });
});

describe("the ingestion", () => {
  const { start } = useIngestion();

  it("emits once for each event, whatever came of it", async () => {
    const run = start();

    await run.drop("seattle_weather/a.csv", `${header}${good}`);
    await run.drop("seattle_weather/b.csv", "");
    await run.send(objectCreated("seattle_weather/"));

    assert.deepEqual(run.emitted, [
      { RowsWritten: 1, RowsRejected: 0, FilesWritten: 1 },
      { FilesQuarantined: 1 },
      {},
    ]);
  });

  it("emits nothing for an event that failed and comes again", async () => {
    const run = start();
    run.store.failures.set("read", new Error("S3 is away"));

    await assert.rejects(run.drop("seattle_weather/a.csv", `${header}${good}`));

    assert.deepEqual(run.emitted, []);
  });
});

describe("the lines that CloudWatch counts", () => {
  const NAMES = ["POWERTOOLS_DEV", "POWERTOOLS_METRICS_DISABLED"];
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  const { log } = console;
  let lines: string[];

  beforeEach(() => {
    lines = [];
    // With this set the library writes through the console that can be replaced.
    process.env["POWERTOOLS_DEV"] = "true";
    process.env["POWERTOOLS_METRICS_DISABLED"] = "false";
    console.log = (line: string) => lines.push(line);
  });

  afterEach(() => {
    console.log = log;
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });

  /** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
  it("name the lake, the metrics and their units, and hold the values", () => {
    createMetrics("ingest", "sluice-dev")({ RowsWritten: 10, RowsRejected: 0 });

    const [line, ...others] = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
    assert.deepEqual(others, []);
    assert(line !== undefined);
    const { CloudWatchMetrics: groups } = line["_aws"] as {
      CloudWatchMetrics: {
        Namespace: string;
        Dimensions: string[][];
        Metrics: { Name: string; Unit: string }[];
      }[];
    };
    assert.equal(groups.length, 1);
    assert.equal(groups[0]?.Namespace, "Sluice");
    assert.deepEqual(
      groups[0].Metrics.map(({ Name, Unit }) => [Name, Unit]),
      [
        ["RowsWritten", "Count"],
        ["RowsRejected", "Count"],
      ],
    );
    assert.deepEqual([line["Lake"], line["RowsWritten"], line["RowsRejected"]], ["sluice-dev", 10, 0]);
    assert.equal(line["service"], "ingest");
    // Alarms and dashboard ask for this dimension alone: another beside it, and they see no value.
    assert.deepEqual(groups[0].Dimensions, [["Lake"]]);
  });

  it("are none where there is nothing to count", () => {
    createMetrics("ingest", "sluice-dev")({});

    assert.deepEqual(lines, []);
  });

  it("hold a value once, and not that of the event before", () => {
    const emit = createMetrics("ingest", "sluice-dev");
    emit({ RowsWritten: 10 });
    emit({ FilesQuarantined: 1 });

    const last = JSON.parse(lines[1] ?? "") as Record<string, unknown>;
    assert.equal(last["RowsWritten"], undefined);
    assert.equal(last["FilesQuarantined"], 1);
    assert.equal(lines.length, 2);
  });

  it("can hold every metric of the functions", () => {
    const values = Object.fromEntries(Object.keys(METRICS).map((name, index) => [name, index]));

    createMetrics("freshness", "sluice-dev")(values);

    const line = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
    assert.deepEqual(Object.fromEntries(Object.keys(METRICS).map((name) => [name, line[name]])), values);
  });
});
