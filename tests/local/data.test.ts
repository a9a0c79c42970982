/** The data path end to end: files dropped into the deployed lake, on the local AWS with IAM enforced. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { createClients } from "../../local/provider/clients.ts";
import {
  deployLake,
  drop,
  entriesOf,
  HEADER,
  names,
  objectsOf,
  outcomeOf,
  retryAsDeployed,
  retryAtOnce,
  setQueue,
  withRights,
  type RoleStatement,
} from "./lake.ts";
import { eventually, projectDir, testAws, type TestAws } from "./local-aws.ts";

const RAW = names.bucket("raw");
const CURATED = names.bucket("curated");
const QUARANTINE = names.bucket("quarantine");
const INGEST = names.function("ingest");

let aws: TestAws;

async function readText(bucket: string, key: string): Promise<string> {
  const { Body } = await aws.clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToString()) ?? "";
}

async function query(sql: string): Promise<string[][]> {
  const { QueryExecutionId } = await aws.clients.athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: names.workgroup("lake"),
      QueryExecutionContext: { Database: names.database("curated") },
    }),
  );
  await eventually("the answer of a query", async () => {
    const { QueryExecution } = await aws.clients.athena.send(
      new GetQueryExecutionCommand({ QueryExecutionId }),
    );
    assert.notEqual(QueryExecution?.Status?.State, "FAILED", QueryExecution?.Status?.StateChangeReason);
    return QueryExecution?.Status?.State === "SUCCEEDED" ? true : undefined;
  });
  const { ResultSet } = await aws.clients.athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
  return (ResultSet?.Rows ?? [])
    .slice(1)
    .map(({ Data }) => (Data ?? []).map((cell) => cell.VarCharValue ?? ""));
}

/** The next message of a queue. */
async function receive(queue: "ingest-dead" | "ingest-undelivered"): Promise<string> {
  const { QueueUrl } = await aws.root.sqs.send(new GetQueueUrlCommand({ QueueName: names.queue(queue) }));
  return eventually(`a message in ${queue}`, async () => {
    const { Messages } = await aws.root.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    return Messages?.[0]?.Body;
  });
}

