/** aws.cloudwatch.EventBus, aws.cloudwatch.EventBusPolicy and aws.cloudwatch.EventArchive. */
import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteEventBusCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  ListTagsForResourceCommand,
  PutPermissionCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateArchiveCommand,
  UpdateEventBusCommand,
} from "@aws-sdk/client-eventbridge";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { changeTags, integer, tagList, tagMap, tags, text, unlessMissing } from "./common.ts";

const MISSING = "ResourceNotFoundException";

const busInputs = v.strictObject({
  name: text,
  description: v.optional(text),
  kmsKeyIdentifier: v.optional(text),
  deadLetterConfig: v.optional(v.strictObject({ arn: v.optional(text) })),
  tags,
});

const bus = defineType({
  token: "aws:cloudwatch/eventBus:EventBus",
  inputs: busInputs,
  replaceOn: ["name"],
  computed: ["arn", "tagsAll"],
  async create(inputs, { clients }) {
    await clients.events.send(
      new CreateEventBusCommand({ ...toBus(inputs), Name: inputs.name, Tags: tagList(inputs.tags) }),
    );
    return inputs.name;
  },
  async configure(id, inputs, { clients: { events }, partition, region, accountId }, before) {
    if (before === undefined) return;
    await events.send(new UpdateEventBusCommand({ ...toBus(inputs), Name: id }));
    const ResourceARN = `arn:${partition}:events:${region}:${accountId}:event-bus/${id}`;
    await changeTags(
      before.tags,
      inputs.tags,
      (TagKeys) => events.send(new UntagResourceCommand({ ResourceARN, TagKeys })),
      (all) => events.send(new TagResourceCommand({ ResourceARN, Tags: tagList(all) })),
    );
  },
  async read(id, { clients: { events } }) {
    const found = await unlessMissing(events.send(new DescribeEventBusCommand({ Name: id })), MISSING);
    if (found === undefined) return undefined;
    const { Tags } = await events.send(new ListTagsForResourceCommand({ ResourceARN: found.Arn }));
    return {
      name: found.Name,
      description: found.Description || undefined,
      kmsKeyIdentifier: found.KmsKeyIdentifier || undefined,
      deadLetterConfig: found.DeadLetterConfig?.Arn && { arn: found.DeadLetterConfig.Arn },
      tags: tagMap(Tags),
      arn: found.Arn,
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.events.send(new DeleteEventBusCommand({ Name: id })), MISSING);
  },
});

function toBus({ description, kmsKeyIdentifier, deadLetterConfig }: v.InferOutput<typeof busInputs>) {
  return {
    Description: description,
    KmsKeyIdentifier: kmsKeyIdentifier,
    DeadLetterConfig: deadLetterConfig && { Arn: deadLetterConfig.arn },
  };
}

const busPolicy = defineType({
  token: "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
  inputs: v.strictObject({ eventBusName: v.optional(text, "default"), policy: text }),
  documents: ["policy"],
  replaceOn: ["eventBusName"],
  computed: [],
  create: ({ eventBusName }) => Promise.resolve(eventBusName),
  async configure(id, { policy }, { clients }) {
    await clients.events.send(new PutPermissionCommand({ EventBusName: id, Policy: policy }));
  },
  async read(id, { clients }) {
    const call = clients.events.send(new DescribeEventBusCommand({ Name: id }));
    const policy = (await unlessMissing(call, MISSING))?.Policy;
    return policy ? { eventBusName: id, policy } : undefined;
  },
  async delete(id, _inputs, { clients }) {
    const call = new RemovePermissionCommand({ EventBusName: id, RemoveAllPermissions: true });
    await unlessMissing(clients.events.send(call), MISSING);
  },
});

const archiveInputs = v.strictObject({
  name: text,
  eventSourceArn: text,
  description: v.optional(text),
  eventPattern: v.optional(text),
  retentionDays: v.optional(integer, 0),
  kmsKeyIdentifier: v.optional(text),
});

const archive = defineType({
  token: "aws:cloudwatch/eventArchive:EventArchive",
  inputs: archiveInputs,
  documents: ["eventPattern"],
  replaceOn: ["name", "eventSourceArn"],
  computed: ["arn"],
  async create(inputs, { clients }) {
    const call = { ...toArchive(inputs), EventSourceArn: inputs.eventSourceArn };
    await clients.events.send(new CreateArchiveCommand(call));
    return inputs.name;
  },
  async configure(_id, inputs, { clients }, before) {
    if (before === undefined) return;
    await clients.events.send(new UpdateArchiveCommand(toArchive(inputs)));
  },
  async read(id, { clients }) {
    const call = clients.events.send(new DescribeArchiveCommand({ ArchiveName: id }));
    const found = await unlessMissing(call, MISSING);
    return (
      found && {
        name: id,
        eventSourceArn: found.EventSourceArn,
        description: found.Description || undefined,
        eventPattern: found.EventPattern || undefined,
        retentionDays: found.RetentionDays ?? 0,
        kmsKeyIdentifier: found.KmsKeyIdentifier || undefined,
        arn: found.ArchiveArn,
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.events.send(new DeleteArchiveCommand({ ArchiveName: id })), MISSING);
  },
});

function toArchive(inputs: v.InferOutput<typeof archiveInputs>) {
  return {
    ArchiveName: inputs.name,
    Description: inputs.description,
    EventPattern: inputs.eventPattern,
    RetentionDays: inputs.retentionDays,
    KmsKeyIdentifier: inputs.kmsKeyIdentifier,
  };
}

/** Types of EventBridge that hold events; rules are in events.ts. */
export const eventBusTypes = [bus, busPolicy, archive];
