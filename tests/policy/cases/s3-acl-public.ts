import { unknown } from "../analyzer.ts";
import type { Json, TestResource } from "../analyzer.ts";
import { complies, malformed, undecided, violates } from "./case.ts";
import type { Case } from "./case.ts";
import { serviceCases } from "./s3-acl-public-services.ts";

const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";

function s3(type: string, props: TestResource["props"]): TestResource {
  return { type: `aws:s3/${type}`, name: "raw", props: { bucket: "lake-raw", ...props } };
}
const bucketAcl = (props: TestResource["props"]) => s3("bucketAcl:BucketAcl", props);
const acp = (grantee: Json, permission: Json = "READ") =>
  bucketAcl({ accessControlPolicy: { owner: { id: "abc" }, grants: [{ grantee, permission }] } });

/** Cases of the rule `s3-acl-public`. */
export const cases: readonly Case[] = [
  violates(
    "public-read on a BucketAcl",
    bucketAcl({ acl: "public-read", region: "eu-west-1" }),
    ["canned-acl"],
    {
      says: [
        '"public-read" grants READ to AllUsers',
        "curl https://lake-raw.s3.eu-west-1.amazonaws.com/\n",
        "without credentials lists the bucket's keys",
        'set acl to "private"',
      ],
    },
  ),
  violates(
    "both grants of public-read-write",
    bucketAcl({ acl: "public-read-write" }),
    ["canned-acl", "canned-acl"],
    {
      says: ["curl -T any.txt https://lake-raw.s3.amazonaws.com/any.txt"],
    },
  ),
  violates(
    "authenticated-read on a Bucket",
    s3("bucket:Bucket", { acl: "authenticated-read" }),
    ["canned-acl"],
    {
      says: ["aws s3api list-objects-v2 --bucket lake-raw", "any AWS account"],
    },
  ),
  violates(
    "a Bucket's grant to AllUsers",
    s3("bucket:Bucket", { grants: [{ type: "Group", permissions: ["READ", "WRITE"], uri: ALL_USERS }] }),
    ["explicit-grant", "explicit-grant"],
  ),
  violates("a BucketV2's acl", s3("bucketV2:BucketV2", { acl: "public-read" }), ["canned-acl"]),
  violates("a BucketAclV2's acl", s3("bucketAclV2:BucketAclV2", { acl: "public-read" }), ["canned-acl"]),
  violates("READ_ACP to AllUsers", acp({ type: "Group", uri: ALL_USERS }, "READ_ACP"), ["explicit-grant"], {
    says: ["accessControlPolicy.grants[0]", "curl 'https://lake-raw.s3.amazonaws.com/?acl'"],
  }),
  violates(
    "WRITE_ACP to AuthenticatedUsers",
    acp({ type: "Group", uri: AUTHENTICATED }, "WRITE_ACP"),
    ["explicit-grant"],
    {
      says: ["put-bucket-acl"],
    },
  ),
  violates("FULL_CONTROL to AllUsers", acp({ type: "Group", uri: ALL_USERS }, "FULL_CONTROL"), [
    "explicit-grant",
  ]),
  violates(
    "a public grantee whose permission is not known",
    acp({ type: "Group", uri: ALL_USERS }, unknown.string),
    ["explicit-grant"],
    { says: ["grants a permission that is not known yet"] },
  ),
  violates(
    "a public object",
    s3("bucketObjectv2:BucketObjectv2", { acl: "public-read", key: "a/b.csv" }),
    ["canned-acl"],
    {
      says: ["curl https://lake-raw.s3.amazonaws.com/a/b.csv"],
    },
  ),
  violates(
    "a public object of the older type",
    s3("bucketObject:BucketObject", { acl: "public-read" }),
    ["canned-acl"],
    { says: ["<key>"] },
  ),
  violates(
    "a public copy",
    s3("objectCopy:ObjectCopy", { grants: [{ type: "Group", permissions: ["READ"], uri: AUTHENTICATED }] }),
    ["explicit-grant"],
  ),
  violates(
    "the region of the provider in the request",
    { ...bucketAcl({ acl: "public-read" }), provider: { region: "cn-north-1" } },
    ["canned-acl"],
    {
      says: ["https://lake-raw.s3.cn-north-1.amazonaws.com.cn/"],
    },
  ),
  violates(
    "a bucket whose name is not known",
    bucketAcl({ bucket: unknown.string, acl: "public-read" }),
    ["canned-acl"],
    { says: ["<bucket>"] },
  ),

  ...["private", "bucket-owner-read", "bucket-owner-full-control", "log-delivery-write", "aws-exec-read"].map(
    (acl) => complies(acl, bucketAcl({ acl })),
  ),
  complies("no ACL", s3("bucket:Bucket", {})),
  complies("a grant to S3's log delivery group", acp({ type: "Group", uri: LOG_DELIVERY }, "WRITE")),
  complies(
    "a grant to a canonical user",
    acp({ type: "CanonicalUser", id: "0123456789abcdef" }, "FULL_CONTROL"),
  ),
  complies("a canonical user whose id is not known", acp({ type: "CanonicalUser", id: unknown.string })),
  complies(
    "a grant to an e-mail address",
    acp({ type: "AmazonCustomerByEmail", emailAddress: "a@example.com" }),
  ),
  complies("a public word on a type that has no ACL", {
    type: "aws:sqs/queue:Queue",
    props: { acl: "public-read" },
  }),

  undecided(
    "an unknown acl",
    bucketAcl({ acl: unknown.string }),
    ["unknown"],
    ["acl: is not known before deployment", "plain value"],
  ),
  undecided("unknown grants", s3("bucket:Bucket", { grants: unknown.array })),
  undecided("an unknown access control policy", bucketAcl({ accessControlPolicy: unknown.object })),
  undecided("an unknown grant", bucketAcl({ accessControlPolicy: { grants: [unknown.object] } })),
  undecided("an unknown grantee", acp(unknown.object)),
  undecided("an unknown grantee URI", acp({ type: "Group", uri: unknown.string })),

  malformed("an ACL S3 does not know", bucketAcl({ acl: "publicread" })),
  malformed("an acl that is not text", bucketAcl({ acl: true })),
  malformed("grants that are not a list", s3("bucket:Bucket", { grants: "everyone" })),
  malformed("a grant that is not an object", s3("bucket:Bucket", { grants: ["everyone"] })),
  malformed("a grantee that is not an object", acp("everyone")),
  malformed("a group without a URI", acp({ type: "Group" })),
  malformed(
    "a grant without a grantee",
    bucketAcl({ accessControlPolicy: { grants: [{ permission: "READ" }] } }),
  ),
  malformed("an access control policy that is text", bucketAcl({ accessControlPolicy: "public-read" })),
  malformed("a URI that is not text", acp({ type: "Group", uri: 7 })),

  ...serviceCases,
];
