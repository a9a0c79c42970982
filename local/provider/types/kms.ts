/** aws.kms.Key, Alias and KeyPolicy. */
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KeySpec,
  KeyUsageType,
  ListAliasesCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
  type AliasListEntry,
  type KMSClient,
  type Tag,
} from "@aws-sdk/client-kms";
import * as v from "valibot";
import { defineType, type Context } from "../resource-type.ts";
import { changeTags, integer, tagMap, tags, text, unlessMissing } from "./common.ts";

const MISSING = "NotFoundException";
/** The only name that a key's policy can have. */
const POLICY_NAME = "default";

const keyInputs = v.strictObject({
  description: v.optional(text),
  keyUsage: v.optional(v.enum(KeyUsageType), KeyUsageType.ENCRYPT_DECRYPT),
  customerMasterKeySpec: v.optional(v.enum(KeySpec), KeySpec.SYMMETRIC_DEFAULT),
  policy: v.optional(text),
  enableKeyRotation: v.optional(v.boolean(), false),
  rotationPeriodInDays: v.optional(integer),
  deletionWindowInDays: v.optional(integer),
  isEnabled: v.optional(v.boolean(), true),
  multiRegion: v.optional(v.boolean()),
  bypassPolicyLockoutSafetyCheck: v.optional(v.boolean(), false),
  tags,
});

type KeyInputs = v.InferOutput<typeof keyInputs>;

const key = defineType({
  token: "aws:kms/key:Key",
  inputs: keyInputs,
  documents: ["policy"],
  replaceOn: ["keyUsage", "customerMasterKeySpec", "multiRegion"],
  computed: ["arn", "keyId", "tagsAll"],
  async create(inputs, { clients }) {
    const { KeyMetadata } = await clients.kms.send(
      new CreateKeyCommand({
        Description: inputs.description,
        KeyUsage: inputs.keyUsage,
        KeySpec: inputs.customerMasterKeySpec,
        Policy: inputs.policy,
        MultiRegion: inputs.multiRegion,
        BypassPolicyLockoutSafetyCheck: inputs.bypassPolicyLockoutSafetyCheck,
        Tags: toTags(inputs.tags),
      }),
    );
    return KeyMetadata?.KeyId ?? "";
  },
  async configure(id, inputs, { clients: { kms } }, before) {
    const KeyId = id;
    // A disabled key takes no other change.
    if (inputs.isEnabled && before?.isEnabled === false) await kms.send(new EnableKeyCommand({ KeyId }));
    await configureRotation(kms, KeyId, inputs, before);
    if (before !== undefined) {
      const Description = inputs.description ?? "";
      await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description }));
      if (inputs.policy !== undefined && inputs.policy !== before.policy) await putPolicy(kms, KeyId, inputs);
      await changeTags(
        before.tags,
        inputs.tags,
        (TagKeys) => kms.send(new UntagResourceCommand({ KeyId, TagKeys })),
        (byKey) => kms.send(new TagResourceCommand({ KeyId, Tags: toTags(byKey) })),
      );
    }
    if (!inputs.isEnabled) await kms.send(new DisableKeyCommand({ KeyId }));
  },
  async read(id, { clients: { kms } }) {
    const found = (await unlessMissing(kms.send(new DescribeKeyCommand({ KeyId: id })), MISSING))
      ?.KeyMetadata;
    // A key that waits for its deletion is gone for a program.
    if (found === undefined || found.KeyState?.startsWith("Pending")) return undefined;
    const rotation = await readRotation(kms, id, found.KeySpec);
    const { Tags } = await kms.send(new ListResourceTagsCommand({ KeyId: id }));
    return {
      description: found.Description || undefined,
      keyUsage: found.KeyUsage,
      customerMasterKeySpec: found.KeySpec,
      policy: await readPolicy(kms, id),
      ...rotation,
      isEnabled: found.Enabled,
      multiRegion: found.MultiRegion,
      tags: fromTags(Tags),
      arn: found.Arn,
      keyId: found.KeyId,
    };
  },
  async delete(id, { deletionWindowInDays }, { clients: { kms } }) {
    const found = (await unlessMissing(kms.send(new DescribeKeyCommand({ KeyId: id })), MISSING))
      ?.KeyMetadata;
    if (found === undefined || found.KeyState?.startsWith("Pending")) return;
    await kms.send(
      new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: deletionWindowInDays ?? 30 }),
    );
  },
});

