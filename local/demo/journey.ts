/** The demo's part with the data: a file goes in, rows come out. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  type ResultSet,
} from "@aws-sdk/client-athena";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import Table from "cli-table3";
import * as v from "valibot";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "../emulator/emulator.ts";
import type { LocalAws } from "../environment.ts";
import { UserError } from "../errors.ts";
import { projectDir } from "../paths.ts";
import type { Progress } from "./progress.ts";
import { assumeRole, type ClientSettings } from "./roles.ts";
import type { Outputs } from "./stack.ts";

const DATASET = "seattle_weather";
const FILE = path.join(projectDir, "node_modules", "vega-datasets", "data", "seattle-weather.csv");
const KEY = `${DATASET}/seattle-weather.csv`;

const INGESTED_WITHIN_MS = 60_000;
const ANSWERED_WITHIN_MS = 60_000;
const POLL_EVERY_MS = 100;

const QUERY = `SELECT weather, count(*) AS days, round(avg(temp_max), 1) AS mean_max, round(sum(precipitation)) AS rain_mm
FROM ${DATASET}
WHERE month BETWEEN '2015-01' AND '2015-12'
GROUP BY weather
ORDER BY days DESC`;

/** Uploads the CSV as an engineer, and waits until the function says that it has ingested it. */
export async function dropFile(local: LocalAws, outputs: Outputs, progress: Progress): Promise<void> {
  const body = await readFile(FILE);
  const engineer = await assumeRole(local, outputs.engineerRole);
  const versionId = await progress.step("File dropped", async () => {
    const s3 = new S3Client(engineer);
    const put = await s3.send(new PutObjectCommand({ Bucket: outputs.rawBucket, Key: KEY, Body: body }));
    if (put.VersionId === undefined) throw new Error(`bucket ${outputs.rawBucket} has no versioning`);
    const result = `seattle-weather.csv, ${body.length.toLocaleString("en")} bytes, as ${roleName(outputs.engineerRole)} to s3://${outputs.rawBucket}/${KEY}`;
    return { value: put.VersionId, result };
  });
  await progress.step("Event → rule → function → Parquet", async () => {
    const entry = await waitForEntry(local, engineer, outputs, versionId);
    if (entry.message !== "ingested") {
      throw new UserError(
        `the function did not ingest the file; its log says: ${JSON.stringify(entry)}`,
        `look at s3://${outputs.quarantineBucket} and at the log group /aws/lambda/${outputs.ingestFunction}`,
      );
    }
    const result = `${entry.rowsWritten} rows in ${entry.files} files in s3://${outputs.curatedBucket}/${DATASET}/, ${entry.rowsRejected} rejected`;
    return { value: undefined, result };
  });
}

/** What the function logs of an event. */
const entrySchema = v.object({
  message: v.string(),
  source: v.object({ versionId: v.nullable(v.string()) }),
  rowsWritten: v.optional(v.number(), 0),
  rowsRejected: v.optional(v.number(), 0),
  files: v.optional(v.number(), 0),
});

type Entry = v.InferOutput<typeof entrySchema>;

async function waitForEntry(
  local: LocalAws,
  engineer: ClientSettings,
  outputs: Outputs,
  versionId: string,
): Promise<Entry> {
  const logs = new CloudWatchLogsClient(engineer);
  // A queue's URL names AWS's own host.
  const sqs = new SQSClient({ ...engineer, useQueueUrlAsEndpoint: false });
  const logGroupName = `/aws/lambda/${outputs.ingestFunction}`;
  const deadline = Date.now() + INGESTED_WITHIN_MS;
  while (Date.now() < deadline) {
    for (const message of await readLog(logs, logGroupName)) {
      const entry = parseEntry(message);
      if (entry?.source.versionId === versionId && entry.message !== "failed") return entry;
    }
    await refuseFailure(sqs, outputs, versionId);
    await sleep(POLL_EVERY_MS);
  }
  throw new UserError(
    `the function has not said within ${INGESTED_WITHIN_MS / 1000} s that it ingested the file`,
    `look at the log group ${logGroupName} and at ${local.emulator.logFile}`,
  );
}

