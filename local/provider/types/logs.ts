/** aws.cloudwatch.LogGroup and aws.cloudwatch.LogMetricFilter. */
import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteMetricFilterCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  DisassociateKmsKeyCommand,
  ListTagsForResourceCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  StandardUnit,
} from "@aws-sdk/client-cloudwatch-logs";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { integer, nonEmpty, removedKeys, tags, text, unlessMissing } from "./common.ts";

const MISSING = "ResourceNotFoundException";

const logGroup = defineType({
  token: "aws:cloudwatch/logGroup:LogGroup",
  inputs: v.strictObject({
    name: text,
    retentionInDays: v.optional(integer, 0),
    kmsKeyId: v.optional(text),
    logGroupClass: v.optional(v.picklist(["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"])),
    skipDestroy: v.optional(v.boolean(), false),
    tags,
  }),
  replaceOn: ["name", "logGroupClass"],
  computed: ["arn", "tagsAll"],
  async create(inputs, { clients }) {
    await clients.logs.send(
      new CreateLogGroupCommand({
        logGroupName: inputs.name,
        kmsKeyId: inputs.kmsKeyId,
        logGroupClass: inputs.logGroupClass,
        tags: inputs.tags,
      }),
    );
    return inputs.name;
  },
  async configure(id, inputs, { clients, partition, region, accountId }, before) {
    const days = inputs.retentionInDays;
    await (days === 0
      ? clients.logs.send(new DeleteRetentionPolicyCommand({ logGroupName: id }))
      : clients.logs.send(new PutRetentionPolicyCommand({ logGroupName: id, retentionInDays: days })));
    if (before === undefined) return;
    if (inputs.kmsKeyId !== before.kmsKeyId) {
      await (inputs.kmsKeyId === undefined
        ? clients.logs.send(new DisassociateKmsKeyCommand({ logGroupName: id }))
        : clients.logs.send(new AssociateKmsKeyCommand({ logGroupName: id, kmsKeyId: inputs.kmsKeyId })));
    }
    const resourceArn = groupArn(id, partition, region, accountId);
    const removed = removedKeys(before.tags, inputs.tags);
    if (removed.length > 0)
      await clients.logs.send(new UntagResourceCommand({ resourceArn, tagKeys: removed }));
    if (inputs.tags !== undefined)
      await clients.logs.send(new TagResourceCommand({ resourceArn, tags: inputs.tags }));
  },
  async read(id, { clients, partition, region, accountId }) {
    const { logGroups } = await clients.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
    const found = logGroups?.find(({ logGroupName }) => logGroupName === id);
    if (found === undefined) return undefined;
    const arn = groupArn(id, partition, region, accountId);
    const listed = await clients.logs.send(new ListTagsForResourceCommand({ resourceArn: arn }));
    return {
      name: id,
      retentionInDays: found.retentionInDays ?? 0,
      kmsKeyId: found.kmsKeyId || undefined,
      logGroupClass: found.logGroupClass,
      tags: nonEmpty(listed.tags),
      arn,
    };
  },
  async delete(id, { skipDestroy }, { clients }) {
    if (skipDestroy) return;
    const call = clients.logs.send(new DeleteLogGroupCommand({ logGroupName: id }));
    await unlessMissing(call, MISSING);
  },
});

function groupArn(name: string, partition: string, region: string, accountId: string): string {
  return `arn:${partition}:logs:${region}:${accountId}:log-group:${name}`;
}

const metricFilter = defineType({
  token: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  inputs: v.strictObject({
    name: text,
    logGroupName: text,
    pattern: text,
    metricTransformation: v.strictObject({
      name: text,
      namespace: text,
      value: text,
      defaultValue: v.optional(text),
      dimensions: v.optional(v.record(text, text)),
      unit: v.optional(v.enum(StandardUnit), StandardUnit.None),
    }),
  }),
  replaceOn: ["name", "logGroupName"],
  computed: [],
  create: ({ logGroupName, name }) => Promise.resolve(`${logGroupName}:${name}`),
  async configure(_id, inputs, { clients }) {
    const { name, namespace, value, defaultValue, dimensions, unit } = inputs.metricTransformation;
    await clients.logs.send(
      new PutMetricFilterCommand({
        logGroupName: inputs.logGroupName,
        filterName: inputs.name,
        filterPattern: inputs.pattern,
        metricTransformations: [
          {
            metricName: name,
            metricNamespace: namespace,
            metricValue: value,
            unit,
            ...(defaultValue !== undefined && { defaultValue: Number(defaultValue) }),
            ...(dimensions && { dimensions }),
          },
        ],
      }),
    );
  },
  async read(id, { clients }) {
    const { logGroupName, filterName } = filterOf(id);
    const call = new DescribeMetricFiltersCommand({ logGroupName, filterNamePrefix: filterName });
    const found = (await unlessMissing(clients.logs.send(call), MISSING))?.metricFilters?.find(
      (candidate) => candidate.filterName === filterName,
    );
    const metric = found?.metricTransformations?.[0];
    if (found === undefined || metric === undefined) return undefined;
    return {
      name: filterName,
      logGroupName,
      pattern: found.filterPattern ?? "",
      metricTransformation: {
        name: metric.metricName,
        namespace: metric.metricNamespace,
        value: metric.metricValue,
        defaultValue: metric.defaultValue === undefined ? undefined : String(metric.defaultValue),
        dimensions: nonEmpty(metric.dimensions),
        unit: metric.unit ?? StandardUnit.None,
      },
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.logs.send(new DeleteMetricFilterCommand(filterOf(id))), MISSING);
  },
});

/** The id is what an import takes: two groups may have filters of one name. */
function filterOf(id: string): { logGroupName: string; filterName: string } {
  const [logGroupName, filterName] = id.split(":");
  if (logGroupName === undefined || filterName === undefined) {
    throw new Error(`a metric filter's id is GROUP:NAME, not "${id}"`);
  }
  return { logGroupName, filterName };
}

/** Types of CloudWatch Logs. */
export const logTypes = [logGroup, metricFilter];
