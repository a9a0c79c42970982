/** aws.secretsmanager.Secret, SecretVersion and SecretPolicy. */
import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { changeTags, integer, tagList, tagMap, tags, text, unlessMissing } from "./common.ts";

const MISSING = "ResourceNotFoundException";
/** What a secret is that waits for its deletion. */
const DELETED = "InvalidRequestException";

const secret = defineType({
  token: "aws:secretsmanager/secret:Secret",
  inputs: v.strictObject({
    name: text,
    description: v.optional(text),
    kmsKeyId: v.optional(text),
    policy: v.optional(text),
    recoveryWindowInDays: v.optional(integer, 30),
    forceOverwriteReplicaSecret: v.optional(v.literal(false), false),
    tags,
  }),
  documents: ["policy"],
  replaceOn: ["name"],
  computed: ["arn", "tagsAll"],
  async create({ name, description, kmsKeyId, tags: byKey }, { clients }) {
    const { ARN } = await clients.secretsManager.send(
      new CreateSecretCommand({
        Name: name,
        Description: description,
        KmsKeyId: kmsKeyId,
        Tags: tagList(byKey),
      }),
    );
    return ARN ?? "";
  },
  async configure(id, inputs, { clients: { secretsManager } }, before) {
    const SecretId = id;
    if (before !== undefined) {
      await secretsManager.send(
        new UpdateSecretCommand({
          SecretId,
          Description: inputs.description ?? "",
          KmsKeyId: inputs.kmsKeyId,
        }),
      );
      await changeTags(
        before.tags,
        inputs.tags,
        (TagKeys) => secretsManager.send(new UntagResourceCommand({ SecretId, TagKeys })),
        (byKey) => secretsManager.send(new TagResourceCommand({ SecretId, Tags: tagList(byKey) })),
      );
    }
    if (inputs.policy !== undefined) {
      await secretsManager.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: inputs.policy }));
    } else if (before?.policy !== undefined) {
      await secretsManager.send(new DeleteResourcePolicyCommand({ SecretId }));
    }
  },
  async read(id, { clients: { secretsManager } }) {
    const call = secretsManager.send(new DescribeSecretCommand({ SecretId: id }));
    const found = await unlessMissing(call, MISSING);
    if (found === undefined || found.DeletedDate !== undefined) return undefined;
    return {
      name: found.Name,
      description: found.Description || undefined,
      kmsKeyId: found.KmsKeyId,
      policy: await readPolicy(id, secretsManager),
      tags: tagMap(found.Tags),
      arn: found.ARN,
    };
  },
  async delete(id, { recoveryWindowInDays }, { clients }) {
    // 0 means at once, as with the official provider.
    const window =
      recoveryWindowInDays === 0
        ? { ForceDeleteWithoutRecovery: true }
        : { RecoveryWindowInDays: recoveryWindowInDays };
    const call = clients.secretsManager.send(new DeleteSecretCommand({ SecretId: id, ...window }));
    await unlessMissing(call, MISSING, DELETED);
  },
});

async function readPolicy(SecretId: string, client: SecretsManagerClient): Promise<string | undefined> {
  const call = client.send(new GetResourcePolicyCommand({ SecretId }));
  return (await unlessMissing(call, MISSING, DELETED))?.ResourcePolicy || undefined;
}

const CURRENT = "AWSCURRENT";

const secretVersion = defineType({
  token: "aws:secretsmanager/secretVersion:SecretVersion",
  inputs: v.strictObject({ secretId: text, secretString: text }),
  replaceOn: ["secretId", "secretString"],
  computed: ["arn", "secretArn", "versionId", "versionStages"],
  async create({ secretId, secretString }, { clients }) {
    const { VersionId } = await clients.secretsManager.send(
      new PutSecretValueCommand({ SecretId: secretId, SecretString: secretString }),
    );
    return `${secretId}|${String(VersionId)}`;
  },
  async read(id, { clients }) {
    const [SecretId, VersionId] = versionOf(id);
    const call = clients.secretsManager.send(new GetSecretValueCommand({ SecretId, VersionId }));
    const found = await unlessMissing(call, MISSING, DELETED);
    return (
      found && {
        secretId: SecretId,
        secretString: found.SecretString,
        arn: found.ARN,
        secretArn: found.ARN,
        versionId: found.VersionId,
        versionStages: found.VersionStages,
      }
    );
  },
  /** A version cannot be deleted: it loses its stages, and the current one goes with its secret. */
  async delete(id, _inputs, { clients: { secretsManager } }) {
    const [SecretId, VersionId] = versionOf(id);
    const call = secretsManager.send(new GetSecretValueCommand({ SecretId, VersionId }));
    const found = await unlessMissing(call, MISSING, DELETED);
    for (const VersionStage of found?.VersionStages ?? []) {
      if (VersionStage === CURRENT) continue;
      await secretsManager.send(
        new UpdateSecretVersionStageCommand({ SecretId, VersionStage, RemoveFromVersionId: VersionId }),
      );
    }
  },
});

function versionOf(id: string): readonly [string, string] {
  const [secretId, versionId] = id.split("|");
  if (secretId === undefined || versionId === undefined) {
    throw new Error(`a secret version's id is SECRET|VERSION, not "${id}"`);
  }
  return [secretId, versionId];
}

const secretPolicy = defineType({
  token: "aws:secretsmanager/secretPolicy:SecretPolicy",
  inputs: v.strictObject({ secretArn: text, policy: text, blockPublicPolicy: v.optional(v.boolean()) }),
  documents: ["policy"],
  replaceOn: ["secretArn"],
  computed: [],
  create: ({ secretArn }) => Promise.resolve(secretArn),
  async configure(id, { policy, blockPublicPolicy }, { clients }) {
    await clients.secretsManager.send(
      new PutResourcePolicyCommand({
        SecretId: id,
        ResourcePolicy: policy,
        BlockPublicPolicy: blockPublicPolicy,
      }),
    );
  },
  async read(id, { clients }) {
    const policy = await readPolicy(id, clients.secretsManager);
    return policy === undefined ? undefined : { secretArn: id, policy };
  },
  async delete(id, _inputs, { clients }) {
    const call = clients.secretsManager.send(new DeleteResourcePolicyCommand({ SecretId: id }));
    await unlessMissing(call, MISSING, DELETED);
  },
});

/** Types of Secrets Manager. */
export const secretsManagerTypes = [secret, secretVersion, secretPolicy];
