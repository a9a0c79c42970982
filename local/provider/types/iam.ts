/** aws.iam.Role and aws.iam.RolePolicy. */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { integer, removedKeys, tagList, tagMap, tags, text, unlessMissing } from "./common.ts";

const MISSING = "NoSuchEntityException";

const role = defineType({
  token: "aws:iam/role:Role",
  inputs: v.strictObject({
    name: text,
    assumeRolePolicy: text,
    description: v.optional(text),
    path: v.optional(text, "/"),
    maxSessionDuration: v.optional(integer, 3600),
    forceDetachPolicies: v.optional(v.boolean(), false),
    tags,
  }),
  documents: ["assumeRolePolicy"],
  replaceOn: ["name", "path"],
  computed: ["arn", "uniqueId", "createDate", "tagsAll"],
  async create(inputs, { clients }) {
    const { name, assumeRolePolicy, path, description, maxSessionDuration } = inputs;
    await clients.iam.send(
      new CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: assumeRolePolicy,
        Path: path,
        Description: description,
        MaxSessionDuration: maxSessionDuration,
        Tags: tagList(inputs.tags),
      }),
    );
    return name;
  },
  async configure(id, inputs, { clients }, before) {
    if (before === undefined) return; // CreateRole has done it all
    const { iam } = clients;
    await iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: id, PolicyDocument: inputs.assumeRolePolicy }),
    );
    await iam.send(
      new UpdateRoleCommand({
        RoleName: id,
        Description: inputs.description ?? "",
        MaxSessionDuration: inputs.maxSessionDuration,
      }),
    );
    const removed = removedKeys(before.tags, inputs.tags);
    if (removed.length > 0) await iam.send(new UntagRoleCommand({ RoleName: id, TagKeys: removed }));
    if (inputs.tags !== undefined)
      await iam.send(new TagRoleCommand({ RoleName: id, Tags: tagList(inputs.tags) }));
  },
  async read(id, { clients }) {
    const found = (await unlessMissing(clients.iam.send(new GetRoleCommand({ RoleName: id })), MISSING))
      ?.Role;
    if (found === undefined) return undefined;
    const { Tags } = await clients.iam.send(new ListRoleTagsCommand({ RoleName: id }));
    return {
      name: found.RoleName,
      assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
      description: found.Description || undefined,
      path: found.Path,
      maxSessionDuration: found.MaxSessionDuration,
      tags: tagMap(Tags),
      arn: found.Arn,
      uniqueId: found.RoleId,
      createDate: found.CreateDate?.toISOString(),
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.iam.send(new DeleteRoleCommand({ RoleName: id })), MISSING);
  },
});

const rolePolicy = defineType({
  token: "aws:iam/rolePolicy:RolePolicy",
  inputs: v.strictObject({ name: text, role: text, policy: text }),
  documents: ["policy"],
  replaceOn: ["name", "role"],
  computed: [],
  create: ({ role: roleName, name }) => Promise.resolve(`${roleName}:${name}`),
  async configure(_id, inputs, { clients }) {
    await clients.iam.send(
      new PutRolePolicyCommand({
        RoleName: inputs.role,
        PolicyName: inputs.name,
        PolicyDocument: inputs.policy,
      }),
    );
  },
  async read(id, { clients }) {
    const target = roleAndName(id);
    const found = await unlessMissing(clients.iam.send(new GetRolePolicyCommand(target)), MISSING);
    return (
      found && {
        name: target.PolicyName,
        role: target.RoleName,
        policy: decodeURIComponent(found.PolicyDocument ?? ""),
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.iam.send(new DeleteRolePolicyCommand(roleAndName(id))), MISSING);
  },
});

function roleAndName(id: string): { RoleName: string; PolicyName: string } {
  const [roleName, name] = id.split(":");
  if (roleName === undefined || name === undefined)
    throw new Error(`a role policy's id is ROLE:NAME, not "${id}"`);
  return { RoleName: roleName, PolicyName: name };
}

/** Types of IAM. */
export const iamTypes = [role, rolePolicy];
