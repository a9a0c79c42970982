import assert from "node:assert/strict";
import { all, one, statementsOf } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const account = "eu-west-1:123456789012";
const queue = (what: string): string => `arn:aws:sqs:${account}:sluice-dev-${what}`;
const bucket = (zone: string): string => `arn:aws:s3:::sluice-dev-${zone}-123456789012`;

describe("the ingestion", () => {
  it("has every object of the raw zone, of this account, put into its queue", async () => {
    const declared = await declaredBy("preview");

    const { inputs: rule } = one(declared, "aws:cloudwatch/eventRule:EventRule", "raw-object-created");
    const { inputs: target } = one(
      declared,
      "aws:cloudwatch/eventTarget:EventTarget",
      "raw-object-created-target",
    );
    assert.deepEqual(JSON.parse(String(rule["eventPattern"])), {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      account: ["123456789012"],
      detail: { bucket: { name: ["sluice-dev-raw-123456789012"] } },
    });
    assert.equal(rule["eventBusName"], "default");
    assert.equal(target["arn"], queue("ingest"));
  });

  it("loses no event: each edge keeps what it could not hand on, each in a queue of its own", async () => {
    const declared = await declaredBy("preview");

    const { inputs: target } = one(
      declared,
      "aws:cloudwatch/eventTarget:EventTarget",
      "raw-object-created-target",
    );
    const { inputs: events } = one(declared, "aws:sqs/queue:Queue", "ingest-events");
    const { inputs: failures } = one(
      declared,
      "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      "ingest-failures",
    );
    assert.deepEqual(target["deadLetterConfig"], { arn: queue("ingest-undelivered") });
    assert.deepEqual(JSON.parse(String(events["redrivePolicy"])), {
      deadLetterTargetArn: queue("ingest-dead"),
      maxReceiveCount: 5,
    });
    assert.deepEqual(failures["destinationConfig"], { onFailure: { destination: queue("ingest-failed") } });
  });

  it("gives a batch to nobody else while the function may still work on it", async () => {
    const declared = await declaredBy("preview");

    const { inputs: events } = one(declared, "aws:sqs/queue:Queue", "ingest-events");
    const { inputs: lambda } = one(declared, "aws:lambda/function:Function", "ingest");
    // Six times, as AWS advises.
    assert.equal(events["visibilityTimeoutSeconds"], 6 * Number(lambda["timeout"]));
  });

  it("has the rights that its work takes, and no more", async () => {
    const { inputs } = one(
      await declaredBy("preview"),
      "aws:iam/rolePolicy:RolePolicy",
      "ingest-role-grants",
    );

    const statements = statementsOf(inputs["policy"]);
    assert.deepEqual(
      statements.map(({ Action, Resource }) => [Resource, Action]),
      [
        [[`${bucket("raw")}/*`], ["s3:GetObjectVersion"]],
        [[`arn:aws:kms:${account}:key/*`], ["kms:Decrypt"]],
        [[`${bucket("curated")}/seattle_weather/*`], ["s3:PutObject"]],
        [[`arn:aws:kms:${account}:key/*`], ["kms:GenerateDataKey", "kms:Decrypt"]],
        [
          [`${bucket("quarantine")}/seattle_weather/*`, `${bucket("quarantine")}/_unknown/*`],
          ["s3:PutObject"],
        ],
        [[`arn:aws:kms:${account}:key/*`], ["kms:GenerateDataKey", "kms:Decrypt"]],
        [[queue("ingest")], ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]],
        [
          [`arn:aws:logs:${account}:log-group:/aws/lambda/sluice-dev-ingest:*`],
          ["logs:CreateLogStream", "logs:PutLogEvents"],
        ],
        [["*"], ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]],
        [[queue("ingest-failed")], ["sqs:SendMessage"]],
      ],
    );
    assert.deepEqual(
      statements.flatMap(
        ({ Condition }) => Condition?.["StringLike"]?.["kms:EncryptionContext:aws:s3:arn"] ?? [],
      ),
      ["raw", "curated", "quarantine"].flatMap((zone) => [bucket(zone), `${bucket(zone)}/*`]),
    );
  });

  it("has its events come once whoever handles them is there", async () => {
    const { after } = one(
      await declaredBy("preview"),
      "sluice:events:ObjectCreatedRule",
      "raw-object-created",
    );

    assert(after.includes("ingest-consumer"));
    assert(after.includes("raw-events"));
  });

  it("is called by nobody directly", async () => {
    assert.deepEqual(all(await declaredBy("preview"), "aws:lambda/permission:Permission"), []);
  });
});
