/** aws.scheduler.ScheduleGroup and aws.scheduler.Schedule. */
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateScheduleCommand,
  type Target,
} from "@aws-sdk/client-scheduler";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { isMap, type Properties } from "../values.ts";
import { changeTags, integer, tagList, tagMap, tags, text, unlessMissing } from "./common.ts";

const MISSING = "ResourceNotFoundException";

const group = defineType({
  token: "aws:scheduler/scheduleGroup:ScheduleGroup",
  inputs: v.strictObject({ name: text, tags }),
  replaceOn: ["name"],
  computed: ["arn", "creationDate", "lastModificationDate", "state", "tagsAll"],
  async create({ name, tags: given }, { clients }) {
    await clients.scheduler.send(new CreateScheduleGroupCommand({ Name: name, Tags: tagList(given) }));
    return name;
  },
  async configure(id, inputs, { clients: { scheduler }, partition, region, accountId }, before) {
    if (before === undefined) return;
    const ResourceArn = `arn:${partition}:scheduler:${region}:${accountId}:schedule-group/${id}`;
    await changeTags(
      before.tags,
      inputs.tags,
      (TagKeys) => scheduler.send(new UntagResourceCommand({ ResourceArn, TagKeys })),
      (all) => scheduler.send(new TagResourceCommand({ ResourceArn, Tags: tagList(all) })),
    );
  },
  async read(id, { clients: { scheduler } }) {
    const found = await unlessMissing(scheduler.send(new GetScheduleGroupCommand({ Name: id })), MISSING);
    if (found === undefined) return undefined;
    const { Tags } = await scheduler.send(new ListTagsForResourceCommand({ ResourceArn: found.Arn }));
    return {
      name: found.Name,
      tags: tagMap(Tags),
      arn: found.Arn,
      creationDate: found.CreationDate?.toISOString(),
      lastModificationDate: found.LastModificationDate?.toISOString(),
      state: found.State,
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.scheduler.send(new DeleteScheduleGroupCommand({ Name: id })), MISSING);
  },
});

const targetInputs = v.strictObject({
  arn: text,
  roleArn: text,
  input: v.optional(text),
  deadLetterConfig: v.optional(v.strictObject({ arn: text })),
  retryPolicy: v.optional(
    v.strictObject({
      maximumEventAgeInSeconds: v.optional(integer, 86_400),
      maximumRetryAttempts: v.optional(integer, 185),
    }),
  ),
});

const scheduleInputs = v.strictObject({
  name: text,
  groupName: v.optional(text, "default"),
  description: v.optional(text),
  scheduleExpression: text,
  scheduleExpressionTimezone: v.optional(text, "UTC"),
  startDate: v.optional(text),
  endDate: v.optional(text),
  state: v.optional(v.picklist(["ENABLED", "DISABLED"]), "ENABLED"),
  actionAfterCompletion: v.optional(v.picklist(["NONE", "DELETE"])),
  kmsKeyArn: v.optional(text),
  flexibleTimeWindow: v.strictObject({
    mode: v.picklist(["OFF", "FLEXIBLE"]),
    maximumWindowInMinutes: v.optional(integer),
  }),
  target: targetInputs,
});

