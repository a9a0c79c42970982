/**
 * The use of the lake's key as grants. A key's id is known to nobody before it exists, so the statements are about
 * every key of the account that has the lake's alias.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
import type { Arns } from "../arns.ts";
import { sidPart, type Call, type Grant, type Statement } from "./grant.ts";

/** What somebody does with what the key encrypts. */
export type KeyUse = "read" | "write";

/** Rights to use the lake's key, each through one service and for one thing only. */
export interface KeyAccess {
  /** `alias/…`: what the key is known by. */
  readonly aliasName: string;
  /** The use of the key through S3 for the objects of a bucket. */
  readonly forObjects: (bucketName: string, use: KeyUse) => Grant;
  /** The use of the key through Secrets Manager to read a secret. */
  readonly forSecret: (secretName: string) => Grant;
}

/**
 * What a use takes. Writing takes Decrypt too: an upload in parts is put together from what was encrypted before.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuAndPermissions.html
 */
const ACTIONS: Record<KeyUse, readonly string[]> = {
  read: ["kms:Decrypt"],
  write: ["kms:GenerateDataKey", "kms:Decrypt"],
};

/** Makes the key's grants. */
export function createKeyAccess(arns: Arns, aliasName: string): KeyAccess {
  return {
    aliasName,
    forObjects: (bucketName, use) => {
      const bucketArn = arns.bucket(bucketName);
      return useThrough(arns, aliasName, {
        ...{ use, service: "s3", what: bucketName },
        // With a bucket key S3 names the bucket, else the object.
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
        contextKey: "kms:EncryptionContext:aws:s3:arn",
        contextValues: [bucketArn, `${bucketArn}/*`],
        examples: [bucketArn, `${bucketArn}/object`],
      });
    },
    forSecret: (secretName) =>
      useThrough(arns, aliasName, {
        ...{ use: "read", service: "secretsmanager", what: secretName },
        // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
        contextKey: "kms:EncryptionContext:SecretARN",
        contextValues: [arns.secret(secretName)],
        examples: [arns.secret(secretName).replace("??????", "AbCdEf")],
      }),
  };
}

interface Through {
  readonly use: KeyUse;
  readonly service: "s3" | "secretsmanager";
  readonly what: string;
  readonly contextKey: string;
  readonly contextValues: readonly string[];
  readonly examples: readonly string[];
}

function useThrough(arns: Arns, aliasName: string, through: Through): Grant {
  const { use, service, what, contextKey, contextValues, examples } = through;
  const Condition = {
    StringEquals: { "kms:ViaService": arns.viaService(service) },
    "ForAnyValue:StringEquals": { "kms:ResourceAliases": aliasName },
    StringLike: { [contextKey]: contextValues },
  };
  const statement: Statement = {
    Sid: `UseKeyTo${sidPart(use)}${sidPart(what)}`,
    Effect: "Allow",
    Action: ACTIONS[use],
    Resource: [arns.everyKey],
    Condition,
  };
  const contextOf = (value: string) => ({
    "kms:ViaService": arns.viaService(service),
    "kms:ResourceAliases": [aliasName],
    [contextKey]: value,
  });
  const [first = ""] = examples;
  const context = contextOf(first);
  const resource = arns.everyKey.replace("*", "1234abcd-12ab-34cd-56ef-1234567890ab");
  const [action = ""] = ACTIONS[use];
  const call = (changed: Readonly<Record<string, string | readonly string[]>>): Call => ({
    action,
    resource,
    context: { ...context, ...changed },
  });
  return {
    reason: `uses the key to ${use} ${what}`,
    statements: [statement],
    mustAllow: examples.flatMap((value) =>
      ACTIONS[use].map((name) => ({ action: name, resource, context: contextOf(value) })),
    ),
    mustNotAllow: [
      call({ "kms:ViaService": arns.viaService("ec2") }),
      call({ "kms:ResourceAliases": [`${aliasName}-other`] }),
      call({ [contextKey]: `${first}-other` }),
      { action, resource },
      // Another account's key of the same alias.
      { ...call({}), resource: resource.replace(arns.accountId, "000000000001") },
      { action: "kms:ScheduleKeyDeletion", resource, context },
      { action: "kms:CreateGrant", resource, context },
      { action: "kms:GenerateDataKeyWithoutPlaintext", resource, context },
      ...(use === "read" ? [{ action: "kms:GenerateDataKey", resource, context }] : []),
    ],
  };
}
