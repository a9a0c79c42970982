/** aws.rds.SubnetGroup and ParameterGroup; the instance is in rds-instance.ts. */
import {
  AddTagsToResourceCommand,
  ApplyMethod,
  CreateDBParameterGroupCommand,
  CreateDBSubnetGroupCommand,
  DeleteDBParameterGroupCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBParametersCommand,
  DescribeDBSubnetGroupsCommand,
  ListTagsForResourceCommand,
  ModifyDBParameterGroupCommand,
  ModifyDBSubnetGroupCommand,
  RemoveTagsFromResourceCommand,
  ResetDBParameterGroupCommand,
  type Parameter,
  type RDSClient,
} from "@aws-sdk/client-rds";
import * as v from "valibot";
import { defineType, type Context } from "../resource-type.ts";
import { changeTags, tagList, tagMap, tags, text, textSet, unlessMissing, type OwnTags } from "./common.ts";

const DESCRIPTION = "Managed by Pulumi";
/** A call's limit: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html */
const PARAMETERS_AT_ONCE = 20;

/** Brings the tags of something in RDS to what they are to be. */
export async function changeRdsTags(
  rds: RDSClient,
  ResourceName: string,
  after: OwnTags,
  before: { readonly tags?: OwnTags } | undefined,
): Promise<void> {
  if (before === undefined) return; // made with them
  await changeTags(
    before.tags,
    after,
    (TagKeys) => rds.send(new RemoveTagsFromResourceCommand({ ResourceName, TagKeys })),
    (byKey) => rds.send(new AddTagsToResourceCommand({ ResourceName, Tags: tagList(byKey) })),
  );
}

/** The tags of something in RDS. */
export async function readRdsTags(rds: RDSClient, ResourceName: string | undefined) {
  return tagMap((await rds.send(new ListTagsForResourceCommand({ ResourceName }))).TagList);
}

function arnOf({ region, accountId, partition }: Context, kind: string, name: string): string {
  return `arn:${partition}:rds:${region}:${accountId}:${kind}:${name}`;
}

const NO_SUBNET_GROUP = "DBSubnetGroupNotFoundFault";

const subnetGroup = defineType({
  token: "aws:rds/subnetGroup:SubnetGroup",
  inputs: v.strictObject({
    name: text,
    description: v.optional(text, DESCRIPTION),
    subnetIds: textSet,
    tags,
  }),
  replaceOn: ["name"],
  computed: ["arn", "supportedNetworkTypes", "vpcId", "tagsAll"],
  async create({ name, description, subnetIds, tags: byKey }, { clients }) {
    await clients.rds.send(
      new CreateDBSubnetGroupCommand({
        DBSubnetGroupName: name,
        DBSubnetGroupDescription: description,
        SubnetIds: subnetIds,
        Tags: tagList(byKey),
      }),
    );
    return name;
  },
  async configure(id, { description, subnetIds, tags: byKey }, context, before) {
    if (before === undefined) return;
    const { rds } = context.clients;
    await rds.send(
      new ModifyDBSubnetGroupCommand({
        DBSubnetGroupName: id,
        DBSubnetGroupDescription: description,
        SubnetIds: subnetIds,
      }),
    );
    await changeRdsTags(rds, arnOf(context, "subgrp", id), byKey, before);
  },
  async read(id, { clients: { rds } }) {
    const call = rds.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: id }));
    const found = (await unlessMissing(call, NO_SUBNET_GROUP))?.DBSubnetGroups?.[0];
    return (
      found && {
        name: found.DBSubnetGroupName,
        description: found.DBSubnetGroupDescription,
        subnetIds: (found.Subnets ?? []).flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []).toSorted(),
        tags: await readRdsTags(rds, found.DBSubnetGroupArn),
        arn: found.DBSubnetGroupArn,
        supportedNetworkTypes: found.SupportedNetworkTypes,
        vpcId: found.VpcId,
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    const call = clients.rds.send(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: id }));
    await unlessMissing(call, NO_SUBNET_GROUP);
  },
});

