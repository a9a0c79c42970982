import assert from "node:assert/strict";
import { Queue, type QueueArgs } from "../../../components/events/queue.ts";
import { all, deployPart, one, statementsOf, validConfig, type Declared } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const QUEUE = "aws:sqs/queue:Queue";
const arn = "arn:aws:sqs:eu-west-1:123456789012:sluice-dev-ingest";

function declare(
  args: Partial<QueueArgs> = {},
  config: Record<string, string> = validConfig,
): Promise<Declared[]> {
  return deployPart((site) => new Queue("queue", { site, what: "ingest", ...args }), { config });
}

const policyOf = (declared: readonly Declared[], name: string) =>
  statementsOf(one(declared, "aws:sqs/queuePolicy:QueuePolicy", `${name}-policy`).inputs["policy"]);

describe("a queue", () => {
  it("is encrypted, and keeps what it gets for fourteen days", async () => {
    assert.deepEqual(one(await declare(), QUEUE).inputs, {
      name: "sluice-dev-ingest",
      messageRetentionSeconds: 14 * 24 * 3600,
      sqsManagedSseEnabled: true,
      visibilityTimeoutSeconds: 30,
    });
  });

  it("puts what nobody could handle into another queue, which is there before", async () => {
    const declared = await deployPart((site) => {
      const dead = new Queue("dead", { site, what: "ingest-dead" });
      new Queue("queue", {
        ...{ site, what: "ingest", visibilityTimeoutSeconds: 1800 },
        deadLetters: { queue: dead, afterReceives: 5 },
      });
    });

    const { inputs, after } = one(declared, QUEUE, "queue");
    assert.deepEqual(JSON.parse(String(inputs["redrivePolicy"])), {
      deadLetterTargetArn: `${arn}-dead`,
      maxReceiveCount: 5,
    });
    assert.equal(inputs["visibilityTimeoutSeconds"], 1800);
    assert(after.includes("dead"));
  });

  it("lets nobody in, and nothing without TLS", async () => {
    assert.deepEqual(policyOf(await declare(), "queue"), [
      {
        Sid: "DenyWithoutTls",
        Effect: "Deny",
        Principal: "*",
        Action: ["sqs:*"],
        Resource: [arn],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("lets the rules in that it is told of, one by one", async () => {
    const rule = "arn:aws:events:eu-west-1:123456789012:rule/sluice-dev-raw-object-created";

    assert.deepEqual(policyOf(await declare({ ruleArns: [rule] }), "queue")[1], {
      Sid: "AllowRules",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["sqs:SendMessage"],
      Resource: [arn],
      Condition: { ArnEquals: { "aws:SourceArn": [rule] } },
    });
  });

  for (const destroys of [true, false]) {
    it(`${destroys ? "goes" : "stays with its messages"} when the stack goes and both keys ${destroys ? "say so" : "don't say so"}`, async () => {
      const declared = await declare({}, { ...validConfig, "sluice:destroyData": String(destroys) });

      assert.deepEqual(
        declared.filter(({ type }) => type.startsWith("aws:")).map(({ isRetained }) => isRetained),
        [!destroys, !destroys],
      );
    });
  }
});

describe("a right to a queue", () => {
  for (const { right, actions } of [
    { right: "canSend", actions: ["sqs:SendMessage"] },
    { right: "canConsume", actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"] },
    {
      right: "canHandle",
      actions: ["sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    },
    {
      right: "canRedrive",
      actions: [
        ...["sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        ...["sqs:StartMessageMoveTask", "sqs:ListMessageMoveTasks", "sqs:CancelMessageMoveTask"],
      ],
    },
  ] as const) {
    it(`${right} is exactly ${actions.join(", ")} on this queue`, async () => {
      let statements: unknown;
      await deployPart((site) => {
        statements = new Queue("queue", { site, what: "ingest" })
          [right]()
          .statements.map(({ Sid: _sid, ...statement }) => statement);
      });

      assert.deepEqual(statements, [{ Effect: "Allow", Action: actions, Resource: [arn] }]);
    });
  }
});

describe("the lake's queues", () => {
  it("let in exactly the rules that put something into them", async () => {
    const declared = await declaredBy("preview");
    const rules = new Map(
      all(declared, "aws:cloudwatch/eventTarget:EventTarget").flatMap(({ inputs }) => {
        const { arn: deadArn } = inputs["deadLetterConfig"] as { arn: string };
        const rule = `arn:aws:events:eu-west-1:123456789012:rule/${String(inputs["rule"])}`;
        return [
          [String(inputs["arn"]), rule],
          [deadArn, rule],
        ] as const;
      }),
    );

    for (const { name, inputs } of all(declared, QUEUE)) {
      const queueArn = `arn:aws:sqs:eu-west-1:123456789012:${String(inputs["name"])}`;
      const allowed = policyOf(declared, name).flatMap(
        ({ Condition }) => Condition?.["ArnEquals"]?.["aws:SourceArn"] ?? [],
      );
      const rule = rules.get(queueArn);
      assert.deepEqual(allowed, rule === undefined ? [] : [rule], name);
    }
    assert.equal(rules.size, 4);
  });
});
