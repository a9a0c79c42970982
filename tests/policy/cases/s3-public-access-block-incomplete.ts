import { unknown } from "../analyzer.ts";
import type { TestResource } from "../analyzer.ts";
import { complies, malformed, undecided, violates } from "./case.ts";
import type { Case } from "./case.ts";

const ON = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
};

const ofBucket = (props: TestResource["props"]): TestResource => ({
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  name: "raw",
  props: { bucket: "lake-raw", ...props },
});
const ofAccount = (props: TestResource["props"]): TestResource => ({
  type: "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
  props,
});
const ofAccessPoint = (props: TestResource["props"]): TestResource => ({
  type: "aws:s3/accessPoint:AccessPoint",
  props: { bucket: "lake-raw", ...props },
});
const ofMultiRegion = (props: TestResource["props"]): TestResource => ({
  type: "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint",
  props: { details: props },
});

/** Cases of the rule `s3-public-access-block-incomplete`. */
export const cases: readonly Case[] = [
  violates("ACLs not blocked", ofBucket({ ...ON, blockPublicAcls: false }), ["flag-false"], {
    says: ["blockPublicAcls: is false", "put-object-acl --bucket lake-raw"],
  }),
  violates("ACLs not ignored", ofBucket({ ...ON, ignorePublicAcls: false }), ["flag-false"], {
    says: ["curl https://lake-raw.s3.amazonaws.com/<key>"],
  }),
  violates("policies not blocked", ofBucket({ ...ON, blockPublicPolicy: false }), ["flag-false"], {
    says: ["put-bucket-policy", "set blockPublicPolicy to true"],
  }),
  violates("buckets not restricted", ofBucket({ ...ON, restrictPublicBuckets: false }), ["flag-false"]),
  violates(
    "each flag left out",
    ofBucket({}),
    ["flag-omitted", "flag-omitted", "flag-omitted", "flag-omitted"],
    { says: ["the provider sends false"] },
  ),
  violates("a flag that is null", ofBucket({ ...ON, blockPublicAcls: null }), ["flag-omitted"]),
  violates(
    "a flag left out of the account's block",
    ofAccount({ blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true }),
    ["flag-omitted"],
    { says: ["<bucket>"] },
  ),
  violates(
    "a false flag of an access point",
    ofAccessPoint({ publicAccessBlockConfiguration: { blockPublicPolicy: false } }),
    ["flag-false"],
    { says: ["publicAccessBlockConfiguration.blockPublicPolicy"] },
  ),
  violates(
    "a false flag of a multi-region access point",
    ofMultiRegion({ publicAccessBlock: { restrictPublicBuckets: false } }),
    ["flag-false"],
  ),
  violates("the text false", ofBucket({ ...ON, blockPublicAcls: "false" }), ["flag-false"]),

  complies("a bucket's block with every flag on", ofBucket(ON)),
  complies("a block of an unknown bucket with every flag on", ofBucket({ ...ON, bucket: unknown.string })),
  complies("the account's block with every flag on", ofAccount(ON)),
  complies("an access point without a block, which AWS makes true", ofAccessPoint({})),
  complies(
    "an access point's block with flags left out",
    ofAccessPoint({ publicAccessBlockConfiguration: {} }),
  ),
  complies("a multi-region access point without a block", ofMultiRegion({ name: "lake" })),

  undecided(
    "an unknown flag",
    ofBucket({ ...ON, ignorePublicAcls: unknown.boolean }),
    ["unknown"],
    ["ignorePublicAcls"],
  ),
  undecided("an unknown block", ofAccessPoint({ publicAccessBlockConfiguration: unknown.object })),
  undecided("unknown details", { ...ofMultiRegion({}), props: { details: unknown.object } }),

  malformed("a flag that is a number", ofBucket({ ...ON, blockPublicAcls: 1 })),
  malformed("a block that is not an object", ofAccessPoint({ publicAccessBlockConfiguration: "on" })),
];