const NO_PARAMETER_GROUP = ["DBParameterGroupNotFoundFault", "DBParameterGroupNotFound"];

const parameters = v.pipe(
  v.array(
    v.strictObject({
      name: text,
      value: text,
      applyMethod: v.optional(v.picklist(["immediate", "pending-reboot"]), "immediate"),
    }),
  ),
  // Their order means nothing; AWS answers in the order of the names.
  v.transform((list) => list.toSorted((left, right) => (left.name < right.name ? -1 : 1))),
);

type Parameters = v.InferOutput<typeof parameters>;

const parameterGroup = defineType({
  token: "aws:rds/parameterGroup:ParameterGroup",
  inputs: v.strictObject({
    name: text,
    family: text,
    description: v.optional(text, DESCRIPTION),
    parameters: v.optional(parameters),
    skipDestroy: v.optional(v.boolean(), false),
    tags,
  }),
  replaceOn: ["name", "family", "description"],
  computed: ["arn", "tagsAll"],
  async create({ name, family, description, tags: byKey }, { clients }) {
    await clients.rds.send(
      new CreateDBParameterGroupCommand({
        DBParameterGroupName: name,
        DBParameterGroupFamily: family,
        Description: description,
        Tags: tagList(byKey),
      }),
    );
    return name;
  },
  async configure(id, inputs, context, before) {
    const { rds } = context.clients;
    const wanted = inputs.parameters ?? [];
    const gone = (before?.parameters ?? []).filter(({ name }) => !wanted.some((own) => own.name === name));
    for (const Parameters of inParts(gone)) {
      await rds.send(new ResetDBParameterGroupCommand({ DBParameterGroupName: id, Parameters }));
    }
    for (const Parameters of inParts(wanted)) {
      await rds.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName: id, Parameters }));
    }
    await changeRdsTags(rds, arnOf(context, "pg", id), inputs.tags, before);
  },
  async read(id, { clients: { rds } }) {
    const call = rds.send(new DescribeDBParameterGroupsCommand({ DBParameterGroupName: id }));
    const found = (await unlessMissing(call, ...NO_PARAMETER_GROUP))?.DBParameterGroups?.[0];
    if (found === undefined) return undefined;
    return {
      name: found.DBParameterGroupName,
      family: found.DBParameterGroupFamily,
      description: found.Description,
      parameters: await readParameters(rds, id),
      tags: await readRdsTags(rds, found.DBParameterGroupArn),
      arn: found.DBParameterGroupArn,
    };
  },
  async delete(id, { skipDestroy }, { clients }) {
    if (skipDestroy) return;
    const call = clients.rds.send(new DeleteDBParameterGroupCommand({ DBParameterGroupName: id }));
    await unlessMissing(call, ...NO_PARAMETER_GROUP);
  },
});

function inParts(list: Parameters): Parameter[][] {
  const all = list.map(({ name, value, applyMethod }) => ({
    ParameterName: name,
    ParameterValue: value,
    ApplyMethod: applyMethod === "immediate" ? ApplyMethod.immediate : ApplyMethod.pending_reboot,
  }));
  return Array.from({ length: Math.ceil(all.length / PARAMETERS_AT_ONCE) }, (_, part) =>
    all.slice(part * PARAMETERS_AT_ONCE, (part + 1) * PARAMETERS_AT_ONCE),
  );
}

async function readParameters(rds: RDSClient, DBParameterGroupName: string) {
  const found: Parameter[] = [];
  let Marker: string | undefined;
  do {
    const page = await rds.send(
      new DescribeDBParametersCommand({ DBParameterGroupName, Source: "user", Marker }),
    );
    found.push(...(page.Parameters ?? []));
    Marker = page.Marker;
  } while (Marker !== undefined && Marker !== "");
  const own = found.map(({ ParameterName = "", ParameterValue, ApplyMethod: applyMethod }) => ({
    name: ParameterName,
    value: ParameterValue,
    applyMethod,
  }));
  return own.length === 0 ? undefined : own.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** Types of RDS around the instance. */
export const rdsGroupTypes = [subnetGroup, parameterGroup];
