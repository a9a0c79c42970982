/** Alarms, dashboards, log groups with their filters, and budgets on the real engine. */
import assert from "node:assert/strict";
import {
  DescribeBudgetsCommand,
  DescribeNotificationsForBudgetCommand,
  DescribeSubscribersForNotificationCommand,
} from "@aws-sdk/client-budgets";
import {
  DescribeAlarmsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
} from "@aws-sdk/client-cloudwatch";
import { DescribeLogGroupsCommand, DescribeMetricFiltersCommand } from "@aws-sdk/client-cloudwatch-logs";
import { deployedProgram, prologue } from "./provider-programs.ts";

const ACCOUNT = "000000000000";
const TOPIC = `arn:aws:sns:eu-west-1:${ACCOUNT}:watch-alerts`;

const source = (changed: boolean): string => `${prologue(changed)}
const topicArn = \`arn:aws:sns:eu-west-1:\${account}:watch-alerts\`;
const alarm = new aws.cloudwatch.MetricAlarm("alarm", {
  name: "watch-alarm",
  alarmDescription: "too many errors",
  namespace: "AWS/Lambda",
  metricName: "Errors",
  dimensions: { FunctionName: "f" },
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  threshold: changed ? 2.5 : 1,
  comparisonOperator: "GreaterThanThreshold",
  treatMissingData: "notBreaching",
  unit: "Count",
  alarmActions: [topicArn],
  okActions: [topicArn],
  tags: { team: changed ? "two" : "one" },
});
const math = new aws.cloudwatch.MetricAlarm("math", {
  name: "watch-math",
  evaluationPeriods: 1,
  threshold: 0.01,
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  metricQueries: [
    { id: "rate", expression: "errors / calls", label: "error rate", returnData: true },
    { id: "errors", metric: { namespace: "AWS/Lambda", metricName: "Errors", period: 60, stat: "Sum", unit: "Count", dimensions: { FunctionName: "f" } } },
    { id: "calls", metric: { namespace: "AWS/Lambda", metricName: "Invocations", period: 60, stat: "Sum" } },
  ],
});
new aws.cloudwatch.CompositeAlarm("composite", {
  alarmName: "watch-composite",
  alarmDescription: "both",
  alarmRule: pulumi.interpolate\`ALARM(\${alarm.name}) \${changed ? "OR" : "AND"} ALARM(\${math.name})\`,
  alarmActions: [topicArn],
  tags: { team: "one" },
});
new aws.cloudwatch.Dashboard("dashboard", {
  dashboardName: "watch-dashboard",
  dashboardBody: JSON.stringify({ widgets: [{ type: "text", width: changed ? 12 : 6, height: 6, properties: { markdown: "hello" } }] }),
});
const group = new aws.cloudwatch.LogGroup("group", {
  name: "/watch/group",
  retentionInDays: changed ? 60 : 30,
  logGroupClass: "STANDARD",
  kmsKeyId: "arn:aws:kms:eu-west-1:000000000000:key/one",
});
new aws.cloudwatch.LogMetricFilter("filter", {
  name: "errors",
  logGroupName: group.name,
  pattern: changed ? "ERROR" : '{ $.level = "ERROR" }',
  metricTransformation: { name: "Errors", namespace: "Sluice", value: "1", defaultValue: "0", unit: "Count" },
});
new aws.budgets.Budget("budget", {
  name: "watch-budget",
  budgetType: "COST",
  limitAmount: changed ? "50" : "25.5",
  limitUnit: "USD",
  timeUnit: "MONTHLY",
  timePeriodStart: "2026-01-01_00:00",
  costFilters: [{ name: "TagKeyValue", values: ["user:project$lake"] }],
  costTypes: { includeTax: false },
  notifications: [
    {
      comparisonOperator: "GREATER_THAN",
      notificationType: "ACTUAL",
      threshold: changed ? 90 : 80,
      thresholdType: "PERCENTAGE",
      subscriberEmailAddresses: ["a@example.com"],
      subscriberSnsTopicArns: [topicArn],
    },
    { comparisonOperator: "GREATER_THAN", notificationType: "FORECASTED", threshold: 100, thresholdType: "PERCENTAGE", subscriberSnsTopicArns: [topicArn] },
  ],
  tags: { team: changed ? "two" : "one" },
});
`;

