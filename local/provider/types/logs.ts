/** aws.cloudwatch.LogGroup. */
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { integer, nonEmpty, removedKeys, tags, text, unlessMissing } from "./common.ts";

const logGroup = defineType({
  token: "aws:cloudwatch/logGroup:LogGroup",
  inputs: v.strictObject({
    name: text,
    retentionInDays: v.optional(integer, 0),
    skipDestroy: v.optional(v.boolean(), false),
    tags,
  }),
  replaceOn: ["name"],
  computed: ["arn", "tagsAll"],
  async create(inputs, { clients }) {
    await clients.logs.send(new CreateLogGroupCommand({ logGroupName: inputs.name, tags: inputs.tags }));
    return inputs.name;
  },
  async configure(id, inputs, { clients, partition, region, accountId }, before) {
    const days = inputs.retentionInDays;
    await (days === 0
      ? clients.logs.send(new DeleteRetentionPolicyCommand({ logGroupName: id }))
      : clients.logs.send(new PutRetentionPolicyCommand({ logGroupName: id, retentionInDays: days })));
    if (before === undefined) return;
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
    return { name: id, retentionInDays: found.retentionInDays ?? 0, tags: nonEmpty(listed.tags), arn };
  },
  async delete(id, { skipDestroy }, { clients }) {
    if (skipDestroy) return;
    const call = clients.logs.send(new DeleteLogGroupCommand({ logGroupName: id }));
    await unlessMissing(call, "ResourceNotFoundException");
  },
});

function groupArn(name: string, partition: string, region: string, accountId: string): string {
  return `arn:${partition}:logs:${region}:${accountId}:log-group:${name}`;
}

/** Types of CloudWatch Logs. */
export const logTypes = [logGroup];
