import assert from "node:assert/strict";
import { AWS_METRICS, awsMetric, lakeMetric } from "../../../components/observability/metric.ts";
import { LAKE_DIMENSION, METRIC_NAMESPACE, METRICS } from "../../../functions/metrics.ts";
import { fullConfig } from "../access/whole.ts";
import { all, one, type Declared } from "../deploy.ts";
import { declaredBy, EVERY_PROFILE, fullConfigOf } from "../program.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const topicArn = "arn:aws:sns:eu-west-1:123456789012:sluice-dev-alarms";

/** Every metric that has a value ever, with the dimensions that it comes with. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  ...AWS_METRICS,
  [METRIC_NAMESPACE]: Object.fromEntries(Object.keys(METRICS).map((name) => [name, [LAKE_DIMENSION]])),
};

function isKnown(namespace: unknown, name: unknown, dimensions: readonly string[]): boolean {
  return (
    JSON.stringify(KNOWN[String(namespace)]?.[String(name)]?.toSorted()) ===
    JSON.stringify(dimensions.toSorted())
  );
}

function alarmOf(declared: readonly Declared[], what: string): Readonly<Record<string, unknown>> {
  return one(declared, ALARM, `alarms-${what}`).inputs;
}

describe("a metric", () => {
  it("of AWS's is taken with the dimensions that AWS publishes it with, and no others", () => {
    assert.deepEqual(awsMetric("AWS/SQS", "ApproximateAgeOfOldestMessage", { QueueName: "q" }).dimensions, {
      QueueName: "q",
    });
    assert.throws(
      () => awsMetric("AWS/Lambda", "Errors", { QueueName: "q" }),
      /AWS\/Lambda publishes Errors by FunctionName, not by QueueName/,
    );
    assert.throws(
      () => awsMetric("AWS/Athena", "ProcessedBytes", { WorkGroup: "w" }),
      /by QueryState, QueryType, WorkGroup/,
    );
    assert.throws(() => awsMetric("AWS/Lambda", "Errors", { FunctionName: "f", Resource: "r" }));
  });

  it("that there is not cannot be written", () => {
    // @ts-expect-error -- Lambda publishes none of this name
    assert.throws(() => awsMetric("AWS/Lambda", "Failures", { FunctionName: "f" }));
    // @ts-expect-error -- no function emits it
    assert.equal(lakeMetric("RowsLost", "lake").name, "RowsLost");
  });
});

describe("the alarms", () => {
  for (const profile of EVERY_PROFILE) {
    it(`are each on a metric that AWS publishes or a function emits, with profile ${profile}`, async () => {
      const alarms = all(await declaredBy("preview", fullConfigOf(profile)), ALARM);

      for (const { name, inputs } of alarms) {
        const dimensions = Object.keys(inputs["dimensions"] as object);
        assert(isKnown(inputs["namespace"], inputs["metricName"], dimensions), name);
      }
      assert.equal(alarms.length, 16);
    });

    const tells = profile === "staging" || profile === "prod";
    it(`${tells ? "tell the topic" : "only show it"} with profile ${profile}`, async () => {
      for (const { name, inputs } of all(await declaredBy("preview", fullConfigOf(profile)), ALARM)) {
        assert.equal(inputs["actionsEnabled"], tells, name);
        assert.deepEqual([inputs["alarmActions"], inputs["okActions"]], [[topicArn], [topicArn]], name);
      }
    });
  }

  it("tell where the configuration says so, whatever the profile", async () => {
    const declared = await declaredBy("preview", { ...fullConfig, "sluice:alarmActions": "true" });

    assert(all(declared, ALARM).every(({ inputs }) => inputs["actionsEnabled"] === true));
  });

  it("say what happened and what to look at, in a sentence", async () => {
    for (const { name, inputs } of all(await declaredBy("preview"), ALARM)) {
      const description = String(inputs["alarmDescription"]);
      assert(description.length > 30 && description.length <= 1024, name);
      assert.match(description, /sluice-dev-|A dataset has had/, `${name} names nothing of the lake`);
    }
    const dead = alarmOf(await declaredBy("preview"), "ingest-dead");
    assert.match(
      String(dead["alarmDescription"]),
      /Look at a message, correct the cause, then send it back or take it away/,
    );
  });

  it("watch every queue that should be empty", async () => {
    const declared = await declaredBy("preview");
    const queues = all(declared, "aws:sqs/queue:Queue").map(({ inputs }) => inputs["name"]);

    const watched = all(declared, ALARM)
      .filter(({ inputs }) => inputs["metricName"] === "ApproximateNumberOfMessagesVisible")
      .map(({ inputs }) => (inputs["dimensions"] as Record<string, string>)["QueueName"]);

    assert.deepEqual(watched.toSorted(), queues.filter((name) => name !== "sluice-dev-ingest").toSorted());
    for (const { inputs } of all(declared, ALARM).filter((each) =>
      /Visible/.test(String(each.inputs["metricName"])),
    )) {
      const { statistic, comparisonOperator, threshold, treatMissingData } = inputs;
      assert.deepEqual(
        [statistic, comparisonOperator, threshold, treatMissingData],
        ["Maximum", "GreaterThanThreshold", 0, "notBreaching"],
      );
    }
  });

  it("watch every function: that it fails, and that it is called too often", async () => {
    const declared = await declaredBy("preview");

    for (const name of ["ingest", "freshness"]) {
      const errors = alarmOf(declared, `${name}-errors`);
      const throttles = alarmOf(declared, `${name}-throttles`);
      assert.deepEqual(errors["dimensions"], { FunctionName: `sluice-dev-${name}` });
      assert.deepEqual(
        [errors["metricName"], errors["statistic"], errors["threshold"]],
        ["Errors", "Sum", 0],
      );
      assert.deepEqual([throttles["metricName"], throttles["evaluationPeriods"]], ["Throttles", 3]);
    }
  });

  it("go off when the oldest event has waited for two tries, not for one that failed", async () => {
    const declared = await declaredBy("preview");

    const { threshold, statistic, metricName } = alarmOf(declared, "ingest-oldest-event");
    const { inputs } = one(declared, "aws:sqs/queue:Queue", "ingest-events");
    assert.deepEqual(
      { threshold, statistic, metricName },
      {
        threshold: 2 * Number(inputs["visibilityTimeoutSeconds"]),
        ...{ statistic: "Maximum", metricName: "ApproximateAgeOfOldestMessage" },
      },
    );
  });

  it("go off when a row is rejected, and when a query is stopped for what it would read", async () => {
    const declared = await declaredBy("preview");

    const rows = alarmOf(declared, "rows-rejected");
    assert.deepEqual(
      [rows["namespace"], rows["metricName"], rows["dimensions"], rows["threshold"]],
      ["Sluice", "RowsRejected", { Lake: "sluice-dev" }, 0],
    );
    for (const workgroup of ["lake", "engineering"]) {
      const scan = alarmOf(declared, `query-scan-${workgroup}`);
      assert.deepEqual(scan["dimensions"], {
        QueryState: "CANCELED",
        QueryType: "DML",
        WorkGroup: `sluice-dev-${workgroup}`,
      });
      assert.deepEqual(
        [scan["threshold"], scan["comparisonOperator"]],
        [10 * 1024 ** 3, "GreaterThanOrEqualToThreshold"],
      );
    }
  });

  it("go off when a dataset is stale or nobody looks, where the configuration says from when on", async () => {
    const stale = alarmOf(
      await declaredBy("preview", { ...fullConfig, "sluice:freshnessHours": "48" }),
      "curated-stale",
    );

    const { namespace, metricName, threshold, period, evaluationPeriods, treatMissingData, statistic } =
      stale;
    assert.deepEqual(
      { namespace, metricName, threshold, period, evaluationPeriods, treatMissingData, statistic },
      {
        ...{ namespace: "Sluice", metricName: "HoursWithoutNewFile", statistic: "Maximum", threshold: 48 },
        ...{ period: 3600, evaluationPeriods: 2, treatMissingData: "breaching" },
      },
    );
  });

  it("know nothing of staleness where it is zero", async () => {
    const declared = await declaredBy("preview", { ...fullConfig, "sluice:freshnessHours": "0" });

    assert.deepEqual(
      all(declared, ALARM).filter(({ name }) => name.includes("stale")),
      [],
    );
  });
});

describe("the dashboard", () => {
  interface Widget {
    readonly type: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly properties: Readonly<Record<string, unknown>>;
  }

  async function widgets(): Promise<Widget[]> {
    const { inputs } = one(await declaredBy("preview"), "aws:cloudwatch/dashboard:Dashboard");
    assert.equal(inputs["dashboardName"], "sluice-dev-lake");
    return (JSON.parse(String(inputs["dashboardBody"])) as { widgets: Widget[] }).widgets;
  }

  it("has only metrics that AWS publishes or a function emits", async () => {
    const graphs = (await widgets()).filter(({ type }) => type === "metric");

    const lines = graphs.flatMap(({ properties }) => properties["metrics"] as unknown[][]);
    for (const line of lines) {
      const [namespace, name, ...rest] = line;
      const dimensions = rest
        .slice(0, -1)
        .filter((_, index) => index % 2 === 0)
        .map(String);
      assert(isKnown(namespace, name, dimensions), JSON.stringify(line));
      const options = rest.at(-1) as Record<string, unknown>;
      assert.deepEqual(Object.keys(options).toSorted(), ["label", "stat"]);
    }
    assert.equal(graphs.length, 6);
    assert(lines.length >= 12);
    assert(graphs.every(({ properties }) => properties["region"] === "eu-west-1"));
  });

  it("shows the state of every alarm that there is", async () => {
    const declared = await declaredBy("preview");
    const alarms = all(declared, ALARM).map(
      ({ inputs }) => `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${String(inputs["name"])}`,
    );

    const shown = (await widgets()).find(({ type }) => type === "alarm")?.properties["alarms"] as string[];

    assert.deepEqual(shown.toSorted(), alarms.toSorted());
  });

  it("lists the errors of the ingestion's own log", async () => {
    const declared = await declaredBy("preview");
    const { inputs } = one(declared, "aws:cloudwatch/logGroup:LogGroup", "ingest-log");

    const log = (await widgets()).find(({ type }) => type === "log");

    assert(String(log?.properties["query"]).startsWith(`SOURCE '${String(inputs["name"])}' |`));
  });

  it("has its widgets within the grid, and none over another", async () => {
    const cells = (await widgets()).flatMap(({ x, y, width, height }) => {
      assert(x + width <= 24);
      return Array.from(
        { length: width * height },
        (_, index) => `${x + (index % width)},${y + Math.floor(index / width)}`,
      );
    });

    assert.equal(new Set(cells).size, cells.length);
  });
});
