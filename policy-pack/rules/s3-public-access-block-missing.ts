/**
 * Every general purpose bucket of the stack has one public access block of its own.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * S3 turns all four flags on for a bucket created since April 2023, but only a declared block keeps them on: without
 * one a later change is not seen by the stack. https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
 * Directory, table and vector buckets have no public access and are other types, which this rule does not read.
 * Limits: a block declared in another stack is not seen.
 */
import { UNKNOWN } from "../plain.ts";
import type { Plain, PlainObject } from "../plain.ts";
import type { Finding } from "../report/finding.ts";
import { knownText } from "../stack/acl-carriers.ts";
import type { StackFacts, StackResource } from "../stack/facts.ts";
import { finding, unknownFinding } from "./rule.ts";
import type { StackRule } from "./rule.ts";

const ID = "s3-public-access-block-missing";

const CODES = {
  missing: "A bucket has no public access block.",
  duplicate: "A bucket has more than one public access block.",
  unknown: "Which bucket a block belongs to is not known before deployment.",
  malformed: "A block names no bucket.",
} as const;

type Code = keyof typeof CODES;

const BUCKETS = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];
const BLOCKS = ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"];

function checkStack(stack: StackFacts): Finding<Code>[] {
  const buckets = stack.ofTypes(BUCKETS);
  const blocks = stack.ofTypes(BLOCKS).map((block) => ({ block, owner: ownerOf(block, buckets) }));
  const unplaced = blocks.filter(({ owner }) => owner === UNKNOWN).map(({ block }) => block);
  const ofBlocks = blocks.flatMap(({ block, owner }) => {
    if (owner === "malformed") return [malformedBlock(block)];
    return owner === UNKNOWN ? [unknownFinding<Code>(ID, block, "unknown", "bucket")] : [];
  });
  const ofBuckets = buckets.flatMap((bucket) => {
    const own = blocks.filter(({ owner }) => owner === bucket).map(({ block }) => block);
    return checkBucket(bucket, own, unplaced);
  });
  return [...ofBlocks, ...ofBuckets];
}

/**
 * The bucket a block belongs to: by its name where that is known, else by the resource that the name comes
 * from. "elsewhere" when it names a bucket outside the stack, UNKNOWN when neither can tell.
 */
function ownerOf(
  block: StackResource,
  buckets: readonly StackResource[],
): StackResource | "elsewhere" | "malformed" | typeof UNKNOWN {
  const name: Plain | undefined = block.props["bucket"];
  const named = knownText(name);
  const byName =
    named === undefined ? undefined : buckets.find((bucket) => namesOf(bucket.props).includes(named));
  if (byName !== undefined) return byName;
  const sources = block.dependenciesOf("bucket").map(({ urn }) => urn);
  const bySource = buckets.filter(({ urn }) => sources.includes(urn));
  // A name made from two buckets could be either's.
  if (bySource.length === 1 && bySource[0] !== undefined) return bySource[0];
  if (named !== undefined) return "elsewhere";
  return name === UNKNOWN ? UNKNOWN : "malformed";
}

function namesOf(props: PlainObject): string[] {
  const names: (Plain | undefined)[] = [props["bucket"], props["id"]];
  return names.flatMap((name) => knownText(name) ?? []);
}

function checkBucket(
  bucket: StackResource,
  own: readonly StackResource[],
  unplaced: readonly StackResource[],
): Finding<Code>[] {
  if (own.length === 1) return [];
  const name = knownText(bucket.props["bucket"]) ?? "<bucket>";
  if (own.length > 1) {
    return [
      finding(ID, bucket, {
        code: "duplicate",
        path: "",
        fault: `has ${String(own.length)} public access blocks (${quoted(own)}), which overwrite each other`,
        request: {
          command: `aws s3api get-public-access-block --bucket ${name}`,
          outcome: "shows the flags of whichever was applied last; deleting any of them removes the setting.",
        },
        remedy: "keep one of them",
      }),
    ];
  }
  const open = {
    command: `aws s3api delete-public-access-block --bucket ${name}`,
    outcome:
      "by anyone with s3:PutBucketPublicAccessBlock opens the bucket to public ACLs and policies, and no preview shows it.",
  };
  const remedy = "add an aws.s3.BucketPublicAccessBlock for it with all four flags true";
  if (unplaced.length > 0) {
    const fault = `has no public access block that is known to be its own; ${quoted(unplaced)} may be`;
    return [
      finding(ID, bucket, {
        code: "unknown",
        path: "",
        fault,
        remedy: "give the block's bucket as a plain name, or as this bucket's id",
      }),
    ];
  }
  return [
    finding(ID, bucket, {
      code: "missing",
      path: "",
      fault: "has no public access block",
      request: open,
      remedy,
    }),
  ];
}

function malformedBlock(block: StackResource): Finding<Code> {
  return finding(ID, block, {
    code: "malformed",
    path: "bucket",
    fault: "names no bucket",
    remedy: "give the bucket's name",
  });
}

function quoted(resources: readonly StackResource[]): string {
  return resources.map(({ name }) => `"${name}"`).join(", ");
}

/** Every general purpose bucket of the stack has exactly one public access block. */
export const s3PublicAccessBlockMissing: StackRule<Code> = {
  id: ID,
  description: "Every S3 bucket has exactly one public access block.",
  enforcementLevel: "mandatory",
  severity: "high",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  codes: CODES,
  types: [...BUCKETS, ...BLOCKS],
  checkStack,
};
