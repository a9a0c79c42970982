/** aws.sns.Topic, aws.sns.TopicPolicy and aws.sns.TopicSubscription. */
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
  type SNSClient,
} from "@aws-sdk/client-sns";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { changeTags, integer, tagList, tagMap, tags, text, unlessMissing } from "./common.ts";

const MISSING = ["NotFoundException", "NotFound"];

const topicInputs = v.strictObject({
  name: text,
  displayName: v.optional(text),
  kmsMasterKeyId: v.optional(text),
  policy: v.optional(text),
  signatureVersion: v.optional(integer),
  tracingConfig: v.optional(v.picklist(["Active", "PassThrough"])),
  fifoTopic: v.optional(v.literal(false), false),
  contentBasedDeduplication: v.optional(v.literal(false), false),
  tags,
});

/** Inputs that are attributes of the topic, by the attribute's name. */
const ATTRIBUTES = {
  DisplayName: "displayName",
  KmsMasterKeyId: "kmsMasterKeyId",
  Policy: "policy",
  SignatureVersion: "signatureVersion",
  TracingConfig: "tracingConfig",
} as const;

const topic = defineType({
  token: "aws:sns/topic:Topic",
  inputs: topicInputs,
  documents: ["policy"],
  replaceOn: ["name"],
  computed: ["arn", "owner", "tagsAll"],
  async create(inputs, { clients }) {
    const { TopicArn } = await clients.sns.send(
      new CreateTopicCommand({ Name: inputs.name, Tags: tagList(inputs.tags) }),
    );
    return TopicArn ?? "";
  },
  async configure(id, inputs, { clients: { sns } }, before) {
    for (const [AttributeName, input] of Object.entries(ATTRIBUTES)) {
      const [old, value] = [before?.[input], inputs[input]];
      if (value === old) continue;
      const AttributeValue = value === undefined ? ABSENT[input] : String(value);
      await sns.send(new SetTopicAttributesCommand({ TopicArn: id, AttributeName, AttributeValue }));
    }
    if (before === undefined) return;
    await changeTags(
      before.tags,
      inputs.tags,
      (TagKeys) => sns.send(new UntagResourceCommand({ ResourceArn: id, TagKeys })),
      (all) => sns.send(new TagResourceCommand({ ResourceArn: id, Tags: tagList(all) })),
    );
  },
  async read(id, { clients: { sns } }) {
    const found = await topicAttributes(id, sns);
    if (found === undefined) return undefined;
    const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: id }));
    return {
      name: id.split(":").at(-1),
      displayName: found["DisplayName"] || undefined,
      kmsMasterKeyId: found["KmsMasterKeyId"] || undefined,
      policy: found["Policy"],
      signatureVersion: found["SignatureVersion"] ? Number(found["SignatureVersion"]) : undefined,
      tracingConfig: found["TracingConfig"] || undefined,
      tags: tagMap(Tags),
      arn: id,
      owner: found["Owner"],
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.sns.send(new DeleteTopicCommand({ TopicArn: id })), ...MISSING);
  },
});

/** What an attribute is without the input; a policy stays, as with the official provider. */
const ABSENT: Partial<Record<(typeof ATTRIBUTES)[keyof typeof ATTRIBUTES], string>> = {
  displayName: "",
  kmsMasterKeyId: "",
  signatureVersion: "1",
  tracingConfig: "PassThrough",
};

async function topicAttributes(
  TopicArn: string,
  sns: SNSClient,
): Promise<Record<string, string> | undefined> {
  const call = sns.send(new GetTopicAttributesCommand({ TopicArn }));
  return (await unlessMissing(call, ...MISSING))?.Attributes;
}

