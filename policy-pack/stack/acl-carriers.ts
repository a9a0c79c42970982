/**
 * Which AWS resources carry an S3 ACL, and in which properties. Names are those of @pulumi/aws 7; a test holds the
 * table complete against the types of the version that is installed.
 */
import { publicGroupOfName, publicGroupOfUri } from "../exposure/acl.ts";
import type { AclScope, AclTarget, PublicGroup } from "../exposure/acl.ts";
import type { Plain, PlainObject } from "../plain.ts";
import type { ResourceFacts } from "../rules/rule.ts";
import { valueAt } from "./paths.ts";

/**
 * Who puts the ACL on the bucket or object: the deployment itself, the service that writes objects for the
 * resource, or S3 as it delivers access logs. It decides what happens where S3 allows no such ACL.
 */
export type AclSetter = "deployment" | "writer" | "log-delivery";

/** How a resource type spells a grant: the property of each part. */
export interface GrantForm {
  /** The property that holds the grantee; undefined where the grant holds the grantee's parts itself. */
  readonly grantee?: string;
  /** The property of the grantee that names a group. */
  readonly group: string;
  /** Whether that property can name nothing but a group. */
  readonly isGroupOnly: boolean;
  readonly type: string;
  readonly permissions: string;
  readonly publicGroupOf: (group: string) => PublicGroup | undefined;
}

interface AclPlace {
  readonly scope: AclScope;
  readonly setBy: AclSetter;
  /** The path to the ACL. Each `[]` of the paths below is the element taken by the same `[]` of this one. */
  readonly path: string;
  /** The paths to the bucket's name, the object's key, a prefix of it and the bucket's region, where there are any. */
  readonly bucket?: string;
  readonly key?: string;
  readonly keyPrefix?: string;
  readonly region?: string;
}

/** A place for a canned ACL. */
export interface CannedPlace extends AclPlace {
  readonly kind: "canned";
  /** How the type spells an ACL that is not public. */
  readonly harmless: string;
  /** The ACL that AWS sets where none is given. Nothing is written at all unless the flag at `enabledBy` is on. */
  readonly absent?: { readonly acl: string; readonly enabledBy: string };
}

/** A place for a list of explicit grants. */
export interface GrantsPlace extends AclPlace {
  readonly kind: "grants";
  readonly form: GrantForm;
}

const FLAT: GrantForm = {
  group: "uri",
  isGroupOnly: true,
  type: "type",
  permissions: "permissions",
  publicGroupOf: publicGroupOfUri,
};
const NESTED: GrantForm = { ...FLAT, grantee: "grantee", permissions: "permission" };
const TRANSCODER: GrantForm = {
  group: "grantee",
  isGroupOnly: false,
  type: "granteeType",
  permissions: "accesses",
  publicGroupOf: publicGroupOfName,
};

type PlaceParts<Place> = Omit<Place, "kind" | "path" | "scope" | "setBy" | "harmless">;

function ofBucket(path: string): CannedPlace {
  return {
    kind: "canned",
    scope: "bucket",
    setBy: "deployment",
    path,
    harmless: "private",
    bucket: "bucket",
  };
}

function ofObject(path: string): CannedPlace {
  return { ...ofBucket(path), scope: "object", key: "key" };
}

function ofWriter(
  path: string,
  parts: PlaceParts<CannedPlace> = {},
  harmless: "private" | "BUCKET_OWNER_FULL_CONTROL" = "private",
): CannedPlace {
  return { kind: "canned", scope: "object", setBy: "writer", path, harmless, ...parts };
}

function bucketGrants(path: string, form: GrantForm): GrantsPlace {
  return { kind: "grants", scope: "bucket", setBy: "deployment", path, form, bucket: "bucket" };
}

function transcoderGrants(path: string, bucket: string): GrantsPlace {
  return { kind: "grants", scope: "object", setBy: "writer", path, form: TRANSCODER, bucket };
}

const BUCKET = [ofBucket("acl"), bucketGrants("grants", FLAT)];
const BUCKET_ACL = [ofBucket("acl"), bucketGrants("accessControlPolicy.grants", NESTED)];
const OBJECT_GRANTS: GrantsPlace = { ...bucketGrants("grants", FLAT), scope: "object", key: "key" };
const LOG_GRANTS: GrantsPlace = {
  kind: "grants",
  scope: "object",
  setBy: "log-delivery",
  path: "targetGrants",
  form: NESTED,
  bucket: "targetBucket",
  keyPrefix: "targetPrefix",
};

