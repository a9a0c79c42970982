/**
 * The emulator's gaps: each is closed by its patch, and is still there without it. Once a new version closes a gap
 * itself, the test of the gap fails and says which patch to remove.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
  UpdateWorkGroupCommand,
  type QueryExecution,
  type StartQueryExecutionCommandInput,
} from "@aws-sdk/client-athena";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { Clients } from "../../local/provider/clients.ts";
import {
  countRuns,
  hasRun,
  letRuleIn,
  makeFailing,
  makeFunction,
  makeOpenQueue,
  makeQueue,
  makeRule,
  newBucket,
  putEvent,
  putTargets,
  putTwice,
  receive,
  uniqueName,
} from "./deliveries.ts";
import { eventually } from "./local-aws.ts";
import { closedItself, openEmulator, type OwnEmulator } from "./own-emulator.ts";

/** Long enough for a delivery, which takes milliseconds, to have happened if it ever will. */
const NEVER_MS = 1_500;

/** An emulator that runs for one describe block; its clients after `before`. */
function withEmulator(patches?: readonly string[]): () => Clients {
  let dataDir: string;
  let own: OwnEmulator;

  before(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), "sluice-patches-"));
    own = await openEmulator({ dataDir, ...(patches === undefined ? {} : { patches }) });
  });

  after(async () => {
    await own.emulator.release();
    await rm(dataDir, { recursive: true, force: true });
  });

  return () => own.root;
}

interface WorkGroup {
  readonly name: string;
  readonly bucket: string;
}

async function makeWorkGroup(clients: Clients, { isEnforced = true } = {}): Promise<WorkGroup> {
  const name = uniqueName("workgroup");
  const bucket = await newBucket(clients);
  await clients.athena.send(
    new CreateWorkGroupCommand({
      Name: name,
      Configuration: {
        EnforceWorkGroupConfiguration: isEnforced,
        ResultConfiguration: { OutputLocation: `s3://${bucket}/results/` },
      },
    }),
  );
  return { name, bucket };
}

/** Runs a query to its end. */
async function query(
  { athena }: Clients,
  input: Omit<StartQueryExecutionCommandInput, "QueryString">,
): Promise<QueryExecution> {
  const QueryString = "SELECT 7 AS answer";
  const { QueryExecutionId } = await athena.send(new StartQueryExecutionCommand({ QueryString, ...input }));
  return eventually("the query's end", async () => {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const state = QueryExecution?.Status?.State;
    return state === "SUCCEEDED" || state === "FAILED" ? QueryExecution : undefined;
  });
}

/** The text of the result file, where GetQueryExecution says it is. */
async function readResult({ s3 }: Clients, execution: QueryExecution): Promise<string | undefined> {
  const url = new URL(execution.ResultConfiguration?.OutputLocation ?? "");
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: url.host, Key: url.pathname.slice(1) }));
  return Body?.transformToString();
}

