import { unknown } from "../analyzer.ts";
import type { Json, TestResource } from "../analyzer.ts";
import { complies, malformed, undecided, violates } from "./case.ts";
import type { Case } from "./case.ts";

const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";

const logging = (type: string, grantee: Json, permission: Json = "READ"): TestResource => ({
  type: `aws:s3/${type}`,
  props: {
    bucket: "lake-raw",
    targetBucket: "lake-logs",
    targetPrefix: "raw/",
    targetGrants: [{ grantee, permission }],
  },
});
const topicRule = (props: TestResource["props"]): TestResource => ({
  type: "aws:iot/topicRule:TopicRule",
  props,
});
const channel = (...groups: Json[]): TestResource => ({
  type: "aws:medialive/channel:Channel",
  props: { encoderSettings: { outputGroups: groups.map((group) => ({ outputGroupSettings: group })) } },
});
const authority = (crlConfiguration: Json): TestResource => ({
  type: "aws:acmpca/certificateAuthority:CertificateAuthority",
  props: { revocationConfiguration: { crlConfiguration } },
});
const transcoder = (permission: Json): TestResource => ({
  type: "aws:elastictranscoder/pipeline:Pipeline",
  props: { thumbnailConfig: { bucket: "lake-thumbs" }, thumbnailConfigPermissions: [permission] },
});
const deploy = (configuration: Json, region: Json = ""): TestResource => ({
  type: "aws:codepipeline/pipeline:Pipeline",
  props: {
    stages: [
      { name: "Build", actions: [{ name: "build", configuration: { ProjectName: "site" } }] },
      { name: "Deploy", actions: [{ name: "wait" }, { name: "site", region, configuration }] },
    ],
  },
});