describe("a program with alarms, log filters and a budget", function () {
  this.timeout(120_000);
  const program = deployedProgram(source(false));

  before(() => program.up());

  it("has made alarms and a dashboard", async () => {
    const { cloudwatch } = program.aws.clients;
    const found = await cloudwatch.send(
      new DescribeAlarmsCommand({
        AlarmNamePrefix: "watch-",
        AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
      }),
    );

    const alarm = found.MetricAlarms?.find(({ AlarmName }) => AlarmName === "watch-alarm");
    assert.equal(alarm?.Threshold, 1);
    assert.equal(alarm.DatapointsToAlarm, 2);
    assert.deepEqual(alarm.Dimensions, [{ Name: "FunctionName", Value: "f" }]);
    assert.deepEqual(alarm.AlarmActions, [TOPIC]);
    const math = found.MetricAlarms?.find(({ AlarmName }) => AlarmName === "watch-math");
    assert.equal(math?.Threshold, 0.01);
    assert.equal(found.CompositeAlarms?.[0]?.AlarmRule, "ALARM(watch-alarm) AND ALARM(watch-math)");
    const { DashboardBody } = await cloudwatch.send(
      new GetDashboardCommand({ DashboardName: "watch-dashboard" }),
    );
    assert.match(DashboardBody ?? "", /"width":6/);
  });

  it("has made a log group with a metric filter", async () => {
    const { logs } = program.aws.clients;
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/watch/" }));
    const found = await logs.send(new DescribeMetricFiltersCommand({ logGroupName: "/watch/group" }));

    assert.equal(logGroups?.[0]?.kmsKeyId, "arn:aws:kms:eu-west-1:000000000000:key/one");
    assert.equal(found.metricFilters?.[0]?.filterPattern, '{ $.level = "ERROR" }');
    assert.equal(found.metricFilters[0].metricTransformations?.[0]?.metricNamespace, "Sluice");
  });

  it("has made a budget that tells of itself", async () => {
    const { budgets } = program.aws.clients;
    const target = { AccountId: ACCOUNT, BudgetName: "watch-budget" };
    const { Budgets } = await budgets.send(new DescribeBudgetsCommand({ AccountId: ACCOUNT }));
    const { Notifications = [] } = await budgets.send(new DescribeNotificationsForBudgetCommand(target));
    const Notification = Notifications.find(({ Threshold }) => Threshold === 80);
    const call = new DescribeSubscribersForNotificationCommand({ ...target, Notification });
    const { Subscribers = [] } = await budgets.send(call);

    const budget = Budgets?.find(({ BudgetName }) => BudgetName === "watch-budget");
    assert.equal(Number(budget?.BudgetLimit?.Amount), 25.5);
    assert.equal(Notifications.length, 2);
    assert.deepEqual(Subscribers.map(({ Address }) => Address).toSorted(), ["a@example.com", TOPIC]);
  });

  it("changes with the program", async () => {
    await program.change(source(true));
  });

  it("leaves nothing when it is destroyed", async () => {
    await program.run("destroy", "--yes");

    const { cloudwatch, logs, budgets } = program.aws.clients;
    const alarms = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: "watch-", AlarmTypes: ["MetricAlarm", "CompositeAlarm"] }),
    );
    assert.deepEqual([...(alarms.MetricAlarms ?? []), ...(alarms.CompositeAlarms ?? [])], []);
    const boards = await cloudwatch.send(new ListDashboardsCommand({ DashboardNamePrefix: "watch-" }));
    assert.deepEqual(boards.DashboardEntries, []);
    const groups = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/watch/" }));
    assert.deepEqual(groups.logGroups, []);
    const { Budgets } = await budgets.send(new DescribeBudgetsCommand({ AccountId: ACCOUNT }));
    assert(!Budgets?.some(({ BudgetName }) => BudgetName === "watch-budget"));
  });
});