describe("with its patches, the emulator does as AWS does:", function () {
  this.timeout(60_000);
  const clients = withEmulator();

  it("Athena's result file lies where GetQueryExecution says", async () => {
    const { name, bucket } = await makeWorkGroup(clients());

    const execution = await query(clients(), { WorkGroup: name });

    const id = execution.QueryExecutionId ?? "";
    assert.equal(execution.ResultConfiguration?.OutputLocation, `s3://${bucket}/results/${id}.csv`);
    assert.match((await readResult(clients(), execution)) ?? "", /^"?answer"?\r?\n"?7"?/);
  });

  it("a query in a workgroup that does not exist is refused", async () => {
    const ResultConfiguration = { OutputLocation: `s3://${await newBucket(clients())}/` };

    await assert.rejects(query(clients(), { WorkGroup: "no-such-group", ResultConfiguration }), {
      name: "InvalidRequestException",
      message: /WorkGroup no-such-group is not found/,
    });
  });

  it("a query in a disabled workgroup is refused", async () => {
    const { name } = await makeWorkGroup(clients());
    await clients().athena.send(new UpdateWorkGroupCommand({ WorkGroup: name, State: "DISABLED" }));

    await assert.rejects(query(clients(), { WorkGroup: name }), {
      name: "InvalidRequestException",
      message: /is disabled/,
    });
  });

  it("a workgroup's enforced output location wins over the query's own", async () => {
    const { name, bucket } = await makeWorkGroup(clients());
    const elsewhere = await newBucket(clients());
    const ResultConfiguration = { OutputLocation: `s3://${elsewhere}/` };

    const execution = await query(clients(), { WorkGroup: name, ResultConfiguration });

    assert(execution.ResultConfiguration?.OutputLocation?.startsWith(`s3://${bucket}/results/`));
  });

  it("the query's own output location wins where the workgroup does not enforce its own", async () => {
    const { name } = await makeWorkGroup(clients(), { isEnforced: false });
    const elsewhere = await newBucket(clients());
    const ResultConfiguration = { OutputLocation: `s3://${elsewhere}/mine` };

    const execution = await query(clients(), { WorkGroup: name, ResultConfiguration });

    assert(execution.ResultConfiguration?.OutputLocation?.startsWith(`s3://${elsewhere}/mine/`));
    assert.match((await readResult(clients(), execution)) ?? "", /7/);
  });

  it("an event of a versioned bucket says which version it is about", async () => {
    const { versions, told } = await putTwice(clients());

    assert.equal(new Set(versions).size, 2);
    assert.deepEqual([...told].sort(), [...versions].sort());
  });

  it("a rule calls a function whose policy lets it in", async () => {
    const rule = await makeRule(clients());
    const target = await makeFunction(clients(), "succeeds");
    await letRuleIn(clients(), target, rule);
    await putTargets(clients(), rule, [{ Arn: target.arn }]);

    await putEvent(clients(), rule);

    await hasRun(clients(), target);
  });

  it("an event for a function that does not let the rule in goes to the target's dead-letter queue", async () => {
    const rule = await makeRule(clients());
    const target = await makeFunction(clients(), "succeeds");
    await letRuleIn(clients(), target, { ...rule, arn: `${rule.arn}-other` });
    const deadLetters = await makeOpenQueue(clients(), rule.arn);
    await putTargets(clients(), rule, [{ Arn: target.arn, DeadLetterConfig: { Arn: deadLetters.arn } }]);

    await putEvent(clients(), rule);

    const event = await eventually("the dead letter", () => receive(clients(), deadLetters));
    assert.equal(event["source"], rule.source);
    await sleep(NEVER_MS);
    assert.equal(await countRuns(clients(), target), 0);
  });

  it("an event goes nowhere where the dead-letter queue does not let the rule in either", async () => {
    const rule = await makeRule(clients());
    const target = await makeFunction(clients(), "succeeds");
    const deadLetters = await makeQueue(clients());
    const control = await makeOpenQueue(clients(), rule.arn);
    await putTargets(clients(), rule, [
      { Arn: target.arn, DeadLetterConfig: { Arn: deadLetters.arn } },
      { Arn: control.arn },
    ]);

    await putEvent(clients(), rule);

    await eventually("the event at the other target", () => receive(clients(), control));
    await sleep(NEVER_MS);
    assert.equal(await receive(clients(), deadLetters), undefined);
    assert.equal(await countRuns(clients(), target), 0);
  });

  it("an event for a function that is not there goes to the target's dead-letter queue", async () => {
    const rule = await makeRule(clients());
    const deadLetters = await makeOpenQueue(clients(), rule.arn);
    const Arn = "arn:aws:lambda:eu-west-1:000000000000:function:deleted";
    await putTargets(clients(), rule, [{ Arn, DeadLetterConfig: { Arn: deadLetters.arn } }]);

    await putEvent(clients(), rule);

    await eventually("the dead letter", () => receive(clients(), deadLetters));
  });

  it("a function that fails is tried again, and the event ends at its on-failure destination", async () => {
    const { rule, target, failed } = await makeFailing(clients(), 1);

    await putEvent(clients(), rule);

    const record = await eventually("the event at the destination", () => receive(clients(), failed));
    const payload = record["requestPayload"] as Record<string, unknown>;
    assert.equal(payload["source"], rule.source);
    assert.equal(await countRuns(clients(), target), 2);
    assert.equal(await receive(clients(), failed), undefined, "it ends there once");
  });

  it("a rule delivers to a queue only if its policy lets it in", async () => {
    const rule = await makeRule(clients());
    const closed = await makeQueue(clients());
    const forAnother = await makeOpenQueue(clients(), `${rule.arn}-other`);
    const control = await makeOpenQueue(clients(), rule.arn);
    await putTargets(
      clients(),
      rule,
      [closed, forAnother, control].map(({ arn }) => ({ Arn: arn })),
    );

    await putEvent(clients(), rule);

    await eventually("the event at the open queue", () => receive(clients(), control));
    await sleep(NEVER_MS);
    assert.equal(await receive(clients(), closed), undefined);
    assert.equal(await receive(clients(), forAnother), undefined);
  });
});

