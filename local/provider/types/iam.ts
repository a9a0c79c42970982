/** aws.iam.Role, aws.iam.RolePolicy, aws.iam.Policy and aws.iam.RolePolicyAttachment. */
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagPolicyCommand,
  TagRoleCommand,
  UntagPolicyCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import * as v from "valibot";
import { defineType, type Context } from "../resource-type.ts";
import { changeTags, integer, removedKeys, tagList, tagMap, tags, text, unlessMissing } from "./common.ts";

const MISSING = "NoSuchEntityException";

const role = defineType({
  token: "aws:iam/role:Role",
  inputs: v.strictObject({
    name: text,
    assumeRolePolicy: text,
    description: v.optional(text),
    path: v.optional(text, "/"),
    maxSessionDuration: v.optional(integer, 3600),
    permissionsBoundary: v.optional(text),
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
        PermissionsBoundary: inputs.permissionsBoundary,
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
    if (inputs.permissionsBoundary !== undefined) {
      const call = { RoleName: id, PermissionsBoundary: inputs.permissionsBoundary };
      await iam.send(new PutRolePermissionsBoundaryCommand(call));
    } else if (before.permissionsBoundary !== undefined) {
      await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: id }));
    }
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
      permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
      tags: tagMap(Tags),
      arn: found.Arn,
      uniqueId: found.RoleId,
      createDate: found.CreateDate?.toISOString(),
    };
  },
  async delete(id, { forceDetachPolicies }, context) {
    if (forceDetachPolicies) await detachPolicies(id, context);
    await unlessMissing(context.clients.iam.send(new DeleteRoleCommand({ RoleName: id })), MISSING);
  },
});

/** Takes away every policy, also what the program does not know of: IAM deletes no role that has one. */
async function detachPolicies(RoleName: string, { clients: { iam } }: Context): Promise<void> {
  const attached = await unlessMissing(iam.send(new ListAttachedRolePoliciesCommand({ RoleName })), MISSING);
  for (const { PolicyArn } of attached?.AttachedPolicies ?? []) {
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  }
  const inline = await unlessMissing(iam.send(new ListRolePoliciesCommand({ RoleName })), MISSING);
  for (const PolicyName of inline?.PolicyNames ?? []) {
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  }
}

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

const policy = defineType({
  token: "aws:iam/policy:Policy",
  inputs: v.strictObject({
    name: text,
    path: v.optional(text, "/"),
    description: v.optional(text),
    policy: text,
    tags,
  }),
  documents: ["policy"],
  replaceOn: ["name", "path", "description"],
  computed: ["arn", "policyId", "tagsAll"],
  async create(inputs, { clients }) {
    const { Policy } = await clients.iam.send(
      new CreatePolicyCommand({
        PolicyName: inputs.name,
        Path: inputs.path,
        Description: inputs.description,
        PolicyDocument: inputs.policy,
        Tags: tagList(inputs.tags),
      }),
    );
    return Policy?.Arn ?? "";
  },
  async configure(id, inputs, context, before) {
    if (before === undefined) return;
    const { iam } = context.clients;
    if (inputs.policy !== before.policy) {
      await dropOldVersions(id, context);
      const call = { PolicyArn: id, PolicyDocument: inputs.policy, SetAsDefault: true };
      await iam.send(new CreatePolicyVersionCommand(call));
    }
    await changeTags(
      before.tags,
      inputs.tags,
      (TagKeys) => iam.send(new UntagPolicyCommand({ PolicyArn: id, TagKeys })),
      (all) => iam.send(new TagPolicyCommand({ PolicyArn: id, Tags: tagList(all) })),
    );
  },
  async read(id, { clients: { iam } }) {
    const found = (await unlessMissing(iam.send(new GetPolicyCommand({ PolicyArn: id })), MISSING))?.Policy;
    if (found === undefined) return undefined;
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: id, VersionId: found.DefaultVersionId }),
    );
    return {
      name: found.PolicyName,
      path: found.Path,
      description: found.Description || undefined,
      policy: decodeURIComponent(PolicyVersion?.Document ?? ""),
      tags: tagMap(found.Tags),
      arn: found.Arn,
      policyId: found.PolicyId,
    };
  },
  async delete(id, _inputs, context) {
    await dropOldVersions(id, context);
    await unlessMissing(context.clients.iam.send(new DeletePolicyCommand({ PolicyArn: id })), MISSING);
  },
});

/** Deletes all versions but the one in force: a policy has five at most, and none else when it is deleted. */
async function dropOldVersions(PolicyArn: string, { clients: { iam } }: Context): Promise<void> {
  const listed = await unlessMissing(iam.send(new ListPolicyVersionsCommand({ PolicyArn })), MISSING);
  for (const { VersionId, IsDefaultVersion } of listed?.Versions ?? []) {
    if (!IsDefaultVersion) await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
  }
}

const rolePolicyAttachment = defineType({
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  inputs: v.strictObject({ role: text, policyArn: text }),
  replaceOn: ["role", "policyArn"],
  computed: [],
  async create({ role: RoleName, policyArn: PolicyArn }, { clients }) {
    await clients.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    return `${RoleName}/${PolicyArn}`;
  },
  async read(id, { clients }) {
    const { RoleName, PolicyArn } = attachmentOf(id);
    const call = clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    const attached = (await unlessMissing(call, MISSING))?.AttachedPolicies;
    const isThere = attached?.some((candidate) => candidate.PolicyArn === PolicyArn) === true;
    return isThere ? { role: RoleName, policyArn: PolicyArn } : undefined;
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.iam.send(new DetachRolePolicyCommand(attachmentOf(id))), MISSING);
  },
});

/** The id is what an import takes. */
function attachmentOf(id: string): { RoleName: string; PolicyArn: string } {
  const at = id.indexOf("/");
  if (at < 0) throw new Error(`a role policy attachment's id is ROLE/POLICY_ARN, not "${id}"`);
  return { RoleName: id.slice(0, at), PolicyArn: id.slice(at + 1) };
}

/** Types of IAM for roles; users and groups are in iam-people.ts. */
export const iamTypes = [role, rolePolicy, policy, rolePolicyAttachment];
