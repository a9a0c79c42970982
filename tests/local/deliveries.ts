/** Rules, queues and functions to try deliveries with. */
import { randomUUID } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  PutFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import {
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import yazl from "yazl";
import type { Clients } from "../../local/provider/clients.ts";
import { eventually } from "./local-aws.ts";
import { makeBucket } from "./own-emulator.ts";

/** A name that no other test has. */
export function uniqueName(what: string): string {
  return `${what}-${randomUUID().slice(0, 8)}`;
}

/** A queue. */
export interface Queue {
  readonly url: string;
  readonly arn: string;
}

/** Makes a queue that nobody but its account may use. */
export async function makeQueue({ sqs }: Clients): Promise<Queue> {
  const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: uniqueName("queue") }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }),
  );
  return { url: url ?? "", arn: Attributes?.["QueueArn"] ?? "" };
}

/** A queue whose policy lets a rule in. */
export async function makeOpenQueue(clients: Clients, ruleArn: string): Promise<Queue> {
  const queue = await makeQueue(clients);
  const statement = {
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queue.arn,
    Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes: { Policy } }));
  return queue;
}

/** A message of the queue, which is then hidden there; `undefined` where there is none. */
export async function receive({ sqs }: Clients, queue: Queue): Promise<Record<string, unknown> | undefined> {
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url }));
  const body = Messages?.[0]?.Body;
  return body === undefined ? undefined : (JSON.parse(body) as Record<string, unknown>);
}

/** A rule of the default bus. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  /** What its events have as their source. */
  readonly source: string;
}

/** Makes a rule, for events of a source of its own unless a pattern is given. */
export async function makeRule({ events }: Clients, pattern?: object): Promise<Rule> {
  const name = uniqueName("rule");
  const source = `test.${name}`;
  const EventPattern = JSON.stringify(pattern ?? { source: [source] });
  const { RuleArn } = await events.send(new PutRuleCommand({ Name: name, EventPattern }));
  return { name, arn: RuleArn ?? "", source };
}

/** Gives a rule its targets, in their order. */
export async function putTargets(
  { events }: Clients,
  rule: Rule,
  targets: readonly (Pick<Target, "DeadLetterConfig"> & { readonly Arn: string })[],
): Promise<void> {
  await events.send(
    new PutTargetsCommand({
      Rule: rule.name,
      Targets: targets.map((target, index) => ({ ...target, Id: `target-${index}` })),
    }),
  );
}

/** Puts an event that the rule matches. */
export async function putEvent({ events }: Clients, rule: Rule): Promise<void> {
  const Entries = [{ Source: rule.source, DetailType: "Test", Detail: JSON.stringify({ of: rule.name }) }];
  await events.send(new PutEventsCommand({ Entries }));
}

/** A function. */
export interface TestFunction {
  readonly name: string;
  readonly arn: string;
}

/** A function that says "ran" in its log and, if so wanted, fails. */
export async function makeFunction(
  { iam, lambda }: Clients,
  end: "succeeds" | "fails",
): Promise<TestFunction> {
  const name = uniqueName("function");
  const failing = end === "fails" ? `throw new Error("as it should");` : "";
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(`exports.handler = async () => { console.log("ran"); ${failing} };`), "index.js");
  zip.end();
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
    }),
  );
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: Role?.Arn,
      Code: { ZipFile: await buffer(zip.outputStream) },
    }),
  );
  return { name, arn: FunctionArn ?? "" };
}

/** Lets a rule call a function. */
export async function letRuleIn({ lambda }: Clients, { name }: TestFunction, rule: Rule): Promise<void> {
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: name,
      StatementId: "rule",
      Action: "lambda:InvokeFunction",
      Principal: "events.amazonaws.com",
      SourceArn: rule.arn,
    }),
  );
}

/** How often the function ran, by its log. */
export async function countRuns({ logs }: Clients, { name }: TestFunction): Promise<number> {
  const found = await logs
    .send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` }))
    .catch((error: unknown) => {
      if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
      throw error;
    });
  return (found?.events ?? []).filter(({ message }) => message?.includes("ran")).length;
}

/** Waits until the function has run. */
export async function hasRun(clients: Clients, target: TestFunction, times = 1): Promise<void> {
  await eventually(`${times} runs of the function`, async () =>
    (await countRuns(clients, target)) >= times ? true : undefined,
  );
}

/** Makes a function that fails, its on-failure queue, and a rule that calls it. */
export async function makeFailing(clients: Clients, maximumRetryAttempts: number) {
  const rule = await makeRule(clients);
  const target = await makeFunction(clients, "fails");
  await letRuleIn(clients, target, rule);
  const failed = await makeQueue(clients);
  await clients.lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: target.name,
      MaximumRetryAttempts: maximumRetryAttempts,
      DestinationConfig: { OnFailure: { Destination: failed.arn } },
    }),
  );
  await putTargets(clients, rule, [{ Arn: target.arn }]);
  return { rule, target, failed };
}

/** Makes a bucket with a name that no other test has. */
export async function newBucket(clients: Clients): Promise<string> {
  const name = uniqueName("bucket");
  await makeBucket(clients, name);
  return name;
}

/** Puts two versions of an object, and returns them with the events that came of them. */
export async function putTwice(clients: Clients) {
  const Bucket = await newBucket(clients);
  const { s3 } = clients;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
  const rule = await makeRule(clients, { source: ["aws.s3"], detail: { bucket: { name: [Bucket] } } });
  const queue = await makeOpenQueue(clients, rule.arn);
  await putTargets(clients, rule, [{ Arn: queue.arn }]);

  const versions: (string | undefined)[] = [];
  for (const Body of ["first", "second"]) {
    versions.push((await s3.send(new PutObjectCommand({ Bucket, Key: "file", Body }))).VersionId);
  }

  const told: unknown[] = [];
  for (const nth of ["first", "second"]) {
    const event = await eventually(`the ${nth} event`, () => receive(clients, queue));
    const { object } = event["detail"] as { object: Record<string, unknown> };
    told.push(object["version-id"]);
  }
  return { versions, told };
}
