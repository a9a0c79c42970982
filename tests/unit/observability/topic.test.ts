import assert from "node:assert/strict";
import { fullConfig } from "../access/whole.ts";
import { all, one, statementsOf } from "../deploy.ts";
import { declaredBy, EVERY_PROFILE, fullConfigOf } from "../program.ts";

const topicArn = "arn:aws:sns:eu-west-1:123456789012:sluice-dev-alarms";

describe("the topic of alarms", () => {
  it("is encrypted with the lake's key", async () => {
    const { inputs } = one(await declaredBy("update"), "aws:sns/topic:Topic");

    assert.equal(inputs["name"], "sluice-dev-alarms");
    assert.match(String(inputs["kmsMasterKeyId"]), /^arn:aws:kms:/);
  });

  it("is published to by this account's alarms and budgets, over TLS, and by nobody else", async () => {
    const { inputs } = one(await declaredBy("preview"), "aws:sns/topicPolicy:TopicPolicy");

    const allow = (Sid: string, Service: string, sourceArn: string) => ({
      ...{ Sid, Effect: "Allow", Principal: { Service }, Action: ["sns:Publish"], Resource: [topicArn] },
      Condition: {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": sourceArn },
      },
    });
    assert.equal(inputs["arn"], topicArn);
    assert.deepEqual(statementsOf(inputs["policy"]), [
      {
        ...{
          Sid: "DenyWithoutTls",
          Effect: "Deny",
          Principal: "*",
          Action: ["sns:Publish"],
          Resource: [topicArn],
        },
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      allow("AllowAlarms", "cloudwatch.amazonaws.com", "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*"),
      allow("AllowBudgets", "budgets.amazonaws.com", "arn:aws:budgets::123456789012:*"),
    ]);
  });

  it("tells each address of the configuration", async () => {
    const declared = await declaredBy("preview", {
      ...fullConfig,
      "sluice:alarmEmails": '["ops@example.com", "data@example.com"]',
    });

    assert.deepEqual(
      all(declared, "aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs),
      ["ops@example.com", "data@example.com"].map((endpoint) => ({
        topic: topicArn,
        protocol: "email",
        endpoint,
      })),
    );
  });
});

describe("the budget", () => {
  const BUDGET = "aws:budgets/budget:Budget";

  for (const [profile, limit] of Object.entries({ local: "1", dev: "50", staging: "200", prod: "1000" })) {
    it(`is ${limit} US dollars a month with profile ${profile}`, async () => {
      const known = EVERY_PROFILE.find((each) => each === profile);
      assert(known !== undefined);

      const { inputs } = one(await declaredBy("preview", fullConfigOf(known)), BUDGET);

      assert.deepEqual(
        [inputs["limitAmount"], inputs["limitUnit"], inputs["timeUnit"], inputs["budgetType"]],
        [limit, "USD", "MONTHLY", "COST"],
      );
    });
  }

  it("counts what carries the stack's tags, and tells when most is spent and when too much will be", async () => {
    const { inputs } = one(await declaredBy("preview"), BUDGET);

    assert.deepEqual(inputs["costFilters"], [
      { name: "TagKeyValue", values: ["user:project$sluice", "user:stack$dev"] },
    ]);
    assert.deepEqual(
      (inputs["notifications"] as Record<string, unknown>[]).map((each) => [
        ...[each["notificationType"], each["threshold"], each["thresholdType"], each["comparisonOperator"]],
        each["subscriberSnsTopicArns"],
      ]),
      [
        ["ACTUAL", 80, "PERCENTAGE", "GREATER_THAN", [topicArn]],
        ["FORECASTED", 100, "PERCENTAGE", "GREATER_THAN", [topicArn]],
      ],
    );
  });

  it("is not there where it is zero", async () => {
    const declared = await declaredBy("preview", { ...fullConfig, "sluice:monthlyBudgetUsd": "0" });

    assert.deepEqual(all(declared, BUDGET), []);
  });
});

describe("crawls that failed", () => {
  it("of this stack's crawlers are kept, since Glue has no metric of them", async () => {
    const declared = await declaredBy("preview");

    const { inputs: rule } = one(declared, "aws:cloudwatch/eventRule:EventRule", "crawl-failed");
    const { inputs: target } = one(declared, "aws:cloudwatch/eventTarget:EventTarget", "crawl-failed-target");
    assert.deepEqual(JSON.parse(String(rule["eventPattern"])), {
      source: ["aws.glue"],
      "detail-type": ["Glue Crawler State Change"],
      account: ["123456789012"],
      detail: { crawlerName: ["sluice-dev-raw", "sluice-dev-source"], state: ["Failed"] },
    });
    const queue = "arn:aws:sqs:eu-west-1:123456789012:sluice-dev-crawl-failed";
    assert.equal(target["arn"], queue);
    assert.deepEqual(target["deadLetterConfig"], { arn: `${queue}-undelivered` });
  });
});
