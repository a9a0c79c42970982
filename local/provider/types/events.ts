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
} from "@aws-sdk/client-eventbridge";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { integer, removedKeys, tagList, tagMap, tags, text, unlessMissing } from "./common.ts";

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
    v.strictObject({ maximumEventAgeInSeconds: integer, maximumRetryAttempts: integer }),
  ),
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
        Targets: [
          {
            Id: inputs.targetId,
            Arn: inputs.arn,
            DeadLetterConfig: inputs.deadLetterConfig && { Arn: inputs.deadLetterConfig.arn },
            RetryPolicy: inputs.retryPolicy && {
              MaximumEventAgeInSeconds: inputs.retryPolicy.maximumEventAgeInSeconds,
              MaximumRetryAttempts: inputs.retryPolicy.maximumRetryAttempts,
            },
          },
        ],
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
        arn: found.Arn,
        deadLetterConfig: found.DeadLetterConfig && { arn: found.DeadLetterConfig.Arn },
        retryPolicy: found.RetryPolicy && {
          maximumEventAgeInSeconds: found.RetryPolicy.MaximumEventAgeInSeconds,
          maximumRetryAttempts: found.RetryPolicy.MaximumRetryAttempts,
        },
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

function targetOf(id: string): { EventBusName: string; Rule: string; Id: string } {
  const [EventBusName, Rule, Id] = id.split("/");
  if (EventBusName === undefined || Rule === undefined || Id === undefined) {
    throw new Error(`an event target's id is BUS/RULE/TARGET, not "${id}"`);
  }
  return { EventBusName, Rule, Id };
}

/** Types of EventBridge. */
export const eventTypes = [rule, target];
