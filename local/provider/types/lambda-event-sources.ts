/** aws.lambda.EventSourceMapping. */
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  ListTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
  FunctionResponseType,
} from "@aws-sdk/client-lambda";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { changeTags, integer, nonEmpty, tags, text, unlessMissing } from "./common.ts";

const MISSING = "ResourceNotFoundException";

const mappingInputs = v.strictObject({
  eventSourceArn: text,
  functionName: text,
  batchSize: v.optional(integer),
  maximumBatchingWindowInSeconds: v.optional(integer),
  functionResponseTypes: v.optional(v.array(v.enum(FunctionResponseType))),
  scalingConfig: v.optional(v.strictObject({ maximumConcurrency: v.optional(integer) })),
  filterCriteria: v.optional(
    v.strictObject({ filters: v.optional(v.array(v.strictObject({ pattern: v.optional(text) }))) }),
  ),
  enabled: v.optional(v.boolean(), true),
  tags,
});

const mapping = defineType({
  token: "aws:lambda/eventSourceMapping:EventSourceMapping",
  inputs: mappingInputs,
  replaceOn: ["eventSourceArn"],
  computed: [
    ...["arn", "functionArn", "lastModified", "lastProcessingResult"],
    ...["state", "stateTransitionReason", "uuid", "tagsAll"],
  ],
  async create(inputs, { clients }) {
    const { UUID } = await clients.lambda.send(
      new CreateEventSourceMappingCommand({
        ...toMapping(inputs),
        EventSourceArn: inputs.eventSourceArn,
        Tags: inputs.tags,
      }),
    );
    return UUID ?? "";
  },
  async configure(id, inputs, { clients: { lambda }, partition, region, accountId }, before) {
    if (before === undefined) return;
    const cleared = {
      ...(before.filterCriteria && { FilterCriteria: {} }),
      ...(before.scalingConfig && { ScalingConfig: {} }),
      ...(before.functionResponseTypes && { FunctionResponseTypes: [] }),
    };
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID: id, ...cleared, ...toMapping(inputs) }));
    const Resource = `arn:${partition}:lambda:${region}:${accountId}:event-source-mapping:${id}`;
    await changeTags(
      before.tags,
      inputs.tags,
      (TagKeys) => lambda.send(new UntagResourceCommand({ Resource, TagKeys })),
      (Tags) => lambda.send(new TagResourceCommand({ Resource, Tags })),
    );
  },
  async read(id, { clients: { lambda }, partition, region, accountId }, olds) {
    const found = await unlessMissing(lambda.send(new GetEventSourceMappingCommand({ UUID: id })), MISSING);
    if (found === undefined || found.State === "Deleting") return undefined;
    const arn = `arn:${partition}:lambda:${region}:${accountId}:event-source-mapping:${id}`;
    const listed = await lambda.send(new ListTagsCommand({ Resource: arn }));
    const filters = found.FilterCriteria?.Filters;
    const scaling = found.ScalingConfig?.MaximumConcurrency;
    return {
      eventSourceArn: found.EventSourceArn,
      functionName: functionName(found.FunctionArn ?? "", olds["functionName"]),
      batchSize: found.BatchSize,
      maximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds,
      functionResponseTypes: nonEmpty(found.FunctionResponseTypes),
      scalingConfig: scaling === undefined ? undefined : { maximumConcurrency: scaling },
      filterCriteria: filters?.length
        ? { filters: filters.map(({ Pattern }) => ({ pattern: Pattern })) }
        : undefined,
      enabled: !["Disabled", "Disabling"].includes(found.State ?? ""),
      tags: nonEmpty(listed.Tags),
      arn,
      functionArn: found.FunctionArn,
      lastModified: found.LastModified?.toISOString(),
      lastProcessingResult: found.LastProcessingResult,
      state: found.State,
      stateTransitionReason: found.StateTransitionReason,
      uuid: id,
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.lambda.send(new DeleteEventSourceMappingCommand({ UUID: id })), MISSING);
  },
});

function toMapping(inputs: v.InferOutput<typeof mappingInputs>) {
  const { filterCriteria, functionResponseTypes, scalingConfig } = inputs;
  return {
    FunctionName: inputs.functionName,
    BatchSize: inputs.batchSize,
    MaximumBatchingWindowInSeconds: inputs.maximumBatchingWindowInSeconds,
    Enabled: inputs.enabled,
    ...(functionResponseTypes && { FunctionResponseTypes: functionResponseTypes }),
    ...(scalingConfig && { ScalingConfig: { MaximumConcurrency: scalingConfig.maximumConcurrency } }),
    ...(filterCriteria && {
      FilterCriteria: { Filters: filterCriteria.filters?.map(({ pattern }) => ({ Pattern: pattern })) },
    }),
  };
}

/** A function may be given by name or by ARN: the program's own word for it where it is the same function. */
function functionName(arn: string, given: unknown): string {
  return typeof given === "string" && (given === arn || arn.endsWith(`:function:${given}`)) ? given : arn;
}

/** Types of Lambda that bring events to a function. */
export const lambdaEventSourceTypes = [mapping];
