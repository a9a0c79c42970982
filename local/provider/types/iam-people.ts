/** aws.iam.User, Group, GroupPolicy, UserGroupMembership and OpenIdConnectProvider. */
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateOpenIDConnectProviderCommand,
  CreateUserCommand,
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DeleteLoginProfileCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteVirtualMFADeviceCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListUserTagsCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UntagUserCommand,
} from "@aws-sdk/client-iam";
import * as v from "valibot";
import { defineType, type Context } from "../resource-type.ts";
import { changeTags, nonEmpty, tagList, tagMap, tags, text, textSet, unlessMissing } from "./common.ts";

const MISSING = "NoSuchEntityException";

const user = defineType({
  token: "aws:iam/user:User",
  inputs: v.strictObject({
    name: text,
    path: v.optional(text, "/"),
    permissionsBoundary: v.optional(text),
    forceDestroy: v.optional(v.boolean(), false),
    tags,
  }),
  replaceOn: ["name", "path"],
  computed: ["arn", "uniqueId", "tagsAll"],
  async create({ name, path, permissionsBoundary, tags: given }, { clients }) {
    const call = { UserName: name, Path: path, PermissionsBoundary: permissionsBoundary };
    await clients.iam.send(new CreateUserCommand({ ...call, Tags: tagList(given) }));
    return name;
  },
  async configure(id, inputs, { clients: { iam } }, before) {
    if (before === undefined) return;
    const { permissionsBoundary } = inputs;
    if (permissionsBoundary !== undefined) {
      const call = { UserName: id, PermissionsBoundary: permissionsBoundary };
      await iam.send(new PutUserPermissionsBoundaryCommand(call));
    } else if (before.permissionsBoundary !== undefined) {
      await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: id }));
    }
    await changeTags(
      before.tags,
      inputs.tags,
      (TagKeys) => iam.send(new UntagUserCommand({ UserName: id, TagKeys })),
      (all) => iam.send(new TagUserCommand({ UserName: id, Tags: tagList(all) })),
    );
  },
  async read(id, { clients: { iam } }) {
    const found = (await unlessMissing(iam.send(new GetUserCommand({ UserName: id })), MISSING))?.User;
    if (found === undefined) return undefined;
    const { Tags } = await iam.send(new ListUserTagsCommand({ UserName: id }));
    return {
      name: found.UserName,
      path: found.Path,
      permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
      tags: tagMap(Tags),
      arn: found.Arn,
      uniqueId: found.UserId,
    };
  },
  async delete(id, { forceDestroy }, context) {
    if (forceDestroy) await removeCredentials(id, context);
    await unlessMissing(context.clients.iam.send(new DeleteUserCommand({ UserName: id })), MISSING);
  },
});

/**
 * Takes away what was made outside of the program, and would keep the user from being deleted.
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_user#force_destroy
 */
async function removeCredentials(UserName: string, { clients: { iam } }: Context): Promise<void> {
  const listed = await unlessMissing(iam.send(new ListAccessKeysCommand({ UserName })), MISSING);
  for (const { AccessKeyId } of listed?.AccessKeyMetadata ?? []) {
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  }
  const devices = await unlessMissing(iam.send(new ListMFADevicesCommand({ UserName })), MISSING);
  for (const { SerialNumber = "" } of devices?.MFADevices ?? []) {
    await iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    const isVirtual = SerialNumber.startsWith("arn:");
    if (isVirtual) await iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
  }
  await unlessMissing(iam.send(new DeleteLoginProfileCommand({ UserName })), MISSING);
}

const group = defineType({
  token: "aws:iam/group:Group",
  inputs: v.strictObject({ name: text, path: v.optional(text, "/") }),
  replaceOn: ["name", "path"],
  computed: ["arn", "uniqueId"],
  async create({ name, path }, { clients }) {
    await clients.iam.send(new CreateGroupCommand({ GroupName: name, Path: path }));
    return name;
  },
  async read(id, { clients }) {
    const call = clients.iam.send(new GetGroupCommand({ GroupName: id }));
    const found = (await unlessMissing(call, MISSING))?.Group;
    return found && { name: found.GroupName, path: found.Path, arn: found.Arn, uniqueId: found.GroupId };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.iam.send(new DeleteGroupCommand({ GroupName: id })), MISSING);
  },
});

