/** Topics, queues, buses and schedules on the real engine. */
import assert from "node:assert/strict";
import {
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  ListArchivesCommand,
  ListEventBusesCommand,
  ListTargetsByRuleCommand,
} from "@aws-sdk/client-eventbridge";
import {
  GetScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
} from "@aws-sdk/client-scheduler";
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
} from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, GetQueueUrlCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { deployedProgram, prologue } from "./provider-programs.ts";

const ACCOUNT = "000000000000";
const TOPIC = `arn:aws:sns:eu-west-1:${ACCOUNT}:msg-alerts`;

const source = (changed: boolean): string => `${prologue(changed)}
const topicArn = \`arn:aws:sns:eu-west-1:\${account}:msg-alerts\`;
const queueArn = (name: string) => \`arn:aws:sqs:eu-west-1:\${account}:\${name}\`;
const topic = new aws.sns.Topic("topic", {
  name: "msg-alerts",
  displayName: changed ? "Alerts!" : "Alerts",
  kmsMasterKeyId: "alias/aws/sns",
  signatureVersion: 2,
  tags: { team: changed ? "two" : "one" },
});
new aws.sns.TopicPolicy("topic-policy", {
  arn: topic.arn,
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: changed ? "AlarmsAgain" : "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
      },
    ],
  },
});
const dead = new aws.sqs.Queue("dead", {
  name: "msg-dead",
  redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [queueArn("msg-queue")] }),
});
const queue = new aws.sqs.Queue("queue", {
  name: "msg-queue",
  kmsMasterKeyId: "alias/aws/sqs",
  kmsDataKeyReusePeriodSeconds: changed ? 600 : 300,
  redrivePolicy: dead.arn.apply((arn) => JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: changed ? 5 : 4 })),
});
new aws.sns.TopicSubscription("subscription", {
  topic: topic.arn,
  protocol: "sqs",
  endpoint: queue.arn,
  rawMessageDelivery: true,
  filterPolicy: JSON.stringify({ kind: changed ? ["b"] : ["a"] }),
});
const bus = new aws.cloudwatch.EventBus("bus", {
  name: "msg-bus",
  description: changed ? "second" : "first",
  deadLetterConfig: { arn: dead.arn },
  tags: { team: changed ? "two" : "one" },
});
new aws.cloudwatch.EventBusPolicy("bus-policy", {
  eventBusName: bus.name,
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: changed ? "PutAgain" : "Put",
        Effect: "Allow",
        Principal: { AWS: \`arn:aws:iam::\${account}:root\` },
        Action: "events:PutEvents",
        Resource: \`arn:aws:events:eu-west-1:\${account}:event-bus/msg-bus\`,
      },
    ],
  },
});
new aws.cloudwatch.EventArchive("archive", {
  name: "msg-archive",
  eventSourceArn: bus.arn,
  description: "kept",
  eventPattern: JSON.stringify({ source: ["lake"] }),
  retentionDays: changed ? 14 : 7,
});
const rule = new aws.cloudwatch.EventRule("rule", {
  name: "msg-rule",
  eventBusName: bus.name,
  eventPattern: JSON.stringify({ source: ["lake"] }),
  state: changed ? "DISABLED" : "ENABLED",
});
new aws.cloudwatch.EventTarget("target", {
  rule: rule.name,
  eventBusName: bus.name,
  targetId: "queue",
  arn: queue.arn,
  inputTransformer: { inputPaths: { key: "$.detail.key" }, inputTemplate: changed ? '{"second": <key>}' : '{"first": <key>}' },
  retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 120 },
  deadLetterConfig: { arn: dead.arn },
});
const hourly = new aws.cloudwatch.EventRule("hourly", { name: "msg-hourly", scheduleExpression: "rate(1 hour)", state: "DISABLED" });
new aws.cloudwatch.EventTarget("hourly-target", { rule: hourly.name, targetId: "queue", arn: queue.arn, input: JSON.stringify({ tick: changed }) });
const schedules = new aws.scheduler.ScheduleGroup("schedules", { name: "msg-schedules", tags: { team: changed ? "two" : "one" } });
new aws.scheduler.Schedule("schedule", {
  name: "msg-schedule",
  groupName: schedules.name,
  description: "nightly",
  scheduleExpression: changed ? "cron(0 3 * * ? *)" : "cron(0 2 * * ? *)",
  scheduleExpressionTimezone: "Europe/Dublin",
  startDate: "2040-01-01T00:00:00Z",
  endDate: "2041-01-01T00:00:00Z",
  state: changed ? "DISABLED" : "ENABLED",
  flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 15 },
  target: {
    arn: queue.arn,
    roleArn: \`arn:aws:iam::\${account}:role/msg-role\`,
    input: JSON.stringify({ run: "nightly" }),
    retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 2 },
    deadLetterConfig: { arn: dead.arn },
  },
});
new aws.scheduler.Schedule("plain", {
  name: "msg-plain",
  scheduleExpression: "rate(1 day)",
  flexibleTimeWindow: { mode: "OFF" },
  target: { arn: queue.arn, roleArn: \`arn:aws:iam::\${account}:role/msg-role\` },
});
`;

