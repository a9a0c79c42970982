import { unknown } from "../analyzer.ts";
import type { Json, TestResource } from "../analyzer.ts";
import { complies, malformed, undecided, violates } from "./case.ts";
import type { Case } from "./case.ts";

const BUCKET = "arn:aws:s3:::lake-raw";
const ROOT = "arn:aws:iam::111122223333:root";

const statement = (more: Record<string, Json>): Json => ({ Effect: "Allow", Resource: "*", ...more });
const document = (...statements: Json[]): Json => ({ Version: "2012-10-17", Statement: statements });
const of = (type: string, policy: Json, path = "policy"): TestResource => ({
  type: `aws:${type}`,
  name: "it",
  props: { [path]: policy },
});
const policy = (...statements: Json[]): TestResource => of("iam/policy:Policy", document(...statements));
const allow = (action: Json, resource: Json = "*"): TestResource =>
  policy(statement({ Action: action, Resource: resource }));
const keyPolicy = (principal: Json, action: Json = "kms:*"): TestResource =>
  of("kms/key:Key", document(statement({ Principal: principal, Action: action })));

/** Cases of the rule `iam-action-wildcard`. */
export const cases: readonly Case[] = [
  violates("every action", allow("*"), ["every-action"], {
    says: ["policy: Statement[0].Action", "iam:CreateAccessKey on *", "whoever holds the policy"],
  }),
  violates("every action, written twice over", allow("*:*"), ["every-action"]),
  violates("every action of a service", allow("s3:*", [BUCKET, `${BUCKET}/*`]), ["every-action-of-service"], {
    says: [`s3:DeleteBucketPolicy on ${BUCKET}`],
  }),
  violates("a request that fits the statement's resource", allow("*", `${BUCKET}/in/*`), ["every-action"], {
    says: [`s3:DeleteObjectVersion on ${BUCKET}/in/*`],
  }),
  violates("a prefix pattern", allow("s3:Put*", BUCKET), ["action-pattern"], {
    says: ["s3:PutBucketPolicy"],
  }),
  violates("a question mark", allow("s3:GetObjec?"), ["action-pattern"]),
  violates("a wildcard in the service's name", allow("s?:GetObject"), ["action-pattern"]),
  violates("a pattern no known request fits", allow("zebra:Ride*"), ["action-pattern"], {
    says: ["any action that matches"],
  }),
  violates("a pattern among names", allow(["s3:GetObject", "sqs:*"]), ["every-action-of-service"]),
  violates("a read pattern that is not configured", allow("s3:Get*"), ["action-pattern"]),
  violates("a configured pattern that writes", allow("s3:Put*"), ["action-pattern"], {
    config: { allowed: ["s3:Put*"] },
  }),
  violates("NotAction in an Allow", policy(statement({ NotAction: ["iam:*"] })), ["not-action"], {
    says: ['every action but "iam:*"', "sts:AssumeRole"],
  }),
  violates(
    "NotAction with an unknown exception",
    policy(statement({ NotAction: ["s3:*", unknown.string] })),
    ["not-action"],
    { says: ['every action but "s3:*", some not known yet', "any action that matches"] },
  ),
  violates("NotAction with nothing in it", policy(statement({ NotAction: [] })), ["not-action"]),
  violates(
    "a statement that is not in a list",
    of("iam/policy:Policy", { Statement: statement({ Action: "*" }) }),
    ["every-action"],
    { says: ["policy: Statement.Action"] },
  ),
  violates(
    "a document in JSON text",
    of("iam/policy:Policy", JSON.stringify(document(statement({ Action: "s3:*", Sid: "Wide" })))),
    ["every-action-of-service"],
    { says: ['(Sid "Wide")'] },
  ),
  violates(
    "the known part of a text with an unknown leaf",
    of(
      "iam/policy:Policy",
      JSON.stringify(document(statement({ Action: "s3:*", Resource: unknown.string }))),
    ),
    ["every-action-of-service"],
  ),
  violates(
    "a role's inline policy",
    {
      type: "aws:iam/role:Role",
      props: { inlinePolicies: [{ name: "a", policy: document(statement({ Action: "sqs:*" })) }] },
    },
    ["every-action-of-service"],
    { says: ["inlinePolicies[0].policy"] },
  ),
  violates(
    "a trust policy",
    of(
      "iam/role:Role",
      document({ Effect: "Allow", Principal: { AWS: ROOT }, Action: "sts:*" }),
      "assumeRolePolicy",
    ),
    ["every-action-of-service"],
    { says: [`by ${ROOT}`, "the resource it is attached to"] },
  ),
  violates("a policy of a user", of("iam/userPolicy:UserPolicy", document(statement({ Action: "*" }))), [
    "every-action",
  ]),
  violates("a policy of a group", of("iam/groupPolicy:GroupPolicy", document(statement({ Action: "*" }))), [
    "every-action",
  ]),
  violates("a policy of a role", of("iam/rolePolicy:RolePolicy", document(statement({ Action: "*" }))), [
    "every-action",
  ]),
  violates(
    "a bucket policy, and who may use it",
    of(
      "s3/bucketPolicy:BucketPolicy",
      document(statement({ Principal: "*", Action: "s3:*", Resource: `${BUCKET}/*` })),
    ),
    ["every-action-of-service"],
    { says: ["by anyone"] },
  ),
  ...[
    "sqs/queuePolicy:QueuePolicy",
    "sns/topicPolicy:TopicPolicy",
    "ecr/repositoryPolicy:RepositoryPolicy",
    "secretsmanager/secretPolicy:SecretPolicy",
    "glue/resourcePolicy:ResourcePolicy",
    "cloudwatch/eventBusPolicy:EventBusPolicy",
    "lambda/resourcePolicy:ResourcePolicy",
  ].map((type) =>
    violates(
      `a document of ${type}`,
      of(type, document(statement({ Principal: { AWS: ROOT }, Action: "*" }))),
      ["every-action"],
    ),
  ),
  violates(
    "a condition, which the message mentions",
    policy(statement({ Action: "s3:*", Condition: { Bool: { "aws:MultiFactorAuthPresent": true } } })),
    ["every-action-of-service"],
    { says: ["if its conditions hold"] },
  ),
  violates("kms:* for a role in a key policy", keyPolicy({ AWS: "arn:aws:iam::111122223333:role/admin" }), [
    "every-action-of-service",
  ]),
  violates("kms:* for the roots of two accounts", keyPolicy({ AWS: [ROOT, "444455556666"] }), [
    "every-action-of-service",
  ]),
  violates(
    "kms:* for the root in a policy that is no key's",
    of("sqs/queuePolicy:QueuePolicy", document(statement({ Principal: { AWS: ROOT }, Action: "kms:*" }))),
    ["every-action-of-service"],
  ),
  violates("kms:* for everyone", keyPolicy("*"), ["every-action-of-service"]),
  violates(
    "kms:* for the root of another account than the configured one",
    keyPolicy({ AWS: ROOT }),
    ["every-action-of-service"],
    { config: { account: "444455556666" } },
  ),
  violates("more than kms:* for the root", keyPolicy({ AWS: ROOT }, "*"), ["every-action"]),
  violates(
    "kms:* for the root outside a key policy",
    policy({ Effect: "Allow", Action: "kms:*", Resource: "*" }),
    ["every-action-of-service"],
  ),

  complies("named actions", allow(["s3:GetObject", "s3:ListBucket"], BUCKET)),
  complies("a wildcard that is denied", policy({ Effect: "Deny", Action: "s3:*", Resource: "*" })),
  complies("NotAction that is denied", policy({ Effect: "Deny", NotAction: "s3:GetObject", Resource: "*" })),
  complies("a wildcard in a resource", allow("s3:GetObject", `${BUCKET}/*`)),
  complies("the default statement of a key policy", keyPolicy({ AWS: ROOT })),
  complies("the default statement, with the account's number", keyPolicy({ AWS: ["111122223333"] })),
  complies("the default statement of the configured account", keyPolicy({ AWS: ROOT }, ["kms:*"]), {
    config: { account: "111122223333" },
  }),
  complies("a configured read pattern, whatever its case", allow("s3:get*"), {
    config: { allowed: ["s3:Get*"] },
  }),
  complies("a role without inline policies", { type: "aws:iam/role:Role", props: { inlinePolicies: [] } }),
  complies("an unknown resource, which this rule does not read", allow("s3:GetObject", unknown.string)),

  undecided(
    "an unknown document",
    of("iam/policy:Policy", unknown.string),
    ["unknown"],
    ["policy: is not known"],
  ),
  undecided("an unknown statement", policy(unknown.object)),
  undecided("an unknown action", allow(unknown.string), ["unknown"], ["Statement[0].Action"]),
  undecided("an unknown action among names", allow(["s3:GetObject", unknown.string])),
  undecided(
    "a wildcard under an unknown effect",
    policy({ Effect: unknown.string, Action: "s3:*", Resource: "*" }),
  ),
  undecided(
    "NotAction under an unknown effect",
    policy({ Effect: unknown.string, NotAction: "s3:*", Resource: "*" }),
  ),
  undecided(
    "the statement that is unknown, by its own place",
    policy("x", unknown.object),
    ["malformed", "unknown"],
    ["policy: Statement[1]: is not known"],
  ),
  undecided(
    "all statements at once",
    of("iam/policy:Policy", { Statement: unknown.array }),
    ["unknown"],
    ["policy: Statement: is not known"],
  ),
  undecided("unknown inline policies", {
    type: "aws:iam/role:Role",
    props: { inlinePolicies: unknown.array },
  }),

  malformed("text that is not JSON", of("iam/policy:Policy", "Allow everything")),
  malformed("a number", of("iam/policy:Policy", 7)),
  malformed("a document without statements", of("iam/policy:Policy", { Version: "2012-10-17" })),
  malformed("a statement without an effect", policy({ Action: "s3:GetObject", Resource: "*" })),
  malformed("a statement without an action", policy({ Effect: "Allow", Resource: "*" })),
  malformed("a misspelt element", policy(statement({ Actions: "*", Action: "s3:GetObject" }))),
  malformed(
    "an effect in the wrong case",
    policy({ Effect: "allow", Action: "s3:GetObject", Resource: "*" }),
  ),
  malformed("an action that is a number", allow(7)),
  malformed("inline policies that are not a list", {
    type: "aws:iam/role:Role",
    props: { inlinePolicies: "none" },
  }),
];