describe("a file dropped into the lake", function () {
  this.timeout(60_000);

  before(async () => {
    aws = await testAws();
    await deployLake(aws);
  });

  after(() => retryAsDeployed(aws));

  it("becomes rows: every one of the CSV's, by month", async () => {
    const csv = await readFile(
      path.join(projectDir, "node_modules", "vega-datasets", "data", "seattle-weather.csv"),
    );

    const entry = await outcomeOf(aws, await drop(aws, "seattle_weather/seattle-weather.csv", csv));

    assert.equal(entry.message, "ingested");
    assert.equal(entry.rowsWritten, csv.toString().trim().split("\n").length - 1);
    assert.deepEqual(
      await query("SELECT count(*), min(date), max(date), count(DISTINCT month) FROM seattle_weather"),
      [["1461", "2012-01-01", "2015-12-31", "48"]],
    );
    const rainiest =
      "SELECT date, precipitation FROM seattle_weather WHERE month = '2015-03' ORDER BY precipitation DESC LIMIT 1";
    assert.deepEqual(await query(rainiest), [["2015-03-15", "55.9"]]);
  });

  it("has the effect of once when its event comes twice", async () => {
    const body = `${HEADER}\n2016-01-01,1.0,8.0,2.0,3.0,rain\n2016-02-01,0.0,9.0,1.0,2.0,sun\n`;
    const versionId = await drop(aws, "seattle_weather/twice.csv", body);
    await outcomeOf(aws, versionId);
    const once = await objectsOf(aws, CURATED);

    const event = {
      source: "aws.s3",
      "detail-type": "Object Created",
      detail: {
        bucket: { name: RAW },
        object: { key: "seattle_weather/twice.csv", size: body.length, etag: "x", "version-id": versionId },
      },
    };
    const again = await aws.clients.lambda.send(
      new InvokeCommand({ FunctionName: INGEST, Payload: JSON.stringify(event) }),
    );

    assert.equal(again.FunctionError, undefined, Buffer.from(again.Payload ?? []).toString());
    assert.deepEqual(await objectsOf(aws, CURATED), once);
    assert.deepEqual(
      await query("SELECT count(*) FROM seattle_weather WHERE month BETWEEN '2016-01' AND '2016-02'"),
      [["2"]],
    );
  });

  it("may be JSON lines", async () => {
    const rows = [
      { date: "2017-05-01", precipitation: 0, temp_max: 15, temp_min: 7, wind: 2, weather: "sun" },
      { date: "2017-05-02", precipitation: 4.5, temp_max: 12, temp_min: 6, wind: 4, weather: "rain" },
    ];

    const entry = await outcomeOf(
      aws,
      await drop(aws, "seattle_weather/may.jsonl", rows.map((row) => JSON.stringify(row)).join("\n")),
    );

    assert.equal(entry.rowsWritten, 2);
    assert.deepEqual(
      await query("SELECT weather FROM seattle_weather WHERE month = '2017-05' ORDER BY date"),
      [["sun"], ["rain"]],
    );
  });

  it("loses only its bad rows, which are kept with their reasons", async () => {
    const lines = [
      HEADER,
      "2018-01-01,1.0,8.0,2.0,3.0,rain",
      "2018-01-02,much,8.0,2.0,3.0,rain",
      "2018-01-03,1.0",
      "2018-01-04,0.5,7.0,1.0,2.0,sun",
    ];

    const entry = await outcomeOf(
      aws,
      await drop(aws, "seattle_weather/broken.csv", `${lines.join("\n")}\n`),
    );

    assert.deepEqual([entry.message, entry.rowsWritten, entry.rowsRejected], ["ingested", 2, 2]);
    assert.deepEqual(await query("SELECT date FROM seattle_weather WHERE month = '2018-01' ORDER BY date"), [
      ["2018-01-01"],
      ["2018-01-04"],
    ]);
    const key = Object.keys(await objectsOf(aws, QUARANTINE)).find((candidate) =>
      candidate.startsWith("seattle_weather/rows/"),
    );
    const rejected = (await readText(QUARANTINE, key ?? ""))
      .trim()
      .split("\n")
      .map(
        (line) => JSON.parse(line) as { line: number; column: string | null; reason: string; row: string },
      );
    assert.deepEqual(
      rejected.map(({ line, row }) => [line, row]),
      [
        [3, lines[2]],
        [4, lines[3]],
      ],
    );
    assert(rejected.every(({ reason }) => reason.length > 0));
  });

  for (const { name, key, body, reason } of [
    { name: "an empty file", key: "seattle_weather/empty.csv", body: "", reason: "empty-file" },
    {
      name: "a file that is no CSV",
      key: "seattle_weather/picture.csv",
      body: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]),
      reason: "not-text",
    },
    {
      name: "a file without a column of the contract",
      key: "seattle_weather/short.csv",
      body: "date,wind\n2019-01-01,2\n",
      reason: "columns-missing",
    },
    { name: "a file of no dataset", key: "unheard_of/file.csv", body: "a\n1\n", reason: "unknown-dataset" },
  ]) {
    it(`is kept whole in quarantine, once, when it is ${name}`, async () => {
      const versionId = await drop(aws, key, body);

      const entry = await outcomeOf(aws, versionId);

      assert.deepEqual([entry.message, entry.reason], ["quarantined", reason]);
      const kept = Object.keys(await objectsOf(aws, QUARANTINE)).filter((candidate) =>
        candidate.includes("/files/"),
      );
      const records = await Promise.all(
        kept
          .filter((candidate) => candidate.endsWith(".json"))
          .map((candidate) => readText(QUARANTINE, candidate)),
      );
      assert(
        records.some((record) => record.includes(versionId)),
        records.join("\n"),
      );
      // The raw object stays, and what was written to quarantine sets nothing off.
      assert((await readText(RAW, key)).length >= 0);
      assert.equal((await entriesOf(aws, versionId)).length, 1);
    });
  }

  it("is not lost when the function lacks a permission: IAM refuses, and the event waits among the dead", async () => {
    await retryAtOnce(aws);

    const key = "seattle_weather/refused.csv";
    const withoutCurated = (statements: readonly RoleStatement[]): readonly RoleStatement[] =>
      statements.filter(({ Sid }) => !Sid.startsWith("WriteCurated"));
    const { versionId, message } = await withRights(aws, "ingest", withoutCurated, async () => ({
      versionId: await drop(aws, key, `${HEADER}\n2020-01-01,1.0,8.0,2.0,3.0,rain\n`),
      message: await receive("ingest-dead"),
    }));
    const dead = JSON.parse(message) as { detail: { object: { key: string } } };

    assert.equal(dead.detail.object.key, key);
    const tries = await entriesOf(aws, versionId);
    assert.equal(tries.length, 5);
    assert(tries.every(({ message }) => message === "failed"));
    assert.match(tries[0]?.error?.message ?? "", new RegExp(`PutObject failed for s3://${CURATED}/`));
    assert(
      !Object.keys(await objectsOf(aws, CURATED)).some((candidate) => candidate.includes("month=2020-01")),
    );
  });

  it("does not keep a good file of the same batch from being ingested", async () => {
    const { QueueUrl } = await aws.root.sqs.send(
      new GetQueueUrlCommand({ QueueName: names.queue("ingest") }),
    );
    const good = await drop(aws, "seattle_weather/good.csv", `${HEADER}\n2022-01-01,1.0,8.0,2.0,3.0,rain\n`);
    await aws.root.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "no event at all" }));

    assert.equal((await outcomeOf(aws, good)).message, "ingested");
    assert.equal(await receive("ingest-dead"), "no event at all");
    assert.equal((await entriesOf(aws, good)).length, 1);
  });

  it("is not lost when the queue does not let the rule in: the event waits in the rule's own queue", async () => {
    const { QueueUrl } = await aws.root.sqs.send(
      new GetQueueUrlCommand({ QueueName: names.queue("ingest") }),
    );
    const { Attributes } = await aws.root.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] }),
    );
    const letIn = Attributes?.["Policy"] ?? "";
    const { Statement, ...rest } = JSON.parse(letIn) as { Statement: { Sid: string }[] };
    const narrowed = { ...rest, Statement: Statement.filter(({ Sid }) => Sid !== "AllowRules") };
    assert.equal(narrowed.Statement.length, Statement.length - 1);
    await setQueue(aws, "ingest", { Policy: JSON.stringify(narrowed) });

    const key = "seattle_weather/undelivered.csv";
    await drop(aws, key, `${HEADER}\n2021-01-01,1.0,8.0,2.0,3.0,rain\n`);
    const undelivered = JSON.parse(await receive("ingest-undelivered")) as {
      detail: { object: { key: string } };
    };
    await setQueue(aws, "ingest", { Policy: letIn });

    assert.equal(undelivered.detail.object.key, key);
  });

  it("goes nowhere without TLS: the bucket refuses", async () => {
    const plain = createClients({
      endpoint: aws.local.emulator.endpoint,
      certificate: aws.local.certificate,
      region: "eu-west-1",
      credentials: aws.local.credentials,
    }).s3;
    // What a proxy in front of S3 says of a request that came to it over plain HTTP.
    plain.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers["x-forwarded-proto"] = "http";
        return next(args);
      },
      { step: "build" },
    );

    const put = plain.send(
      new PutObjectCommand({ Bucket: RAW, Key: "seattle_weather/plain.csv", Body: HEADER }),
    );

    await assert.rejects(put, { name: "AccessDenied" });
  });
});
