/**
 * What the emulator asks of IAM, what its simulator takes, which queue it means, and a list that cannot be read: closed
 * by patches, and still there without them. Once a new version closes a gap itself, its test fails and says which patch to remove.
 */
import assert from "node:assert/strict";
import {
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { ListDashboardsCommand, PutDashboardCommand } from "@aws-sdk/client-cloudwatch";
import {
  GetConnectionCommand,
  GetDatabaseCommand,
  GetTableCommand,
  StartCrawlerCommand,
} from "@aws-sdk/client-glue";
import {
  ContextKeyTypeEnum,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  SimulateCustomPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clients } from "../../local/provider/clients.ts";
import { countRuns, hasRun, makeFunction, makeQueue, newBucket, type TestFunction } from "./deliveries.ts";
import {
  closedItself,
  inFolder,
  makeUser,
  readRun,
  type EmulatorFolder,
  type OwnEmulator,
} from "./own-emulator.ts";

/** Long enough for a message, which a function has within a second, to have come if it ever will. */
const NEVER_MS = 3_000;

const DENIED = { name: /^AccessDenied/ };
/** What is said of a thing that is not there, to whoever may ask about it. */
const MISSING = { name: "EntityNotFoundException" };

/** A message put into a queue after the emulator was stopped and started on another port; what reads the queue. */
async function sendAfterRestart(
  folder: EmulatorFolder,
  options: { patches?: readonly string[] },
): Promise<{ root: Clients; reader: TestFunction }> {
  const first = await folder.open(options);
  const reader = await makeFunction(first.root, "succeeds");
  const queue = await makeQueue(first.root);
  await first.root.lambda.send(
    new CreateEventSourceMappingCommand({ EventSourceArn: queue.arn, FunctionName: reader.name }),
  );
  const port = (await readRun(folder.dataDir))?.port;
  await folder.release(first.emulator);

  const { root } = await folder.open(options);
  assert.notEqual((await readRun(folder.dataDir))?.port, port);
  await root.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: "{}" }));
  return { root, reader };
}

/** The ids of a query in each of two workgroups, "mine" and "other". */
async function queryInBoth(root: Clients): Promise<{ mine: string; other: string }> {
  const OutputLocation = `s3://${await newBucket(root)}/`;
  const start = async (WorkGroup: string): Promise<string> => {
    const Configuration = { ResultConfiguration: { OutputLocation } };
    await root.athena.send(new CreateWorkGroupCommand({ Name: WorkGroup, Configuration }));
    const query = new StartQueryExecutionCommand({ QueryString: "SELECT 7", WorkGroup });
    return (await root.athena.send(query)).QueryExecutionId ?? "";
  };
  return { mine: await start("mine"), other: await start("other") };
}

const IAM = "arn:aws:iam::000000000000";
const GLUE = "arn:aws:glue:eu-west-1:000000000000";
const GLUE_REQUESTS: readonly {
  readonly action: string;
  readonly resource: string;
  readonly ask: (clients: Clients, name: string) => Promise<unknown>;
}[] = [
  {
    action: "StartCrawler",
    resource: "crawler/mine",
    ask: ({ glue }, Name) => glue.send(new StartCrawlerCommand({ Name })),
  },
  {
    action: "GetConnection",
    resource: "connection/mine",
    ask: ({ glue }, Name) => glue.send(new GetConnectionCommand({ Name })),
  },
  {
    action: "GetDatabase",
    resource: "database/mine",
    ask: ({ glue }, Name) => glue.send(new GetDatabaseCommand({ Name })),
  },
  {
    action: "GetTable",
    resource: "table/lake/mine",
    ask: ({ glue }, Name) => glue.send(new GetTableCommand({ DatabaseName: "lake", Name })),
  },
];

/** A user with the right to a query of the workgroup "mine", and to each Glue resource of that name. */
function makeOwner(own: OwnEmulator): Promise<Clients> {
  const query = {
    Effect: "Allow",
    Action: "athena:GetQueryExecution",
    Resource: "arn:aws:athena:eu-west-1:000000000000:workgroup/mine",
  } as const;
  const glue = GLUE_REQUESTS.map(
    ({ action, resource }) =>
      ({ Effect: "Allow", Action: `glue:${action}`, Resource: `${GLUE}:${resource}` }) as const,
  );
  return makeUser(own, "owner", [query, ...glue]);
}

/** A user "owner" with the right to set up a second factor of his own, who sets one up for somebody. */
async function setUpMfa(own: OwnEmulator, UserName: string): Promise<void> {
  const { iam } = await makeUser(own, "owner", [
    { Effect: "Allow", Action: "iam:CreateVirtualMFADevice", Resource: `${IAM}:mfa/\${aws:username}` },
    { Effect: "Allow", Action: "iam:EnableMFADevice", Resource: `${IAM}:user/\${aws:username}` },
  ]);
  const made = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }));
  const SerialNumber = made.VirtualMFADevice?.SerialNumber;
  const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "654321" };
  await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
}

