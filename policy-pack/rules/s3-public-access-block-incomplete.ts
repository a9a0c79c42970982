/**
 * Every public access block that the program declares, of a bucket, an access point or the account, has all four
 * flags on. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * A flag left out of a bucket's or the account's block is sent as false, and so turns off what S3 turns on for new
 * buckets; left out of an access point's block it is true.
 * https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketpublicaccessblock/
 * Limits: whether a more restrictive account or organisation setting makes up for it is not judged.
 */
import { s3Url } from "../exposure/acl.ts";
import { isPlainObject, kindOf, UNKNOWN } from "../plain.ts";
import type { Plain, PlainObject } from "../plain.ts";
import type { Finding, Request } from "../report/finding.ts";
import { knownText, regionOf } from "../stack/acl-carriers.ts";
import { finding, malformedFinding, unknownFinding } from "./rule.ts";
import type { ResourceFacts, ResourceRule } from "./rule.ts";

const ID = "s3-public-access-block-incomplete";

const CODES = {
  "flag-false": "A flag is false.",
  "flag-omitted": "A flag is left out, which the provider sends as false.",
  unknown: "A flag is not known before deployment.",
  malformed: "A flag is not a boolean, or a block is not an object.",
} as const;

type Code = keyof typeof CODES;

interface BlockPlace {
  /** Path to the object that holds the flags; "" when the resource does. */
  readonly path: string;
  /** What AWS or the provider makes of a flag that is left out. */
  readonly omitted: boolean;
  /** The property with the bucket's name. */
  readonly bucket?: string;
}

const BLOCKS: Readonly<Record<string, BlockPlace>> = {
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": { path: "", omitted: false, bucket: "bucket" },
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": { path: "", omitted: false },
  "aws:s3/accessPoint:AccessPoint": {
    path: "publicAccessBlockConfiguration",
    omitted: true,
    bucket: "bucket",
  },
  "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint": {
    path: "details.publicAccessBlock",
    omitted: true,
  },
};

const FLAGS = ["blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets"] as const;
type Flag = (typeof FLAGS)[number];

function check(facts: ResourceFacts): Finding<Code>[] {
  const place = Object.hasOwn(BLOCKS, facts.type) ? BLOCKS[facts.type] : undefined;
  if (place === undefined) return [];
  const block = blockAt(facts.props, place.path);
  if (block === undefined || block === null) return [];
  if (block === UNKNOWN) return [unknownFinding(ID, facts, "unknown", place.path)];
  if (!isPlainObject(block)) {
    return [
      malformedFinding(ID, facts, "malformed", place.path, `is ${kindOf(block)}, not an object of flags`),
    ];
  }
  return FLAGS.flatMap((flag) => checkFlag(facts, place, block, flag));
}

/** The value at a path, or the first on the way there that is not an object. */
function blockAt(props: PlainObject, path: string): Plain | undefined {
  let value: Plain | undefined = props;
  for (const step of path.split(".")) {
    if (step !== "" && isPlainObject(value)) value = value[step];
  }
  return value;
}

function checkFlag(facts: ResourceFacts, place: BlockPlace, block: PlainObject, flag: Flag): Finding<Code>[] {
  const path = place.path === "" ? flag : `${place.path}.${flag}`;
  const value = block[flag];
  // The provider reads the texts "true" and "false" as the booleans.
  if (value === true || value === "true") return [];
  if (value === UNKNOWN) return [unknownFinding(ID, facts, "unknown", path)];
  const isOmitted = value === undefined || value === null;
  if (isOmitted && place.omitted) return [];
  if (!isOmitted && value !== false && value !== "false") {
    return [malformedFinding(ID, facts, "malformed", path, `is ${kindOf(value)}, not a boolean`)];
  }
  return [
    finding(ID, facts, {
      code: isOmitted ? "flag-omitted" : "flag-false",
      path,
      fault: isOmitted ? "is left out, and the provider sends false" : "is false",
      request: requestWithout(flag, facts, place),
      remedy: `set ${path} to true`,
    }),
  ];
}

/** A request that succeeds while a flag is off and would not were it on. */
function requestWithout(flag: Flag, facts: ResourceFacts, place: BlockPlace): Request {
  const known = place.bucket === undefined ? undefined : knownText(facts.props[place.bucket]);
  const bucket = known ?? "<bucket>";
  const object = `${s3Url(known, regionOf(facts.props, facts.providerProps))}<key>`;
  const requests: Readonly<Record<Flag, Request>> = {
    blockPublicAcls: {
      command: `aws s3api put-object-acl --bucket ${bucket} --key <key> --acl public-read`,
      outcome:
        "by anyone with s3:PutObjectAcl is accepted wherever ACLs are enabled; with the flag S3 refuses it.",
    },
    ignorePublicAcls: {
      command: `curl ${object}`,
      outcome:
        "without credentials downloads an object whose ACL is public, where ACLs are enabled; with the flag S3 ignores that ACL.",
    },
    blockPublicPolicy: {
      command:
        `aws s3api put-bucket-policy --bucket ${bucket} --policy '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
        `"Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::${bucket}/*"}]}'`,
      outcome: "by anyone with s3:PutBucketPolicy is accepted; with the flag S3 refuses it.",
    },
    restrictPublicBuckets: {
      command: `curl ${object}`,
      outcome:
        "without credentials succeeds under a policy that is public; with the flag only the bucket's account and AWS services get through.",
    },
  };
  return requests[flag];
}

/** Every declared public access block has all four flags on. */
export const s3PublicAccessBlockIncomplete: ResourceRule<Code> = {
  id: ID,
  description: "Every S3 public access block has all four flags on.",
  enforcementLevel: "mandatory",
  severity: "critical",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  codes: CODES,
  types: Object.keys(BLOCKS),
  check,
};
