/** The metrics of the deployed functions, and the role that calls one of them by the clock. */
import assert from "node:assert/strict";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  SimulateCustomPolicyCommand,
} from "@aws-sdk/client-iam";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import * as v from "valibot";
import type { Named } from "../../components/names.ts";
import { deployLake, drop, HEADER, names, outcomeOf } from "./lake.ts";
import { eventually, testAws, type TestAws } from "./local-aws.ts";

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const metricLine = v.looseObject({
  _aws: v.object({
    Timestamp: v.number(),
    CloudWatchMetrics: v.array(
      v.object({
        Namespace: v.string(),
        Dimensions: v.array(v.array(v.string())),
        Metrics: v.array(v.object({ Name: v.string(), Unit: v.string() })),
      }),
    ),
  }),
});

/** Values of metrics by name, with their namespace and dimensions. */
interface Metrics {
  readonly place: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What one line of a log says of metrics; `undefined` where it says something else. */
function metricsOf(line: string): Metrics | undefined {
  if (!line.startsWith("{") || !line.includes('"_aws"')) return undefined;
  const { _aws, ...fields } = v.parse(metricLine, JSON.parse(line));
  const [directive] = _aws.CloudWatchMetrics;
  assert(directive !== undefined && _aws.CloudWatchMetrics.length === 1);
  const dimensions = directive.Dimensions.map((keys) => keys.map((key) => `${key}=${String(fields[key])}`));
  return {
    place: `${directive.Namespace} ${JSON.stringify(dimensions)}`,
    values: Object.fromEntries(directive.Metrics.map(({ Name }) => [Name, fields[Name]])),
  };
}

const OF_THE_LAKE = `Sluice [["Lake=${names.prefix}"]]`;

/** The metrics of the run of a function in whose log a text is. */
async function metricsOfRun({ clients }: TestAws, what: Named<"function">, text: string): Promise<Metrics[]> {
  const logGroupName = names.logGroup(names.function(what));
  const { events = [] } = await clients.logs.send(
    new FilterLogEventsCommand({ logGroupName, limit: 10_000 }),
  );
  const run = events.find(({ message }) => message?.includes(text))?.logStreamName;
  assert(run !== undefined, `no run with ${text} in its log`);
  return events
    .filter(({ logStreamName }) => logStreamName === run)
    .flatMap(({ message }) => metricsOf(message ?? "") ?? []);
}

describe("the lake's metrics", function () {
  this.timeout(60_000);
  let aws: TestAws;

  before(async () => {
    aws = await testAws();
    await deployLake(aws);
  });

  it("tell of an event once what came of its rows", async () => {
    const rows = [HEADER, "2024-01-01,1,2,1,2,rain", "2024-02-01,1,2,1,2,sun", "2024-02-02,much,2,1,2,sun"];
    const versionId = await drop(aws, "seattle_weather/measured.csv", `${rows.join("\n")}\n`);
    assert.equal((await outcomeOf(aws, versionId)).message, "ingested");

    const metrics = await eventually("the metrics", async () => {
      const found = await metricsOfRun(aws, "ingest", versionId);
      return found.length > 0 ? found : undefined;
    });

    assert.deepEqual(metrics, [
      { place: OF_THE_LAKE, values: { RowsWritten: 2, RowsRejected: 1, FilesWritten: 2 } },
    ]);
  });

  it("tell how long no file has come: no time at all right after one", async () => {
    const versionId = await drop(aws, "seattle_weather/fresh.csv", `${HEADER}\n2024-03-01,1,2,1,2,rain\n`);
    assert.equal((await outcomeOf(aws, versionId)).message, "ingested");

    const call = new InvokeCommand({ FunctionName: names.function("freshness"), LogType: "Tail" });
    const { FunctionError, LogResult = "" } = await aws.root.lambda.send(call);

    assert.equal(FunctionError, undefined);
    const log = Buffer.from(LogResult, "base64").toString();
    const [metrics, ...more] = log.split("\n").flatMap((line) => metricsOf(line) ?? []);
    assert.deepEqual(more, []);
    assert.equal(metrics?.place, OF_THE_LAKE);
    const { HoursWithoutNewFile: hours, ...others } = metrics.values;
    assert.deepEqual(others, {});
    assert(typeof hours === "number" && hours >= 0 && hours < 0.1, `${String(hours)} hours`);
    const requestId = /RequestId: (\S+)/.exec(log)?.[1] ?? "";
    assert.deepEqual(await metricsOfRun(aws, "freshness", requestId), [metrics], "and it is in the log");
  });
});

describe("the schedule's role", function () {
  this.timeout(60_000);
  let aws: TestAws;
  let policy: string;

  before(async () => {
    aws = await testAws();
    await deployLake(aws);
    const RoleName = names.role("freshness-schedule");
    const { PolicyNames } = await aws.clients.iam.send(new ListRolePoliciesCommand({ RoleName }));
    const attached = await aws.clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    assert.deepEqual([PolicyNames, attached.AttachedPolicies], [["grants"], []]);
    const call = new GetRolePolicyCommand({ RoleName, PolicyName: "grants" });
    policy = decodeURIComponent((await aws.clients.iam.send(call)).PolicyDocument ?? "");
  });

  const mayDo = async (action: string, resource: string): Promise<boolean> => {
    const { EvaluationResults } = await aws.root.iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [policy],
        ActionNames: [action],
        ResourceArns: [resource],
      }),
    );
    return EvaluationResults?.[0]?.EvalDecision === "allowed";
  };

  const LAMBDA = "arn:aws:lambda:eu-west-1:000000000000:function";
  const SQS = "arn:aws:sqs:eu-west-1:000000000000";

  it("is the one that the schedule calls its function with", async () => {
    const Name = names.schedule("freshness");
    const GroupName = names.scheduleGroup("lake");
    const { Target } = await aws.clients.scheduler.send(new GetScheduleCommand({ Name, GroupName }));

    assert.equal(Target?.RoleArn, `arn:aws:iam::000000000000:role/${names.role("freshness-schedule")}`);
    assert.equal(Target.Arn, `${LAMBDA}:${names.function("freshness")}`);
  });

  it("may invoke the function and keep a call that could not be made, and nothing else", async () => {
    const freshness = `${LAMBDA}:${names.function("freshness")}`;
    const undelivered = `${SQS}:${names.queue("freshness-undelivered")}`;

    assert.equal(await mayDo("lambda:InvokeFunction", freshness), true);
    assert.equal(await mayDo("sqs:SendMessage", undelivered), true);
    for (const [action, resource] of [
      ["lambda:InvokeFunction", `${LAMBDA}:${names.function("ingest")}`],
      ["lambda:UpdateFunctionCode", freshness],
      ["lambda:GetFunction", freshness],
      ["sqs:ReceiveMessage", undelivered],
      ["sqs:SendMessage", `${SQS}:${names.queue("ingest")}`],
      ["s3:GetObject", `arn:aws:s3:::${names.bucket("curated")}/file`],
      ["s3:ListBucket", `arn:aws:s3:::${names.bucket("curated")}`],
      ["kms:Decrypt", "arn:aws:kms:eu-west-1:000000000000:key/one"],
      ["iam:PassRole", `arn:aws:iam::000000000000:role/${names.role("ingest")}`],
      ["sts:AssumeRole", `arn:aws:iam::000000000000:role/${names.role("engineer")}`],
    ] as const) {
      assert.equal(await mayDo(action, resource), false, `${action} on ${resource}`);
    }
  });
});
