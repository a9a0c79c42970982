/** aws.cloudwatch.EventRule and aws.cloudwatch.EventTarget. */
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import type { Properties } from "../values.ts";
import { integer, nonEmpty, removedKeys, tagList, tagMap, tags, text, unlessMissing } from "./common.ts";

const MISSING = "ResourceNotFoundException";

const rule = defineType({
  token: "aws:cloudwatch/eventRule:EventRule",
  inputs: v.strictObject({
    name: text,
    description: v.optional(text),
    eventBusName: v.optional(text, "default"),
    eventPattern: v.optional(text),
    scheduleExpression: v.optional(text),
    state: v.optional(v.picklist(["ENABLED", "DISABLED"]), "ENABLED"),
    roleArn: v.optional(text),
    forceDestroy: v.optional(v.boolean(), false),
    tags,
  }),
  documents: ["eventPattern"],
  replaceOn: ["name", "eventBusName"],
  computed: ["arn", "tagsAll"],
  create: ({ name, eventBusName }) =>
    Promise.resolve(eventBusName === "default" ? name : `${eventBusName}/${name}`),
  async configure(_id, inputs, { clients }, before) {
    const { RuleArn } = await clients.events.send(
      new PutRuleCommand({
        Name: inputs.name,
        Description: inputs.description,
        EventBusName: inputs.eventBusName,
        EventPattern: inputs.eventPattern,
        ScheduleExpression: inputs.scheduleExpression,
        State: inputs.state,
        RoleArn: inputs.roleArn,
        ...(before === undefined && { Tags: tagList(inputs.tags) }),
      }),
    );
    if (before === undefined) return;
    const removed = removedKeys(before.tags, inputs.tags);
    if (removed.length > 0) {
      await clients.events.send(new UntagResourceCommand({ ResourceARN: RuleArn, TagKeys: removed }));
    }
    if (inputs.tags !== undefined) {
      await clients.events.send(new TagResourceCommand({ ResourceARN: RuleArn, Tags: tagList(inputs.tags) }));
    }
  },
  async read(id, { clients }) {
    const { Name, EventBusName } = ruleOf(id);
    const found = await unlessMissing(
      clients.events.send(new DescribeRuleCommand({ Name, EventBusName })),
      MISSING,
    );
    if (found === undefined) return undefined;
    const listed = await clients.events.send(new ListTagsForResourceCommand({ ResourceARN: found.Arn }));
    return {
      name: Name,
      eventBusName: EventBusName,
      description: found.Description || undefined,
      eventPattern: found.EventPattern || undefined,
      scheduleExpression: found.ScheduleExpression || undefined,
      state: found.State,
      roleArn: found.RoleArn || undefined,
      tags: tagMap(listed.Tags),
      arn: found.Arn,
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.events.send(new DeleteRuleCommand(ruleOf(id))), MISSING);
  },
});

function ruleOf(id: string): { Name: string; EventBusName: string } {
  const [last, bus] = id.split("/").reverse();
  return { Name: last ?? id, EventBusName: bus ?? "default" };
}

const targetInputs = v.strictObject({
  rule: text,
  targetId: text,
  arn: text,
  eventBusName: v.optional(text, "default"),
  forceDestroy: v.optional(v.boolean(), false),
  deadLetterConfig: v.optional(v.strictObject({ arn: text })),
  retryPolicy: v.optional(
    v.strictObject({
      maximumEventAgeInSeconds: v.optional(integer),
      maximumRetryAttempts: v.optional(integer),
    }),
  ),
  input: v.optional(text),
  inputPath: v.optional(text),
  inputTransformer: v.optional(
    v.strictObject({ inputPaths: v.optional(v.record(text, text)), inputTemplate: text }),
  ),
  roleArn: v.optional(text),
  sqsTarget: v.optional(v.strictObject({ messageGroupId: v.optional(text) })),
});

const target = defineType({
  token: "aws:cloudwatch/eventTarget:EventTarget",
  inputs: targetInputs,
  replaceOn: ["rule", "targetId", "eventBusName"],
  computed: [],
  create: (inputs) => Promise.resolve([inputs.eventBusName, inputs.rule, inputs.targetId].join("/")),
  async configure(_id, inputs, { clients }) {
    const { FailedEntries } = await clients.events.send(
      new PutTargetsCommand({
        Rule: inputs.rule,
        EventBusName: inputs.eventBusName,
        Targets: [toTarget(inputs)],
      }),
    );
    const failed = FailedEntries?.[0];
    if (failed !== undefined) throw new Error(`${String(failed.ErrorCode)}: ${String(failed.ErrorMessage)}`);
  },
  async read(id, { clients }) {
    const { EventBusName, Rule, Id } = targetOf(id);
    const call = clients.events.send(new ListTargetsByRuleCommand({ Rule, EventBusName }));
    const found = (await unlessMissing(call, MISSING))?.Targets?.find((candidate) => candidate.Id === Id);
    return (
      found && {
        rule: Rule,
        targetId: Id,
        eventBusName: EventBusName,
        ...fromTarget(found),
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    const { EventBusName, Rule, Id } = targetOf(id);
    await unlessMissing(
      clients.events.send(new RemoveTargetsCommand({ Rule, EventBusName, Ids: [Id] })),
      MISSING,
    );
  },
});

function toTarget(inputs: v.InferOutput<typeof targetInputs>): Target {
  const { deadLetterConfig, retryPolicy, inputTransformer, sqsTarget } = inputs;
  return {
    Id: inputs.targetId,
    Arn: inputs.arn,
    Input: inputs.input,
    InputPath: inputs.inputPath,
    RoleArn: inputs.roleArn,
    DeadLetterConfig: deadLetterConfig && { Arn: deadLetterConfig.arn },
    RetryPolicy: retryPolicy && {
      MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
      MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
    },
    InputTransformer: inputTransformer && {
      InputPathsMap: inputTransformer.inputPaths,
      InputTemplate: inputTransformer.inputTemplate,
    },
    SqsParameters: sqsTarget && { MessageGroupId: sqsTarget.messageGroupId },
  };
}

function fromTarget(found: Target): Properties {
  return {
    arn: found.Arn,
    input: found.Input || undefined,
    inputPath: found.InputPath || undefined,
    roleArn: found.RoleArn || undefined,
    deadLetterConfig: found.DeadLetterConfig && { arn: found.DeadLetterConfig.Arn },
    retryPolicy: found.RetryPolicy && {
      maximumEventAgeInSeconds: found.RetryPolicy.MaximumEventAgeInSeconds,
      maximumRetryAttempts: found.RetryPolicy.MaximumRetryAttempts,
    },
    inputTransformer: found.InputTransformer && {
      inputPaths: nonEmpty(found.InputTransformer.InputPathsMap),
      inputTemplate: found.InputTransformer.InputTemplate,
    },
    sqsTarget: found.SqsParameters && { messageGroupId: found.SqsParameters.MessageGroupId },
  };
}

function targetOf(id: string): { EventBusName: string; Rule: string; Id: string } {
  const [EventBusName, Rule, Id] = id.split("/");
  if (EventBusName === undefined || Rule === undefined || Id === undefined) {
    throw new Error(`an event target's id is BUS/RULE/TARGET, not "${id}"`);
  }
  return { EventBusName, Rule, Id };
}

/** Types of EventBridge. */
export const eventTypes = [rule, target];
