/** aws.sqs.Queue and aws.sqs.QueuePolicy. */
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
  type QueueAttributeName,
} from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import type { Properties } from "../values.ts";
import { integer, nonEmpty, removedKeys, tags, text, unlessMissing } from "./common.ts";

const MISSING = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];

const queueInputs = v.strictObject({
  name: text,
  delaySeconds: v.optional(integer, 0),
  maxMessageSize: v.optional(integer, 262_144),
  messageRetentionSeconds: v.optional(integer, 345_600),
  receiveWaitTimeSeconds: v.optional(integer, 0),
  visibilityTimeoutSeconds: v.optional(integer, 30),
  sqsManagedSseEnabled: v.optional(v.boolean()),
  kmsMasterKeyId: v.optional(text),
  kmsDataKeyReusePeriodSeconds: v.optional(integer),
  redrivePolicy: v.optional(text),
  redriveAllowPolicy: v.optional(text),
  fifoQueue: v.optional(v.literal(false), false),
  contentBasedDeduplication: v.optional(v.literal(false), false),
  tags,
});

/** Inputs that are attributes of the queue, by the attribute's name. */
const ATTRIBUTES = {
  DelaySeconds: "delaySeconds",
  MaximumMessageSize: "maxMessageSize",
  MessageRetentionPeriod: "messageRetentionSeconds",
  ReceiveMessageWaitTimeSeconds: "receiveWaitTimeSeconds",
  VisibilityTimeout: "visibilityTimeoutSeconds",
  SqsManagedSseEnabled: "sqsManagedSseEnabled",
  KmsMasterKeyId: "kmsMasterKeyId",
  KmsDataKeyReusePeriodSeconds: "kmsDataKeyReusePeriodSeconds",
  RedrivePolicy: "redrivePolicy",
  RedriveAllowPolicy: "redriveAllowPolicy",
} as const;

type QueueInputs = v.InferOutput<typeof queueInputs>;

const queue = defineType({
  token: "aws:sqs/queue:Queue",
  inputs: queueInputs,
  documents: ["redrivePolicy", "redriveAllowPolicy"],
  replaceOn: ["name"],
  computed: ["arn", "url", "tagsAll"],
  async create(inputs, { clients, region, accountId }) {
    const call = { QueueName: inputs.name, Attributes: toAttributes(inputs), tags: inputs.tags };
    await clients.sqs.send(new CreateQueueCommand(call));
    // As AWS writes it: the emulator's own URL has its port in it, which another run may not have.
    return `https://sqs.${region}.amazonaws.com/${accountId}/${inputs.name}`;
  },
  async configure(id, inputs, { clients }, before) {
    if (before === undefined) return;
    await clients.sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: id,
        Attributes: { ...cleared(before, inputs), ...toAttributes(inputs) },
      }),
    );
    const removed = removedKeys(before.tags, inputs.tags);
    if (removed.length > 0) await clients.sqs.send(new UntagQueueCommand({ QueueUrl: id, TagKeys: removed }));
    if (inputs.tags !== undefined)
      await clients.sqs.send(new TagQueueCommand({ QueueUrl: id, Tags: inputs.tags }));
  },
  async read(id, { clients }) {
    const call = clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl: id, AttributeNames: ["All"] }));
    const found = (await unlessMissing(call, ...MISSING))?.Attributes;
    if (found === undefined) return undefined;
    const { Tags } = await clients.sqs.send(new ListQueueTagsCommand({ QueueUrl: id }));
    return {
      name: id.split("/").at(-1),
      ...fromAttributes(found),
      tags: nonEmpty(Tags),
      arn: found["QueueArn"],
      url: id,
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.sqs.send(new DeleteQueueCommand({ QueueUrl: id })), ...MISSING);
  },
});

function toAttributes(inputs: QueueInputs): Record<string, string> {
  const entries = Object.entries(ATTRIBUTES).map(([attribute, input]) => [attribute, inputs[input]] as const);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/** Texts that the queue had and is not to have: an empty text takes such an attribute away. */
function cleared(before: QueueInputs, inputs: QueueInputs): Record<string, string> {
  const texts = ["KmsMasterKeyId", "RedrivePolicy", "RedriveAllowPolicy"] as const;
  const gone = texts.filter((name) => {
    const input = ATTRIBUTES[name];
    return before[input] !== undefined && inputs[input] === undefined;
  });
  return Object.fromEntries(gone.map((name) => [name, ""]));
}

function fromAttributes(found: Partial<Record<string, string>>): Properties {
  return Object.fromEntries(
    Object.entries(ATTRIBUTES).flatMap(([attribute, input]): [string, unknown][] => {
      const value = found[attribute];
      if (value === undefined || value === "") return [[input, undefined]];
      if (typeof value === "string" && /^(true|false)$/.test(value)) return [[input, value === "true"]];
      return [[input, /^\d+$/.test(value) ? Number(value) : value]];
    }),
  );
}

const POLICY = "Policy" satisfies QueueAttributeName;

const queuePolicy = defineType({
  token: "aws:sqs/queuePolicy:QueuePolicy",
  inputs: v.strictObject({ queueUrl: text, policy: text }),
  documents: ["policy"],
  replaceOn: ["queueUrl"],
  computed: [],
  create: ({ queueUrl }) => Promise.resolve(queueUrl),
  async configure(id, { policy }, { clients }) {
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl: id, Attributes: { [POLICY]: policy } }));
  },
  async read(id, { clients }) {
    const call = clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl: id, AttributeNames: [POLICY] }));
    const policy = (await unlessMissing(call, ...MISSING))?.Attributes?.[POLICY];
    return policy ? { queueUrl: id, policy } : undefined;
  },
  async delete(id, _inputs, { clients }) {
    const call = clients.sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: id, Attributes: { [POLICY]: "" } }),
    );
    await unlessMissing(call, ...MISSING);
  },
});

/** Types of SQS. */
export const sqsTypes = [queue, queuePolicy];