async function configureRotation(
  kms: KMSClient,
  KeyId: string,
  inputs: KeyInputs,
  before: KeyInputs | undefined,
): Promise<void> {
  const { enableKeyRotation, rotationPeriodInDays: RotationPeriodInDays } = inputs;
  if (enableKeyRotation) await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }));
  else if (before?.enableKeyRotation) await kms.send(new DisableKeyRotationCommand({ KeyId }));
}

/** Only keys for symmetric encryption rotate: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html */
async function readRotation(kms: KMSClient, KeyId: string, spec: string | undefined) {
  if (spec !== KeySpec.SYMMETRIC_DEFAULT) return { enableKeyRotation: false };
  const found = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
  return {
    enableKeyRotation: found.KeyRotationEnabled,
    rotationPeriodInDays: found.KeyRotationEnabled ? found.RotationPeriodInDays : undefined,
  };
}

async function putPolicy(
  kms: KMSClient,
  KeyId: string,
  inputs: { readonly policy?: string | undefined; readonly bypassPolicyLockoutSafetyCheck: boolean },
): Promise<void> {
  await kms.send(
    new PutKeyPolicyCommand({
      KeyId,
      PolicyName: POLICY_NAME,
      Policy: inputs.policy,
      BypassPolicyLockoutSafetyCheck: inputs.bypassPolicyLockoutSafetyCheck,
    }),
  );
}

async function readPolicy(kms: KMSClient, KeyId: string): Promise<string | undefined> {
  const call = kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: POLICY_NAME }));
  return (await unlessMissing(call, MISSING))?.Policy;
}

function toTags(byKey: Readonly<Record<string, string>> | undefined): Tag[] {
  return Object.entries(byKey ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}

function fromTags(list: readonly Tag[] | undefined): Record<string, string> | undefined {
  return tagMap(list?.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue })));
}

const alias = defineType({
  token: "aws:kms/alias:Alias",
  inputs: v.strictObject({ name: text, targetKeyId: text }),
  replaceOn: ["name"],
  computed: ["arn", "targetKeyArn"],
  async create({ name, targetKeyId }, { clients }) {
    await clients.kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: targetKeyId }));
    return name;
  },
  async configure(id, { targetKeyId }, { clients }, before) {
    if (before === undefined) return;
    await clients.kms.send(new UpdateAliasCommand({ AliasName: id, TargetKeyId: targetKeyId }));
  },
  async read(id, context) {
    const found = await findAlias(id, context.clients.kms);
    if (found === undefined) return undefined;
    const { partition, region, accountId } = context;
    return {
      name: id,
      targetKeyId: found.TargetKeyId,
      arn: found.AliasArn,
      targetKeyArn: `arn:${partition}:kms:${region}:${accountId}:key/${String(found.TargetKeyId)}`,
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.kms.send(new DeleteAliasCommand({ AliasName: id })), MISSING);
  },
});

async function findAlias(name: string, kms: KMSClient): Promise<AliasListEntry | undefined> {
  let Marker: string | undefined;
  do {
    const page = await kms.send(new ListAliasesCommand({ Marker }));
    const found = page.Aliases?.find(({ AliasName }) => AliasName === name);
    if (found !== undefined) return found;
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return undefined;
}

const keyPolicy = defineType({
  token: "aws:kms/keyPolicy:KeyPolicy",
  inputs: v.strictObject({
    keyId: text,
    policy: text,
    bypassPolicyLockoutSafetyCheck: v.optional(v.boolean(), false),
  }),
  documents: ["policy"],
  replaceOn: ["keyId"],
  computed: [],
  create: ({ keyId }) => Promise.resolve(keyId),
  async configure(id, inputs, { clients }) {
    await putPolicy(clients.kms, id, inputs);
  },
  async read(id, { clients }) {
    const policy = await readPolicy(clients.kms, id);
    return policy === undefined ? undefined : { keyId: id, policy };
  },
  /** As AWS makes it: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
  async delete(id, { bypassPolicyLockoutSafetyCheck }, { clients, partition, accountId }: Context) {
    const Statement = {
      Sid: "Enable IAM User Permissions",
      Effect: "Allow",
      Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
      Action: "kms:*",
      Resource: "*",
    };
    const policy = JSON.stringify({ Version: "2012-10-17", Id: "key-default-1", Statement: [Statement] });
    const call = putPolicy(clients.kms, id, { policy, bypassPolicyLockoutSafetyCheck });
    await unlessMissing(call, MISSING, "KMSInvalidStateException");
  },
});

/** Types of KMS. */
export const kmsTypes = [key, alias, keyPolicy];
