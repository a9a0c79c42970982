/**
 * S3's ACL decision table: which ACLs grant something to everyone, and what that lets through. Pure.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 * "Public" is AWS's: any permission to AllUsers or AuthenticatedUsers.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
import { UNKNOWN } from "../plain.ts";
import type { Unknown } from "../plain.ts";

/** The two predefined groups that make an ACL public. */
export type PublicGroup = "AllUsers" | "AuthenticatedUsers";
/** What an ACL can grant. */
export type AclPermission = "READ" | "WRITE" | "READ_ACP" | "WRITE_ACP" | "FULL_CONTROL";
/** What an ACL is attached to; the same permission means different requests. */
export type AclScope = "bucket" | "object";

/** One public grant; the permission is UNKNOWN when a preview cannot know it, and public all the same. */
export interface PublicGrant {
  readonly group: PublicGroup;
  readonly permission: AclPermission | Unknown;
}

/** The groups in words. */
export const GROUP_MEMBERS: Readonly<Record<PublicGroup, string>> = {
  AllUsers: "anyone, without credentials",
  AuthenticatedUsers: "anyone with an AWS account",
};

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
const CANNED_ACLS: Readonly<Record<string, readonly PublicGrant[]>> = {
  private: [],
  "public-read": [{ group: "AllUsers", permission: "READ" }],
  "public-read-write": [
    { group: "AllUsers", permission: "READ" },
    { group: "AllUsers", permission: "WRITE" },
  ],
  "authenticated-read": [{ group: "AuthenticatedUsers", permission: "READ" }],
  "aws-exec-read": [],
  "bucket-owner-read": [],
  "bucket-owner-full-control": [],
  "log-delivery-write": [],
};

const PERMISSIONS: readonly AclPermission[] = ["READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"];

/**
 * The public grants of a canned ACL; undefined when S3 knows no ACL of that name. Services that write objects
 * spell the names in capitals, as `PUBLIC_READ`.
 */
export function publicGrantsOfCannedAcl(acl: string): readonly PublicGrant[] | undefined {
  const name = acl.toLowerCase().replaceAll("_", "-");
  return Object.hasOwn(CANNED_ACLS, name) ? CANNED_ACLS[name] : undefined;
}

/**
 * The public group that a grantee URI names; undefined for any other grantee, S3's log delivery group
 * among them. Scheme and case are not compared: a URI that S3 might accept counts.
 */
export function publicGroupOfUri(uri: string): PublicGroup | undefined {
  return publicGroupOfName(/^https?:\/\/acs\.[^/]*\/groups\/global\/(\w+)\/?$/i.exec(uri.trim())?.[1] ?? "");
}

/** The public group of a bare name, in any case; undefined for any other grantee. */
export function publicGroupOfName(name: string): PublicGroup | undefined {
  const lower = name.toLowerCase();
  if (lower === "allusers") return "AllUsers";
  return lower === "authenticatedusers" ? "AuthenticatedUsers" : undefined;
}

/** The permission of that name, as S3 spells it or as `ReadAcp`; undefined when S3 has none. */
export function aclPermission(name: string): AclPermission | undefined {
  const spelt = name.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase();
  return PERMISSIONS.find((permission) => permission === spelt);
}

/** Where a request goes; undefined parts are not known. */
export interface AclTarget {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly region: string | undefined;
}

/** A request that a grant lets through, as a command, and what it does in words. */
export interface AclRequest {
  readonly command: string;
  readonly effect: string;
}

// FULL_CONTROL is shown by the request that takes the most: rewriting the ACL.
type Verb = Exclude<AclPermission, "FULL_CONTROL">;

const EFFECTS: Readonly<Record<AclScope, Readonly<Record<Verb, string>>>> = {
  bucket: {
    READ: "lists the bucket's keys",
    WRITE: "stores an object in the bucket",
    READ_ACP: "reads the bucket's ACL",
    WRITE_ACP: "replaces the bucket's ACL, and so gains every other permission",
  },
  object: {
    READ: "downloads the object",
    // S3 has no meaning for WRITE on an object, but its ACL is public and blocks act on it.
    WRITE: "allows nothing on an object, yet makes its ACL public",
    READ_ACP: "reads the object's ACL",
    WRITE_ACP: "replaces the object's ACL, and so gains every other permission",
  },
};

/** The request that a public grant lets through: curl for everyone, the AWS CLI for any AWS account. */
export function requestOfGrant(grant: PublicGrant, scope: AclScope, target: AclTarget): AclRequest {
  const verb: Verb =
    grant.permission === UNKNOWN
      ? "READ"
      : grant.permission === "FULL_CONTROL"
        ? "WRITE_ACP"
        : grant.permission;
  const command = grant.group === "AllUsers" ? curl(verb, scope, target) : awsCli(verb, scope, target);
  return { command, effect: EFFECTS[scope][verb] };
}

function curl(verb: Verb, scope: AclScope, target: AclTarget): string {
  const url = s3Url(target.bucket, target.region) + (scope === "object" ? keyOf(target) : "");
  const publicAcl = scope === "object" ? "public-read" : "public-read-write";
  const commands: Readonly<Record<Verb, string>> = {
    READ: `curl ${url}`,
    WRITE: `curl -T any.txt ${url}${scope === "object" ? "" : "any.txt"}`,
    READ_ACP: `curl '${url}?acl'`,
    WRITE_ACP: `curl -X PUT -H 'x-amz-acl: ${publicAcl}' -H 'content-length: 0' '${url}?acl'`,
  };
  return commands[verb];
}

function awsCli(verb: Verb, scope: AclScope, target: AclTarget): string {
  const bucket = `--bucket ${target.bucket ?? "<bucket>"}`;
  const object = `${bucket} --key ${keyOf(target)}`;
  const publicAcl = scope === "object" ? "public-read" : "public-read-write";
  const ofBucket: Readonly<Record<Verb, string>> = {
    READ: `list-objects-v2 ${bucket}`,
    WRITE: `put-object ${bucket} --key any.txt --body any.txt`,
    READ_ACP: `get-bucket-acl ${bucket}`,
    WRITE_ACP: `put-bucket-acl ${bucket} --acl ${publicAcl}`,
  };
  const ofObject: Readonly<Record<Verb, string>> = {
    READ: `get-object ${object} any.txt`,
    WRITE: `put-object ${object} --body any.txt`,
    READ_ACP: `get-object-acl ${object}`,
    WRITE_ACP: `put-object-acl ${object} --acl ${publicAcl}`,
  };
  return `aws s3api ${(scope === "object" ? ofObject : ofBucket)[verb]}`;
}

function keyOf(target: AclTarget): string {
  return target.key ?? "<key>";
}

/**
 * A bucket's address, ending in "/": by region where it is known, else S3's global address. A name with
 * dots is put in the path, since the certificate does not cover it as a host.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function s3Url(bucket: string | undefined, region: string | undefined): string {
  const domain = region?.startsWith("cn-") === true ? "amazonaws.com.cn" : "amazonaws.com";
  const host = region === undefined ? `s3.${domain}` : `s3.${region}.${domain}`;
  const name = bucket ?? "<bucket>";
  return name.includes(".") ? `https://${host}/${name}/` : `https://${name}.${host}/`;
}