/** What ends up in a queue of failures: the event, inside a report where the function itself failed. */
const failureSchema = v.object({
  responsePayload: v.optional(v.object({ errorMessage: v.optional(v.string()) })),
});

/** @throws {UserError} once the event of the version is in a queue of failures, with the error that it came for */
async function refuseFailure(sqs: SQSClient, outputs: Outputs, versionId: string): Promise<void> {
  for (const QueueName of [outputs.failedEvents, outputs.undeliveredEvents]) {
    const QueueUrl = `https://sqs.${LOCAL_REGION}.amazonaws.com/${LOCAL_ACCOUNT}/${QueueName}`;
    // Seen, not taken: the message stays for whoever looks into it.
    const looked = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    const body = (await sqs.send(looked)).Messages?.find(({ Body }) => Body?.includes(versionId))?.Body;
    if (body === undefined) continue;
    const { responsePayload } = v.parse(failureSchema, JSON.parse(body));
    throw new UserError(
      `the file's event ended in the queue ${QueueName}: ${responsePayload?.errorMessage ?? "it could not be handed over"}`,
      `correct what it says and run the demo again; the log is in /aws/lambda/${outputs.ingestFunction}`,
    );
  }
}

async function readLog(logs: CloudWatchLogsClient, logGroupName: string): Promise<string[]> {
  const messages: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
    messages.push(...(page.events ?? []).flatMap(({ message }) => message ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return messages;
}

/** Lambda writes lines of its own between the function's. */
function parseEntry(message: string): Entry | undefined {
  if (!message.trimStart().startsWith("{")) return undefined;
  try {
    const parsed = v.safeParse(entrySchema, JSON.parse(message));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined; // cut short, so not an entry
  }
}

/** Asks Athena a question about the rows as an analyst, and prints the answer. */
export async function queryRows(local: LocalAws, outputs: Outputs, progress: Progress): Promise<void> {
  const rows = await progress.step("Athena query", async () => {
    const analyst = await assumeRole(local, outputs.analystRole);
    const resultSet = await runQuery(new AthenaClient(analyst), outputs);
    const [header = [], ...found] = (resultSet.Rows ?? []).map(({ Data }) =>
      (Data ?? []).map((cell) => cell.VarCharValue ?? ""),
    );
    if (found.length === 0)
      throw new UserError("the query found no rows", `look into s3://${outputs.curatedBucket}/${DATASET}/`);
    return {
      value: { header, found },
      result: `over ${outputs.database}.${DATASET} as ${roleName(outputs.analystRole)}, workgroup ${outputs.workgroup}`,
    };
  });
  const table = new Table({ head: rows.header, style: { head: [], border: [] } });
  table.push(...rows.found);
  progress.say(`\n${QUERY}\n\n${table.toString()}\n\nFrom nothing to rows in ${progress.elapsed()}.`);
}

async function runQuery(athena: AthenaClient, outputs: Outputs): Promise<ResultSet> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: QUERY,
      WorkGroup: outputs.workgroup,
      QueryExecutionContext: { Database: outputs.database },
    }),
  );
  const deadline = Date.now() + ANSWERED_WITHIN_MS;
  while (Date.now() < deadline) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const status = QueryExecution?.Status;
    if (status?.State === "SUCCEEDED") {
      return (await athena.send(new GetQueryResultsCommand({ QueryExecutionId }))).ResultSet ?? {};
    }
    if (status?.State === "FAILED" || status?.State === "CANCELLED") {
      throw new UserError(
        `the query ${status.State.toLowerCase()}: ${String(status.StateChangeReason)}`,
        "correct the query or the table it names",
      );
    }
    await sleep(POLL_EVERY_MS);
  }
  throw new UserError(`Athena gave no answer within ${ANSWERED_WITHIN_MS / 1000} s`, "run the demo again");
}

function roleName(roleArn: string): string {
  return roleArn.split("/").at(-1) ?? roleArn;
}