/** Cases of the rule `s3-acl-public` for the ACLs of objects that a service writes. */
export const serviceCases: readonly Case[] = [
  violates(
    "public objects written by DMS",
    {
      type: "aws:dms/s3Endpoint:S3Endpoint",
      props: { bucketName: "lake-raw", cannedAclForObjects: "public-read" },
    },
    ["canned-acl"],
  ),
  violates(
    "public objects written by a file share",
    { type: "aws:storagegateway/nfsFileShare:NfsFileShare", props: { objectAcl: "public-read" } },
    ["canned-acl"],
    { says: ["<bucket>"] },
  ),
  violates(
    "public objects written by an SMB file share",
    { type: "aws:storagegateway/smbFileShare:SmbFileShare", props: { objectAcl: "authenticated-read" } },
    ["canned-acl"],
    { says: ["Every object that the resource writes has it"] },
  ),
  ...["bucketLogging:BucketLogging", "bucketLoggingV2:BucketLoggingV2"].map((type) =>
    violates(
      `access logs granted to AllUsers by ${type}`,
      logging(type, { type: "Group", uri: ALL_USERS }),
      ["explicit-grant"],
      {
        says: [
          "targetGrants[0]: the grant grants READ to AllUsers",
          "curl https://lake-logs.s3.amazonaws.com/raw/<key>\n",
          "without credentials downloads the object",
          "Every log object delivered from then on has it",
        ],
      },
    ),
  ),
  violates(
    "the public object of a topic rule, at its fixed key",
    topicRule({ s3: [{ bucketName: "lake-iot", key: "last.json", cannedAcl: "public-read" }] }),
    ["canned-acl"],
    {
      says: [
        "s3[0].cannedAcl: ",
        "curl https://lake-iot.s3.amazonaws.com/last.json\n",
        'set s3[0].cannedAcl to "private"',
      ],
    },
  ),
  violates(
    "the second of a topic rule's S3 actions, whose keys are templates",
    topicRule({
      s3: [
        { bucketName: "lake-own", key: "a", cannedAcl: "private" },
        { bucketName: "lake-iot", key: "${topic()}/${timestamp()}", cannedAcl: "public-read-write" },
      ],
    }),
    ["canned-acl", "canned-acl"],
    { says: ["s3[1].cannedAcl", "curl https://lake-iot.s3.amazonaws.com/<key>\n"] },
  ),
  violates(
    "the public objects of a topic rule's error action",
    topicRule({ errorAction: { s3: { bucketName: "lake-err", key: "k", cannedAcl: "authenticated-read" } } }),
    ["canned-acl"],
    { says: ["errorAction.s3.cannedAcl", "aws s3api get-object --bucket lake-err --key k any.txt"] },
  ),
  violates(
    "each public output group of a channel",
    channel(
      {
        archiveGroupSettings: [
          { archiveCdnSettings: { archiveS3Settings: { cannedAcl: "BUCKET_OWNER_READ" } } },
          { archiveCdnSettings: { archiveS3Settings: { cannedAcl: "PUBLIC_READ" } } },
        ],
      },
      {
        frameCaptureGroupSettings: {
          frameCaptureCdnSettings: { frameCaptureS3Settings: { cannedAcl: "AUTHENTICATED_READ" } },
        },
      },
      { hlsGroupSettings: { hlsCdnSettings: [{ hlsS3Settings: { cannedAcl: "PUBLIC_READ" } }] } },
    ),
    ["canned-acl", "canned-acl", "canned-acl"],
    {
      says: [
        "encoderSettings.outputGroups[0].outputGroupSettings.archiveGroupSettings[1].archiveCdnSettings.archiveS3Settings.cannedAcl",
        "encoderSettings.outputGroups[1].outputGroupSettings.frameCaptureGroupSettings.",
        "encoderSettings.outputGroups[2].outputGroupSettings.hlsGroupSettings.hlsCdnSettings[0].hlsS3Settings.cannedAcl",
        '"PUBLIC_READ" grants READ to AllUsers',
        "curl https://<bucket>.s3.amazonaws.com/<key>",
        'to "BUCKET_OWNER_FULL_CONTROL"',
      ],
    },
  ),
  violates(
    "a revocation list that is public because no ACL is given",
    authority({ enabled: true, s3BucketName: "lake-crl" }),
    ["canned-acl"],
    {
      says: [
        'revocationConfiguration.crlConfiguration.s3ObjectAcl: AWS\'s default of "PUBLIC_READ" grants READ to AllUsers',
        "curl https://lake-crl.s3.amazonaws.com/<key>",
      ],
    },
  ),
  violates(
    "a revocation list that is public by name",
    authority({ enabled: true, s3BucketName: "lake-crl", s3ObjectAcl: "PUBLIC_READ" }),
    ["canned-acl"],
  ),
  violates(
    "thumbnails granted to AllUsers",
    transcoder({ grantee: "AllUsers", granteeType: "Group", accesses: ["Read", "ReadAcp"] }),
    ["explicit-grant", "explicit-grant"],
    {
      says: [
        "thumbnailConfigPermissions[0]: the grant grants READ_ACP to AllUsers",
        "curl 'https://lake-thumbs.s3.amazonaws.com/<key>?acl'",
      ],
    },
  ),
  violates(
    "transcoded files granted to AuthenticatedUsers",
    {
      type: "aws:elastictranscoder/pipeline:Pipeline",
      props: {
        contentConfig: { bucket: "lake-video" },
        contentConfigPermissions: [
          { grantee: "AuthenticatedUsers", granteeType: "Group", accesses: ["FullControl"] },
        ],
      },
    },
    ["explicit-grant"],
    { says: ["grants FULL_CONTROL", "put-object-acl --bucket lake-video"] },
  ),
  violates(
    "the CannedACL of a pipeline's deploy action",
    deploy({ BucketName: "lake-site", Extract: "true", CannedACL: "public-read" }, "eu-north-1"),
    ["canned-acl"],
    {
      says: [
        "stages[1].actions[1].configuration.CannedACL: ",
        "curl https://lake-site.s3.eu-north-1.amazonaws.com/<key>\n",
      ],
    },
  ),
  violates(
    "a deploy action whose bucket is a pipeline variable",
    deploy({ BucketName: "#{build.BUCKET}", CannedACL: "public-read" }),
    ["canned-acl"],
    { says: ["curl https://<bucket>.s3.amazonaws.com/<key>\n"] },
  ),
  complies("DMS without an ACL", {
    type: "aws:dms/s3Endpoint:S3Endpoint",
    props: { cannedAclForObjects: "none" },
  }),
  complies(
    "access logs granted to one account",
    logging("bucketLogging:BucketLogging", { type: "CanonicalUser", id: "0123456789abcdef" }),
  ),
  complies("a topic rule without an ACL", topicRule({ s3: [{ bucketName: "lake-iot", key: "k" }] })),
  complies("a channel without S3 output", channel({ udpGroupSettings: {} })),
  complies(
    "a revocation list for the bucket's owner",
    authority({ enabled: true, s3BucketName: "lake-crl", s3ObjectAcl: "BUCKET_OWNER_FULL_CONTROL" }),
  ),
  complies(
    "a revocation list that is switched off",
    authority({ enabled: false, s3ObjectAcl: "PUBLIC_READ" }),
  ),
  complies("thumbnails granted to a user", transcoder({ grantee: "0123", granteeType: "Canonical" })),
  complies(
    "thumbnails granted to a user who is not known",
    transcoder({ grantee: unknown.string, granteeType: "Canonical", accesses: ["Read"] }),
  ),
  complies("a deploy action without an ACL", deploy({ BucketName: "lake-site", Extract: "true" })),
  undecided(
    "an unknown S3 action",
    topicRule({ s3: [unknown.object] }),
    ["unknown"],
    ["s3[0]: is not known before deployment"],
  ),
  undecided(
    "unknown output groups, once for all the ACLs they may hold",
    { type: "aws:medialive/channel:Channel", props: { encoderSettings: { outputGroups: unknown.array } } },
    ["unknown"],
    ["encoderSettings.outputGroups: is not known"],
  ),
  undecided("a revocation list that may be switched on", authority({ enabled: unknown.boolean })),
  undecided("an unknown revocation list", authority(unknown.object)),
  undecided(
    "an unknown grantee of thumbnails",
    transcoder({ grantee: unknown.string, granteeType: "Group" }),
  ),
  undecided("unknown target grants", {
    type: "aws:s3/bucketLogging:BucketLogging",
    props: { targetGrants: unknown.array },
  }),
  malformed("S3 actions that are not a list", topicRule({ s3: "public-read" })),
];
