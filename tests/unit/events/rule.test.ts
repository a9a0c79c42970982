import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Bus } from "../../../components/events/bus.ts";
import { Queue } from "../../../components/events/queue.ts";
import { Rule, type RuleTarget } from "../../../components/events/rule.ts";
import { all, deployPart, one, siteOf, statementsOf, type Declared } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const PERMISSION = "aws:lambda/permission:Permission";
const account = "eu-west-1:123456789012";

/** A function, as far as a rule needs one. */
class Callee extends pulumi.ComponentResource {
  readonly functionName = "sluice-dev-ingest";
  readonly functionArn = `arn:aws:lambda:${account}:function:sluice-dev-ingest`;

  constructor() {
    super("test:index:Callee", "callee");
  }
}

function declare(target: "function" | "queue", onBus = false): Promise<Declared[]> {
  return deployPart((site) => {
    const undelivered = new Queue("undelivered", { site, what: "ingest-undelivered" });
    const targets: Record<typeof target, () => RuleTarget> = {
      function: () => ({ kind: "function", function: new Callee() }),
      queue: () => ({ kind: "queue", queue: new Queue("events", { site, what: "ingest" }) }),
    };
    new Rule("rule", {
      ...{ site, what: "raw-object-created", description: "Objects", undelivered },
      pattern: { source: ["aws.s3"] },
      target: targets[target](),
      ...(onBus && { bus: new Bus("bus", { site, what: "lake", description: "Events" }) }),
    });
  });
}

describe("a rule", () => {
  it("takes the events that match from the account's default bus", async () => {
    assert.deepEqual(one(await declare("queue"), RULE).inputs, {
      name: "sluice-dev-raw-object-created",
      eventBusName: "default",
      description: "Objects",
      eventPattern: '{"source":["aws.s3"]}',
    });
  });

  for (const [target, arn, before] of [
    ["function", `arn:aws:lambda:${account}:function:sluice-dev-ingest`, "rule-permission"],
    ["queue", `arn:aws:sqs:${account}:sluice-dev-ingest`, "events-policy"],
  ] as const) {
    it(`hands events to a ${target} which lets it in, tries again for an hour, and keeps what it could not hand over`, async () => {
      const { inputs, after } = one(await declare(target), TARGET);

      assert.deepEqual(inputs, {
        rule: "sluice-dev-raw-object-created",
        eventBusName: "default",
        targetId: target,
        arn,
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 185 },
        deadLetterConfig: { arn: `arn:aws:sqs:${account}:sluice-dev-ingest-undelivered` },
      });
      for (const name of ["rule", "undelivered", "undelivered-policy", before]) {
        assert(after.includes(name), name);
      }
    });
  }

  it("alone may call its function: no other rule, and no other account", async () => {
    assert.deepEqual(one(await declare("function"), PERMISSION).inputs, {
      statementId: "sluice-dev-raw-object-created",
      action: "lambda:InvokeFunction",
      function: "sluice-dev-ingest",
      principal: "events.amazonaws.com",
      sourceArn: `arn:aws:events:${account}:rule/sluice-dev-raw-object-created`,
    });
    assert.deepEqual(all(await declare("queue"), PERMISSION), []);
  });

  it("of another bus is called by that bus's name everywhere", async () => {
    const declared = await declare("function", true);

    assert.equal(one(declared, RULE).inputs["eventBusName"], "sluice-dev-lake");
    assert.equal(one(declared, TARGET).inputs["eventBusName"], "sluice-dev-lake");
    assert.equal(
      one(declared, PERMISSION).inputs["sourceArn"],
      `arn:aws:events:${account}:rule/sluice-dev-lake/sluice-dev-raw-object-created`,
    );
    assert(one(declared, RULE).after.includes("bus"));
  });
});

describe("the lake's bus", () => {
  it("refuses events of other accounts, and lets nobody in by itself", async () => {
    const { inputs } = one(await declaredBy("preview"), "aws:cloudwatch/eventBusPolicy:EventBusPolicy");

    assert.equal(inputs["eventBusName"], "sluice-dev-lake");
    assert.deepEqual(statementsOf(inputs["policy"]), [
      {
        Sid: "DenyOtherAccounts",
        Effect: "Deny",
        Principal: "*",
        Action: ["events:PutEvents"],
        Resource: [`arn:aws:events:${account}:event-bus/sluice-dev-lake`],
        Condition: { StringNotEquals: { "aws:PrincipalAccount": "123456789012" } },
      },
    ]);
  });

  it("is put on by roles that say which source they speak for", async () => {
    let statements: unknown;
    await deployPart((site) => {
      statements = new Bus("bus", { site, what: "lake", description: "" }).canPut(
        "sluice.reports",
      ).statements;
    });

    assert.deepEqual(statements, [
      {
        Sid: "PutEventsSluiceReports",
        Effect: "Allow",
        Action: ["events:PutEvents"],
        Resource: [siteOf().arns.bus("sluice-dev-lake")],
        Condition: { StringEquals: { "events:source": "sluice.reports" } },
      },
    ]);
  });
});
