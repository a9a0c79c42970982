import assert from "node:assert/strict";
import {
  InvalidScheduleError,
  scheduleExpression,
  type ScheduleTime,
} from "../../../components/events/schedule.ts";
import { one, statementsOf } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const cron = (expression: string, timeZone = "UTC"): ScheduleTime => ({ kind: "cron", expression, timeZone });
const rate = (every: number, unit: "minutes" | "hours" | "days"): ScheduleTime => ({
  kind: "rate",
  every,
  unit,
});

describe("a schedule's time", () => {
  for (const [time, expression] of [
    // EventBridge refuses "rate(1 hours)" and "rate(2 hour)".
    [rate(1, "hours"), "rate(1 hour)"],
    [rate(2, "hours"), "rate(2 hours)"],
    [rate(1, "minutes"), "rate(1 minute)"],
    [rate(30, "minutes"), "rate(30 minutes)"],
    [rate(1, "days"), "rate(1 day)"],
    [rate(7, "days"), "rate(7 days)"],
    [cron("0 6 * * ? *", "Europe/Berlin"), "cron(0 6 * * ? *)"],
    [cron("  0  6 ? *  MON-FRI * "), "cron(0 6 ? * MON-FRI *)"],
  ] as const) {
    it(`is written ${expression}`, () => {
      assert.equal(scheduleExpression("hourly", time), expression);
    });
  }

  for (const { name, time, fault } of [
    { name: "never", time: rate(0, "hours"), fault: "every 0 hours; it must be a whole number, 1 at least" },
    {
      name: "one and a half hours",
      time: rate(1.5, "hours"),
      fault: "every 1.5 hours; it must be a whole number",
    },
    {
      name: "backwards",
      time: rate(-1, "days"),
      fault: "every -1 days; it must be a whole number, 1 at least",
    },
    {
      name: "the five fields of Unix",
      time: cron("0 6 * * *"),
      fault: 'cron expression "0 6 * * *" has 5 fields; AWS wants six: minutes, hours,',
    },
    {
      name: "seven fields",
      time: cron("0 0 6 * * ? *"),
      fault: 'cron expression "0 0 6 * * ? *" has 7 fields',
    },
    {
      name: "both days at once",
      time: cron("0 6 * * * *"),
      fault:
        'cron expression "0 6 * * * *": one of day of the month and day of the week must be "?", and not both',
    },
    {
      name: "no day at all",
      time: cron("0 6 ? * ? *"),
      fault: 'cron expression "0 6 ? * ? *": one of day of the month',
    },
    {
      name: "a time zone that there is not",
      time: cron("0 6 * * ? *", "Europe/Bonn"),
      fault: 'there is no time zone "Europe/Bonn"; write one such as Europe/Berlin',
    },
  ]) {
    it(`is refused for ${name}, with the schedule's name`, () => {
      assert.throws(
        () => scheduleExpression("hourly", time),
        (error) =>
          error instanceof InvalidScheduleError && error.message.startsWith(`schedule "hourly": ${fault}`),
      );
    });
  }
});

describe("the schedule of the freshness function", () => {
  it("calls it every hour, tries again for an hour, and keeps a call that could not be made", async () => {
    const { inputs, after } = one(await declaredBy("preview"), "aws:scheduler/schedule:Schedule");

    assert.deepEqual(inputs, {
      name: "sluice-dev-freshness",
      groupName: "sluice-dev-lake",
      description: "Every hour",
      scheduleExpression: "rate(1 hour)",
      scheduleExpressionTimezone: "UTC",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: "arn:aws:lambda:eu-west-1:123456789012:function:sluice-dev-freshness",
        roleArn: "arn:aws:iam::123456789012:role/sluice-dev-freshness-schedule",
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 185 },
        deadLetterConfig: { arn: "arn:aws:sqs:eu-west-1:123456789012:sluice-dev-freshness-undelivered" },
      },
    });
    for (const name of [
      "schedules",
      "freshness",
      "freshness-undelivered",
      "freshness-schedule-role-grants",
    ]) {
      assert(after.includes(name), name);
    }
  });

  it("has a role that calls the one function, for this account's schedules of the one group", async () => {
    const declared = await declaredBy("preview");

    const { inputs: role } = one(declared, "aws:iam/role:Role", "freshness-schedule-role");
    const { inputs: rights } = one(
      declared,
      "aws:iam/rolePolicy:RolePolicy",
      "freshness-schedule-role-grants",
    );
    assert.deepEqual(statementsOf(role["assumeRolePolicy"])[0]?.Condition, {
      StringEquals: { "aws:SourceAccount": "123456789012" },
      ArnLike: {
        "aws:SourceArn": "arn:aws:scheduler:eu-west-1:123456789012:schedule-group/sluice-dev-lake",
      },
    });
    assert.deepEqual(
      statementsOf(rights["policy"]).map(({ Action, Resource }) => [Action, Resource]),
      [
        [["lambda:InvokeFunction"], ["arn:aws:lambda:eu-west-1:123456789012:function:sluice-dev-freshness"]],
        [["sqs:SendMessage"], ["arn:aws:sqs:eu-west-1:123456789012:sluice-dev-freshness-undelivered"]],
      ],
    );
  });
});