const groupPolicy = defineType({
  token: "aws:iam/groupPolicy:GroupPolicy",
  inputs: v.strictObject({ name: text, group: text, policy: text }),
  documents: ["policy"],
  replaceOn: ["name", "group"],
  computed: [],
  create: (inputs) => Promise.resolve(`${inputs.group}:${inputs.name}`),
  async configure(id, { policy }, { clients }) {
    await clients.iam.send(new PutGroupPolicyCommand({ ...policyOf(id), PolicyDocument: policy }));
  },
  async read(id, { clients }) {
    const target = policyOf(id);
    const found = await unlessMissing(clients.iam.send(new GetGroupPolicyCommand(target)), MISSING);
    const document = decodeURIComponent(found?.PolicyDocument ?? "");
    return found && { name: target.PolicyName, group: target.GroupName, policy: document };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.iam.send(new DeleteGroupPolicyCommand(policyOf(id))), MISSING);
  },
});

function policyOf(id: string): { GroupName: string; PolicyName: string } {
  const [GroupName, PolicyName] = id.split(":");
  if (GroupName === undefined || PolicyName === undefined) {
    throw new Error(`a group policy's id is GROUP:NAME, not "${id}"`);
  }
  return { GroupName, PolicyName };
}

const membership = defineType({
  token: "aws:iam/userGroupMembership:UserGroupMembership",
  inputs: v.strictObject({ user: text, groups: textSet }),
  replaceOn: ["user"],
  computed: [],
  create: (inputs) => Promise.resolve([inputs.user, ...inputs.groups].join("/")),
  async configure(_id, inputs, { clients: { iam } }, before) {
    const UserName = inputs.user;
    for (const GroupName of before?.groups.filter((name) => !inputs.groups.includes(name)) ?? []) {
      await unlessMissing(iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName })), MISSING);
    }
    for (const GroupName of inputs.groups) {
      await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
    }
  },
  async read(id, { clients }, olds) {
    const [UserName = id, ...imported] = id.split("/");
    const call = clients.iam.send(new ListGroupsForUserCommand({ UserName }));
    const found = await unlessMissing(call, MISSING);
    // Another membership of the same user has groups of its own.
    const own = Array.isArray(olds["groups"]) ? olds["groups"] : imported;
    const groups = (found?.Groups ?? []).map(({ GroupName }) => GroupName ?? "");
    const kept = groups.filter((name) => own.includes(name)).toSorted();
    return kept.length === 0 ? undefined : { user: UserName, groups: kept };
  },
  async delete(_id, inputs, { clients }) {
    for (const GroupName of inputs.groups) {
      const call = new RemoveUserFromGroupCommand({ UserName: inputs.user, GroupName });
      await unlessMissing(clients.iam.send(call), MISSING);
    }
  },
});

const providerInputs = v.strictObject({
  url: text,
  clientIdLists: textSet,
  thumbprintLists: v.optional(v.array(text)),
  tags,
});

const openIdConnectProvider = defineType({
  token: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  inputs: providerInputs,
  replaceOn: ["url"],
  computed: ["arn", "tagsAll"],
  create: (inputs, context) => createProvider(inputs, context),
  async configure(id, inputs, context, before) {
    if (before === undefined) return;
    // The emulator can change nothing of a provider: it is made anew, with the same ARN.
    const call = new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id });
    await context.clients.iam.send(call);
    await createProvider(inputs, context);
  },
  async read(id, { clients }) {
    const target = { OpenIDConnectProviderArn: id };
    const call = clients.iam.send(new GetOpenIDConnectProviderCommand(target));
    const found = await unlessMissing(call, MISSING);
    return (
      found && {
        url: `https://${(found.Url ?? "").replace(/^https:\/\//, "")}`,
        clientIdLists: found.ClientIDList?.toSorted() ?? [],
        thumbprintLists: nonEmpty(found.ThumbprintList),
        tags: tagMap(found.Tags),
        arn: id,
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    const call = new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id });
    await unlessMissing(clients.iam.send(call), MISSING);
  },
});

async function createProvider(
  inputs: v.InferOutput<typeof providerInputs>,
  { clients }: Context,
): Promise<string> {
  const { OpenIDConnectProviderArn } = await clients.iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: inputs.url,
      ClientIDList: inputs.clientIdLists,
      ThumbprintList: inputs.thumbprintLists,
      Tags: tagList(inputs.tags),
    }),
  );
  return OpenIDConnectProviderArn ?? "";
}

/** Types of IAM for those who work with the account; roles and policies are in iam.ts. */
export const iamPeopleTypes = [user, group, groupPolicy, membership, openIdConnectProvider];