/** The names of the dashboards, where there is one. */
async function listDashboards({ cloudwatch }: Clients): Promise<readonly (string | undefined)[] | undefined> {
  const DashboardBody = JSON.stringify({ widgets: [] });
  await cloudwatch.send(new PutDashboardCommand({ DashboardName: "one", DashboardBody }));
  const { DashboardEntries } = await cloudwatch.send(new ListDashboardsCommand({}));
  return DashboardEntries?.map(({ DashboardName }) => DashboardName);
}

/** Whether the simulator lets an object be read by a policy that wants a tag, where it is told the tag's value. */
async function simulate({ iam }: Clients, tag: string): Promise<string | undefined> {
  const Statement = {
    Effect: "Allow",
    Action: "s3:GetObject",
    Resource: "*",
    Condition: { StringEquals: { "s3:ExistingObjectTag/state": "clean" } },
  };
  const { EvaluationResults } = await iam.send(
    new SimulateCustomPolicyCommand({
      PolicyInputList: [JSON.stringify({ Version: "2012-10-17", Statement })],
      ActionNames: ["s3:GetObject"],
      ResourceArns: ["arn:aws:s3:::lake/file"],
      ContextEntries: [
        {
          ContextKeyName: "s3:ExistingObjectTag/state",
          ContextKeyType: ContextKeyTypeEnum.STRING,
          ContextKeyValues: [tag],
        },
      ],
    }),
  );
  return EvaluationResults?.[0]?.EvalDecision;
}

describe("with its patches, the emulator", function () {
  this.timeout(60_000);
  const folder = inFolder();

  it("brings a queue's messages to its function after a restart on another port", async () => {
    const { root, reader } = await sendAfterRestart(folder, {});

    await hasRun(root, reader);
  });

  it("asks IAM about a query's workgroup", async () => {
    const own = await folder.open();
    const { mine, other } = await queryInBoth(own.root);
    const { athena } = await makeOwner(own);

    const found = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: mine }));

    assert.equal(found.QueryExecution?.WorkGroup, "mine");
    await assert.rejects(athena.send(new GetQueryExecutionCommand({ QueryExecutionId: other })), DENIED);
  });

  it("asks IAM about the crawler, connection, database or table that a request names", async () => {
    const owner = await makeOwner(await folder.open());

    for (const { action, ask } of GLUE_REQUESTS) {
      await assert.rejects(ask(owner, "mine"), MISSING, action);
      await assert.rejects(ask(owner, "other"), DENIED, action);
    }
  });

  it("puts the request's own values in the place of a policy's variables", async () => {
    const own = await folder.open();

    await setUpMfa(own, "owner");
  });

  it("lets a policy's variables stand for no other's values", async () => {
    const own = await folder.open();

    await assert.rejects(setUpMfa(own, "somebody"), DENIED);
  });

  it("lists dashboards", async () => {
    const { root } = await folder.open();

    assert.deepEqual(await listDashboards(root), ["one"]);
  });

  it("simulates a policy with the values of its conditions' keys", async () => {
    const { root } = await folder.open();

    assert.equal(await simulate(root, "clean"), "allowed");
    assert.equal(await simulate(root, "raw"), "implicitDeny");
  });
});

describe("without its patches, the emulator still has the gap that", function () {
  this.timeout(60_000);
  const folder = inFolder();

  it("queue-urls closes: a queue's messages wait for ever after a restart on another port", async () => {
    const { root, reader } = await sendAfterRestart(folder, { patches: [] });

    await sleep(NEVER_MS);
    assert.equal(await countRuns(root, reader), 0, closedItself("queue-urls"));
  });

  it("request-resources closes: who may ask about a workgroup's queries is refused", async () => {
    const own = await folder.open({ patches: [] });
    const { mine } = await queryInBoth(own.root);
    const { athena } = await makeOwner(own);

    await assert.rejects(
      athena.send(new GetQueryExecutionCommand({ QueryExecutionId: mine })),
      DENIED,
      closedItself("request-resources (a query)"),
    );
  });

  for (const { action, ask } of GLUE_REQUESTS) {
    it(`request-resources closes: who may do ${action} with a thing is refused`, async () => {
      const owner = await makeOwner(await folder.open({ patches: [] }));

      await assert.rejects(ask(owner, "mine"), DENIED, closedItself(`request-resources (${action})`));
    });
  }

  it("request-resources closes: who may make an MFA device of one name is refused", async () => {
    const own = await folder.open({ patches: ["policy-variables"] });

    await assert.rejects(setUpMfa(own, "owner"), DENIED, closedItself("request-resources (an MFA device)"));
  });

  it("policy-variables closes: a user whose right has a variable in it is refused", async () => {
    const own = await folder.open({ patches: ["request-resources"] });

    await assert.rejects(setUpMfa(own, "owner"), DENIED, closedItself("policy-variables"));
  });

  it("dashboard-times closes: a list of dashboards cannot be read", async () => {
    const { root } = await folder.open({ patches: [] });

    await assert.rejects(listDashboards(root), /Expected real number/, closedItself("dashboard-times"));
  });

  it("simulator-context closes: no statement with a condition ever allows anything", async () => {
    const { root } = await folder.open({ patches: [] });

    assert.equal(await simulate(root, "clean"), "implicitDeny", closedItself("simulator-context"));
  });
});
