/** The ACL of a bucket that really needs one. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What a canonical user may do by an ACL. */
export type AclPermission = "READ" | "WRITE" | "READ_ACP" | "WRITE_ACP" | "FULL_CONTROL";

/** An AWS account as ACLs know it. */
export interface CanonicalUser {
  /** 64 hexadecimal digits. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html */
  readonly canonicalId: string;
  readonly permissions: readonly AclPermission[];
}

/** An ACL. There is no way to write one that is public: neither a canned one that is, nor a group. */
export type BucketAclSetting =
  | { readonly kind: "private" }
  /** S3's log delivery group may write: for senders that know no other way. */
  | { readonly kind: "log-delivery" }
  | {
      readonly kind: "canonical-users";
      /** The bucket's own account, which keeps full control. */
      readonly ownerCanonicalId: string;
      readonly users: readonly CanonicalUser[];
    };

/** What a {@link BucketAcl} is made of. */
export interface BucketAclArgs {
  /** The bucket, by its name. */
  readonly bucketName: string;
  /** Who may do what, beside the bucket's policy. */
  readonly acl: BucketAclSetting;
}

/** A canonical user that can be none. */
export class InvalidCanonicalIdError extends pulumi.RunError {
  constructor(name: string, canonicalId: string) {
    super(
      `${name}: found canonical user id "${canonicalId}"; it must be 64 hexadecimal digits ` +
        "(`aws s3api list-buckets --query Owner.ID` tells an account its own)",
    );
    this.name = "InvalidCanonicalIdError";
  }
}

/**
 * An ACL, with the object ownership that lets a bucket have one set before it: with `BucketOwnerEnforced`, S3 refuses
 * every ACL. Checked by the rule `s3-acl-public`.
 */
export class BucketAcl extends pulumi.ComponentResource {
  /** @throws {InvalidCanonicalIdError} */
  constructor(name: string, args: BucketAclArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:storage:BucketAcl", name, args, opts);
    refuseInvalid(name, args.acl);
    const retain = { retainOnDelete: opts?.retainOnDelete ?? false };
    const ownership = new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      // What others write is the bucket owner's once they say so.
      { bucket: args.bucketName, rule: { objectOwnership: "BucketOwnerPreferred" } },
      { parent: this, ...retain },
    );
    new aws.s3.BucketAcl(
      `${name}-acl`,
      { bucket: args.bucketName, ...aclArgs(args.acl) },
      { parent: this, dependsOn: [ownership], ...retain },
    );
    this.registerOutputs({});
  }
}

function refuseInvalid(name: string, acl: BucketAclSetting): void {
  if (acl.kind !== "canonical-users") return;
  for (const id of [acl.ownerCanonicalId, ...acl.users.map(({ canonicalId }) => canonicalId)]) {
    if (!/^[0-9a-f]{64}$/.test(id)) throw new InvalidCanonicalIdError(name, id);
  }
}

function aclArgs(acl: BucketAclSetting): Pick<aws.s3.BucketAclArgs, "acl" | "accessControlPolicy"> {
  switch (acl.kind) {
    case "private":
      return { acl: "private" };
    case "log-delivery":
      return { acl: "log-delivery-write" };
    case "canonical-users":
      return {
        accessControlPolicy: {
          owner: { id: acl.ownerCanonicalId },
          grants: [
            grantTo(acl.ownerCanonicalId, "FULL_CONTROL"),
            ...acl.users.flatMap(({ canonicalId, permissions }) =>
              permissions.map((permission) => grantTo(canonicalId, permission)),
            ),
          ],
        },
      };
  }
}

function grantTo(
  id: string,
  permission: AclPermission,
): aws.types.input.s3.BucketAclAccessControlPolicyGrant {
  return { grantee: { type: "CanonicalUser", id }, permission };
}