describe("without its patches, the emulator still has the gap that", function () {
  this.timeout(60_000);
  const clients = withEmulator([]);

  it("athena-results closes: nothing is where GetQueryExecution says", async () => {
    const { name } = await makeWorkGroup(clients());
    const execution = await query(clients(), { WorkGroup: name });
    assert.equal(execution.Status?.State, "SUCCEEDED");

    await assert.rejects(
      readResult(clients(), execution),
      { name: "NoSuchKey" },
      closedItself("athena-results"),
    );
  });

  it("athena-workgroups closes: a query runs in a workgroup that does not exist", async () => {
    const ResultConfiguration = { OutputLocation: `s3://${await newBucket(clients())}/` };

    const { WorkGroup } = await query(clients(), { WorkGroup: "no-such-group", ResultConfiguration }).catch(
      () => assert.fail(closedItself("athena-workgroups (a missing workgroup)")),
    );

    assert.equal(WorkGroup, "no-such-group");
  });

  it("athena-workgroups closes: a query runs in a disabled workgroup", async () => {
    const { name } = await makeWorkGroup(clients());
    await clients().athena.send(new UpdateWorkGroupCommand({ WorkGroup: name, State: "DISABLED" }));

    const { Status } = await query(clients(), { WorkGroup: name }).catch(() =>
      assert.fail(closedItself("athena-workgroups (a disabled workgroup)")),
    );

    assert.equal(Status?.State, "SUCCEEDED");
  });

  it("athena-workgroups closes: an enforced output location does not hold", async () => {
    const { name } = await makeWorkGroup(clients());
    const elsewhere = await newBucket(clients());

    const execution = await query(clients(), {
      WorkGroup: name,
      ResultConfiguration: { OutputLocation: `s3://${elsewhere}/` },
    });

    assert(
      execution.ResultConfiguration?.OutputLocation?.startsWith(`s3://${elsewhere}/`),
      closedItself("athena-workgroups (an enforced location)"),
    );
  });

  it("s3-event-version closes: an event of a versioned bucket names no version", async () => {
    const { versions, told } = await putTwice(clients());

    assert.equal(new Set(versions).size, 2);
    assert.deepEqual(told, [undefined, undefined], closedItself("s3-event-version"));
  });

  it("events-delivery closes: a rule calls a function whose policy does not let it in", async () => {
    const rule = await makeRule(clients());
    const target = await makeFunction(clients(), "succeeds");
    await putTargets(clients(), rule, [{ Arn: target.arn }]);

    await putEvent(clients(), rule);

    await hasRun(clients(), target).catch(() => assert.fail(closedItself("events-delivery (permission)")));
  });

  it("events-delivery closes: a function that fails is called once, and its event is lost", async () => {
    const { rule, target, failed } = await makeFailing(clients(), 0);

    await putEvent(clients(), rule);

    await hasRun(clients(), target);
    await sleep(NEVER_MS);
    assert.equal(
      await receive(clients(), failed),
      undefined,
      closedItself("events-delivery (retries and destination)"),
    );
  });

  it("events-delivery closes: a rule delivers to a queue whose policy does not let it in", async () => {
    const rule = await makeRule(clients());
    const closed = await makeQueue(clients());
    await putTargets(clients(), rule, [{ Arn: closed.arn }]);

    await putEvent(clients(), rule);

    await eventually("the event", () => receive(clients(), closed)).catch(() =>
      assert.fail(closedItself("events-delivery (queue policy)")),
    );
  });
});
