import { unknown } from "../analyzer.ts";
import type { TestResource } from "../analyzer.ts";
import { complies, malformed, undecided, violates } from "./case.ts";
import type { Case } from "./case.ts";

const bucket = (name: string, props: TestResource["props"] = { bucket: `lake-${name}` }): TestResource => ({
  type: "aws:s3/bucket:Bucket",
  name,
  props,
});
const block = (props: TestResource["props"], from: string[] = [], name = "block"): TestResource => ({
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  name,
  props,
  from: { bucket: from },
});

/** Cases of the rule `s3-public-access-block-missing`. */
export const cases: readonly Case[] = [
  violates("a bucket without a block", [bucket("raw")], ["missing"], {
    says: ["delete-public-access-block --bucket lake-raw", "BucketPublicAccessBlock"],
  }),
  violates(
    "a bucket of the older type",
    [{ ...bucket("raw"), type: "aws:s3/bucketV2:BucketV2" }],
    ["missing"],
  ),
  violates(
    "a block of another bucket",
    [bucket("raw"), bucket("curated"), block({ bucket: "lake-curated" })],
    ["missing"],
    { says: ['"raw"'] },
  ),
  violates(
    "a block of a bucket outside the stack",
    [bucket("raw"), block({ bucket: "elsewhere" })],
    ["missing"],
  ),
  violates(
    "two blocks of one bucket",
    [bucket("raw"), block({ bucket: "lake-raw" }), block({ bucket: unknown.string }, ["raw"], "other")],
    ["duplicate"],
    { says: ['"block", "other"'] },
  ),

  complies("a block joined by the bucket's name", [bucket("raw"), block({ bucket: "lake-raw" })]),
  complies("a block joined by the bucket's id", [
    bucket("raw", { bucket: unknown.string, id: "lake-raw" }),
    block({ bucket: "lake-raw" }),
  ]),
  complies("a block joined by what its unknown name comes from", [
    bucket("raw", { bucket: unknown.string }),
    block({ bucket: unknown.string }, ["raw"]),
  ]),
  complies("a block each for two buckets", [
    bucket("raw"),
    bucket("curated"),
    block({ bucket: "lake-raw" }),
    block({ bucket: "lake-curated" }, [], "other"),
  ]),
  complies("a stack without buckets", [{ type: "aws:sqs/queue:Queue", props: {} }]),
  complies("a directory bucket, which has no public access", [
    { type: "aws:s3/directoryBucket:DirectoryBucket", props: { bucket: "x--use1-az4--x-s3" } },
  ]),
  complies("a table bucket", [{ type: "aws:s3tables/tableBucket:TableBucket", props: { name: "tables" } }]),

  undecided(
    "a block whose bucket cannot be told, and the bucket it may be of",
    [bucket("raw"), block({ bucket: unknown.string })],
    ["unknown", "unknown"],
    ['"block" may be'],
  ),
  undecided(
    "a block whose name is made from two buckets",
    [bucket("raw"), bucket("curated"), block({ bucket: unknown.string }, ["raw", "curated"])],
    ["unknown", "unknown", "unknown"],
  ),

  malformed("a block that names no bucket", [
    bucket("raw"),
    block({}),
    block({ bucket: "lake-raw" }, [], "other"),
  ]),
];