function topicRuleObject(block: string): CannedPlace {
  return ofWriter(`${block}.cannedAcl`, { bucket: `${block}.bucketName`, key: `${block}.key` });
}

// A channel names its bucket by reference to a destination, so the request has a placeholder for it.
function channelOutput(group: string): CannedPlace {
  const path = `encoderSettings.outputGroups.[].outputGroupSettings.${group}.cannedAcl`;
  return ofWriter(path, {}, "BUCKET_OWNER_FULL_CONTROL");
}

const CRL = "revocationConfiguration.crlConfiguration";

/** Every resource type of the AWS package that carries an S3 ACL, and where. */
export const ACL_CARRIERS: Readonly<Record<string, readonly (CannedPlace | GrantsPlace)[]>> = {
  "aws:s3/bucket:Bucket": BUCKET,
  "aws:s3/bucketV2:BucketV2": BUCKET,
  "aws:s3/bucketAcl:BucketAcl": BUCKET_ACL,
  "aws:s3/bucketAclV2:BucketAclV2": BUCKET_ACL,
  "aws:s3/bucketObject:BucketObject": [ofObject("acl")],
  "aws:s3/bucketObjectv2:BucketObjectv2": [ofObject("acl")],
  "aws:s3/objectCopy:ObjectCopy": [ofObject("acl"), OBJECT_GRANTS],
  "aws:s3/bucketLogging:BucketLogging": [LOG_GRANTS],
  "aws:s3/bucketLoggingV2:BucketLoggingV2": [LOG_GRANTS],

  // https://docs.aws.amazon.com/privateca/latest/APIReference/API_CrlConfiguration.html
  "aws:acmpca/certificateAuthority:CertificateAuthority": [
    ofWriter(
      `${CRL}.s3ObjectAcl`,
      { bucket: `${CRL}.s3BucketName`, absent: { acl: "PUBLIC_READ", enabledBy: `${CRL}.enabled` } },
      "BUCKET_OWNER_FULL_CONTROL",
    ),
  ],
  // Only an S3 deploy action has a CannedACL.
  // https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html
  "aws:codepipeline/pipeline:Pipeline": [
    ofWriter("stages.[].actions.[].configuration.CannedACL", {
      bucket: "stages.[].actions.[].configuration.BucketName",
      region: "stages.[].actions.[].region",
    }),
  ],
  "aws:dms/s3Endpoint:S3Endpoint": [ofWriter("cannedAclForObjects", { bucket: "bucketName" })],
  "aws:elastictranscoder/pipeline:Pipeline": [
    transcoderGrants("contentConfigPermissions", "contentConfig.bucket"),
    transcoderGrants("thumbnailConfigPermissions", "thumbnailConfig.bucket"),
  ],
  "aws:iot/topicRule:TopicRule": [topicRuleObject("s3.[]"), topicRuleObject("errorAction.s3")],
  "aws:medialive/channel:Channel": [
    channelOutput("archiveGroupSettings.[].archiveCdnSettings.archiveS3Settings"),
    channelOutput("frameCaptureGroupSettings.frameCaptureCdnSettings.frameCaptureS3Settings"),
    channelOutput("hlsGroupSettings.hlsCdnSettings.[].hlsS3Settings"),
  ],
  "aws:storagegateway/nfsFileShare:NfsFileShare": [ofWriter("objectAcl")],
  "aws:storagegateway/smbFileShare:SmbFileShare": [ofWriter("objectAcl")],
};

/** The bucket, key and region that an ACL is about, as far as they are known. */
export function aclTarget(
  facts: ResourceFacts,
  place: CannedPlace | GrantsPlace,
  indices: readonly number[],
): AclTarget {
  const text = (path: string | undefined): string | undefined => {
    const known = path === undefined ? undefined : knownText(valueAt(facts.props, path, indices));
    // The services that write objects fill in ${…} and #{…} as they write.
    return place.setBy === "writer" && known !== undefined && /[$#]\{/.test(known) ? undefined : known;
  };
  const prefix = text(place.keyPrefix);
  return {
    bucket: text(place.bucket),
    key: prefix === undefined ? text(place.key) : `${prefix}<key>`,
    region: text(place.region) ?? regionOf(facts.props, facts.providerProps),
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