describe("a program with messages, events and schedules", function () {
  this.timeout(120_000);
  const program = deployedProgram(source(false));

  before(() => program.up());

  it("has made a topic as it says", async () => {
    const { sns } = program.aws.clients;
    const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));

    assert.equal(Attributes["DisplayName"], "Alerts");
    assert.equal(Attributes["KmsMasterKeyId"], "alias/aws/sns");
    assert.equal(Attributes["SignatureVersion"], "2");
    assert.match(Attributes["Policy"] ?? "", /"Sid":"Alarms"/);
    const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: TOPIC }));
    assert.deepEqual(Tags, [{ Key: "team", Value: "one" }]);
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsCommand({}));
    const SubscriptionArn = Subscriptions[0]?.SubscriptionArn;
    const found = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    assert.equal(found.Attributes?.["RawMessageDelivery"], "true");
    assert.deepEqual(JSON.parse(found.Attributes["FilterPolicy"] ?? ""), { kind: ["a"] });
  });

  it("has made a queue that gives up to another", async () => {
    const { sqs } = program.aws.clients;
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "msg-queue" }));
    const found = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));

    const redrive = JSON.parse(found.Attributes?.["RedrivePolicy"] ?? "") as Record<string, unknown>;
    assert.equal(redrive["deadLetterTargetArn"], `arn:aws:sqs:eu-west-1:${ACCOUNT}:msg-dead`);
    assert.equal(Number(redrive["maxReceiveCount"]), 4);
    assert.equal(found.Attributes?.["KmsMasterKeyId"], "alias/aws/sqs");
    assert.equal(found.Attributes["KmsDataKeyReusePeriodSeconds"], "300");
  });

  it("has made a bus with a policy, an archive and a rule", async () => {
    const { events } = program.aws.clients;
    const bus = await events.send(new DescribeEventBusCommand({ Name: "msg-bus" }));
    const archive = await events.send(new DescribeArchiveCommand({ ArchiveName: "msg-archive" }));
    const call = new ListTargetsByRuleCommand({ Rule: "msg-rule", EventBusName: "msg-bus" });
    const { Targets } = await events.send(call);

    assert.match(bus.Policy ?? "", /"Sid":\s*"Put"/);
    assert.equal(archive.RetentionDays, 7);
    assert.equal(Targets?.[0]?.InputTransformer?.InputTemplate, '{"first": <key>}');
    assert.equal(Targets[0].RetryPolicy?.MaximumRetryAttempts, 3);
  });

  it("has made a schedule", async () => {
    const call = new GetScheduleCommand({ Name: "msg-schedule", GroupName: "msg-schedules" });
    const found = await program.aws.clients.scheduler.send(call);

    assert.equal(found.ScheduleExpression, "cron(0 2 * * ? *)");
    assert.equal(found.ScheduleExpressionTimezone, "Europe/Dublin");
    assert.deepEqual(found.FlexibleTimeWindow, { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 });
    assert.equal(found.Target?.RetryPolicy?.MaximumRetryAttempts, 2);
    assert.equal(found.StartDate?.toISOString(), "2040-01-01T00:00:00.000Z");
  });

  it("changes with the program", async () => {
    await program.change(source(true));
  });

  it("leaves nothing when it is destroyed", async () => {
    await program.run("destroy", "--yes");

    const { sns, sqs, events, scheduler } = program.aws.clients;
    const { Topics } = await sns.send(new ListTopicsCommand({}));
    assert(!Topics?.some(({ TopicArn }) => TopicArn === TOPIC));
    assert.deepEqual(
      (await sqs.send(new ListQueuesCommand({ QueueNamePrefix: "msg-" }))).QueueUrls ?? [],
      [],
    );
    const buses = await events.send(new ListEventBusesCommand({ NamePrefix: "msg-" }));
    assert.deepEqual(buses.EventBuses, []);
    const archives = await events.send(new ListArchivesCommand({ NamePrefix: "msg-" }));
    assert.deepEqual(archives.Archives, []);
    const schedules = await scheduler.send(new ListSchedulesCommand({ NamePrefix: "msg-" }));
    assert.deepEqual(schedules.Schedules, []);
    const left = await scheduler.send(new ListScheduleGroupsCommand({ NamePrefix: "msg-" }));
    assert.deepEqual(left.ScheduleGroups, []);
  });
});