const schedule = defineType({
  token: "aws:scheduler/schedule:Schedule",
  inputs: scheduleInputs,
  replaceOn: ["name", "groupName"],
  computed: ["arn"],
  async create(inputs, { clients }) {
    await clients.scheduler.send(new CreateScheduleCommand(toSchedule(inputs)));
    return `${inputs.groupName}/${inputs.name}`;
  },
  async configure(_id, inputs, { clients }, before) {
    if (before === undefined) return;
    await clients.scheduler.send(new UpdateScheduleCommand(toSchedule(inputs)));
  },
  async read(id, { clients }, olds) {
    const call = clients.scheduler.send(new GetScheduleCommand(scheduleOf(id)));
    const found = await unlessMissing(call, MISSING);
    if (found === undefined) return undefined;
    const window = found.FlexibleTimeWindow;
    return {
      name: found.Name,
      groupName: found.GroupName,
      description: found.Description || undefined,
      scheduleExpression: found.ScheduleExpression,
      scheduleExpressionTimezone: found.ScheduleExpressionTimezone ?? "UTC",
      startDate: sameTime(found.StartDate, olds["startDate"]),
      endDate: sameTime(found.EndDate, olds["endDate"]),
      state: found.State,
      actionAfterCompletion: found.ActionAfterCompletion,
      kmsKeyArn: found.KmsKeyArn || undefined,
      flexibleTimeWindow: window && {
        mode: window.Mode,
        maximumWindowInMinutes: window.MaximumWindowInMinutes,
      },
      target: found.Target && fromTarget(found.Target, olds["target"]),
      arn: found.Arn,
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.scheduler.send(new DeleteScheduleCommand(scheduleOf(id))), MISSING);
  },
});

function scheduleOf(id: string): { GroupName: string; Name: string } {
  const [GroupName, Name] = id.split("/");
  if (GroupName === undefined || Name === undefined) {
    throw new Error(`a schedule's id is GROUP/NAME, not "${id}"`);
  }
  return { GroupName, Name };
}

/** The time in the words of the program where they mean the same. */
function sameTime(found: Date | undefined, given: unknown): string | undefined {
  if (found === undefined) return undefined;
  const same = typeof given === "string" && new Date(given).getTime() === found.getTime();
  return same ? given : found.toISOString().replace(".000Z", "Z");
}

function toSchedule(inputs: v.InferOutput<typeof scheduleInputs>) {
  const { target, flexibleTimeWindow: window } = inputs;
  return {
    Name: inputs.name,
    GroupName: inputs.groupName,
    Description: inputs.description,
    ScheduleExpression: inputs.scheduleExpression,
    ScheduleExpressionTimezone: inputs.scheduleExpressionTimezone,
    StartDate: inputs.startDate === undefined ? undefined : new Date(inputs.startDate),
    EndDate: inputs.endDate === undefined ? undefined : new Date(inputs.endDate),
    State: inputs.state,
    ActionAfterCompletion: inputs.actionAfterCompletion,
    KmsKeyArn: inputs.kmsKeyArn,
    FlexibleTimeWindow: { Mode: window.mode, MaximumWindowInMinutes: window.maximumWindowInMinutes },
    Target: {
      Arn: target.arn,
      RoleArn: target.roleArn,
      Input: target.input,
      ...(target.deadLetterConfig && { DeadLetterConfig: { Arn: target.deadLetterConfig.arn } }),
      ...(target.retryPolicy && {
        RetryPolicy: {
          MaximumEventAgeInSeconds: target.retryPolicy.maximumEventAgeInSeconds,
          MaximumRetryAttempts: target.retryPolicy.maximumRetryAttempts,
        },
      }),
    },
  };
}

function fromTarget(found: Target, given: unknown): Properties {
  const retry = found.RetryPolicy;
  // AWS fills in a policy where the program has none.
  // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
  const isDefault = retry?.MaximumEventAgeInSeconds === 86_400 && retry.MaximumRetryAttempts === 185;
  const isGiven = isMap(given) && given["retryPolicy"] !== undefined;
  return {
    arn: found.Arn,
    roleArn: found.RoleArn,
    input: found.Input || undefined,
    deadLetterConfig: found.DeadLetterConfig?.Arn && { arn: found.DeadLetterConfig.Arn },
    retryPolicy:
      retry === undefined || (isDefault && !isGiven)
        ? undefined
        : {
            maximumEventAgeInSeconds: retry.MaximumEventAgeInSeconds,
            maximumRetryAttempts: retry.MaximumRetryAttempts,
          },
  };
}

/** Types of EventBridge Scheduler. */
export const schedulerTypes = [group, schedule];
