/** Which AWS resources carry an S3 ACL, and in which properties. Names are those of @pulumi/aws 7. */
import type { AclScope, AclTarget } from "../exposure/acl.ts";
import type { Plain, PlainObject } from "../plain.ts";
import type { ResourceFacts } from "../rules/rule.ts";

/** Where a resource type holds an ACL. */
export interface AclCarrier {
  /** Whether the ACL is a bucket's or that of the objects the resource writes. */
  readonly scope: AclScope;
  /** The property that holds a canned ACL. */
  readonly canned: string;
  /** The path to the list of explicit grants; undefined where the type has none. */
  readonly grants?: string;
  /** The property that holds the bucket's name; undefined where there is none. */
  readonly bucket?: string;
}

const BUCKET: AclCarrier = { scope: "bucket", canned: "acl", grants: "grants", bucket: "bucket" };
const BUCKET_ACL: AclCarrier = { ...BUCKET, grants: "accessControlPolicy.grants" };
const OBJECT: AclCarrier = { scope: "object", canned: "acl", bucket: "bucket" };

/** Every resource type of the AWS package that carries an S3 ACL. */
export const ACL_CARRIERS: Readonly<Record<string, AclCarrier>> = {
  "aws:s3/bucket:Bucket": BUCKET,
  "aws:s3/bucketV2:BucketV2": BUCKET,
  "aws:s3/bucketAcl:BucketAcl": BUCKET_ACL,
  "aws:s3/bucketAclV2:BucketAclV2": BUCKET_ACL,
  "aws:s3/bucketObject:BucketObject": OBJECT,
  "aws:s3/bucketObjectv2:BucketObjectv2": OBJECT,
  "aws:s3/objectCopy:ObjectCopy": { ...OBJECT, grants: "grants" },
  "aws:dms/s3Endpoint:S3Endpoint": { scope: "object", canned: "cannedAclForObjects", bucket: "bucketName" },
  "aws:storagegateway/nfsFileShare:NfsFileShare": { scope: "object", canned: "objectAcl" },
  "aws:storagegateway/smbFileShare:SmbFileShare": { scope: "object", canned: "objectAcl" },
};

/** The bucket, key and region that a resource's ACL is about, as far as they are known. */
export function aclTarget(facts: ResourceFacts, carrier: AclCarrier): AclTarget {
  return {
    bucket: carrier.bucket === undefined ? undefined : knownText(facts.props[carrier.bucket]),
    key: knownText(facts.props["key"]),
    region: regionOf(facts.props, facts.providerProps),
  };
}

/** The region of a resource: its own, else its provider's; undefined when neither is known. */
export function regionOf(props: PlainObject, providerProps: PlainObject): string | undefined {
  return knownText(props["region"]) ?? knownText(providerProps["region"]);
}

/** A value if it is a string that says something; undefined otherwise. */
export function knownText(value: Plain | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