const topicPolicy = defineType({
  token: "aws:sns/topicPolicy:TopicPolicy",
  inputs: v.strictObject({ arn: text, policy: text }),
  documents: ["policy"],
  replaceOn: ["arn"],
  computed: ["owner"],
  create: ({ arn }) => Promise.resolve(arn),
  async configure(id, { policy }, { clients }) {
    await clients.sns.send(
      new SetTopicAttributesCommand({ TopicArn: id, AttributeName: "Policy", AttributeValue: policy }),
    );
  },
  async read(id, { clients }) {
    const found = await topicAttributes(id, clients.sns);
    return found?.["Policy"] ? { arn: id, policy: found["Policy"], owner: found["Owner"] } : undefined;
  },
  async delete(id, _inputs, { clients, accountId }) {
    const call = clients.sns.send(
      new SetTopicAttributesCommand({
        TopicArn: id,
        AttributeName: "Policy",
        AttributeValue: defaultPolicy(id, accountId),
      }),
    );
    await unlessMissing(call, ...MISSING);
  },
});

/** The policy that a topic has from the start. @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html */
function defaultPolicy(arn: string, accountId: string): string {
  const actions = [
    ...["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission"],
    ...["DeleteTopic", "Subscribe", "ListSubscriptionsByTopic", "Publish"],
  ];
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": accountId } },
      },
    ],
  });
}

const subscription = defineType({
  token: "aws:sns/topicSubscription:TopicSubscription",
  inputs: v.strictObject({
    topic: text,
    protocol: text,
    endpoint: text,
    rawMessageDelivery: v.optional(v.boolean(), false),
    filterPolicy: v.optional(text),
    filterPolicyScope: v.optional(v.picklist(["MessageAttributes", "MessageBody"])),
    redrivePolicy: v.optional(text),
    confirmationTimeoutInMinutes: v.optional(integer, 1),
    endpointAutoConfirms: v.optional(v.boolean(), false),
  }),
  documents: ["filterPolicy", "redrivePolicy"],
  replaceOn: ["topic", "protocol", "endpoint"],
  computed: ["arn", "ownerId", "pendingConfirmation", "confirmationWasAuthenticated"],
  async create({ topic: TopicArn, protocol: Protocol, endpoint: Endpoint }, { clients }) {
    const call = { TopicArn, Protocol, Endpoint, ReturnSubscriptionArn: true };
    const { SubscriptionArn } = await clients.sns.send(new SubscribeCommand(call));
    return SubscriptionArn ?? "";
  },
  async configure(id, inputs, { clients }, before) {
    const values = {
      RawMessageDelivery: [before?.rawMessageDelivery ?? false, inputs.rawMessageDelivery],
      FilterPolicyScope: [before?.filterPolicyScope, inputs.filterPolicyScope],
      FilterPolicy: [before?.filterPolicy, inputs.filterPolicy],
      RedrivePolicy: [before?.redrivePolicy, inputs.redrivePolicy],
    } as const;
    for (const [AttributeName, [old, value]] of Object.entries(values)) {
      if (value === old) continue;
      const AttributeValue = value === undefined ? "" : String(value);
      const call = { SubscriptionArn: id, AttributeName, AttributeValue };
      await clients.sns.send(new SetSubscriptionAttributesCommand(call));
    }
  },
  async read(id, { clients }) {
    const call = clients.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: id }));
    const found = (await unlessMissing(call, ...MISSING))?.Attributes;
    if (found === undefined) return undefined;
    return {
      topic: found["TopicArn"],
      protocol: found["Protocol"],
      endpoint: found["Endpoint"],
      rawMessageDelivery: found["RawMessageDelivery"] === "true",
      filterPolicy: found["FilterPolicy"] || undefined,
      filterPolicyScope: found["FilterPolicyScope"] || undefined,
      redrivePolicy: found["RedrivePolicy"] || undefined,
      arn: id,
      ownerId: found["Owner"],
      pendingConfirmation: found["PendingConfirmation"] === "true",
      confirmationWasAuthenticated: found["ConfirmationWasAuthenticated"] === "true",
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.sns.send(new UnsubscribeCommand({ SubscriptionArn: id })), ...MISSING);
  },
});

/** Types of SNS. */
export const snsTypes = [topic, topicPolicy, subscription];
