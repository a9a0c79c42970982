import assert from "node:assert/strict";
import { compilePolicies } from "../../../policy-pack/iam/evaluate.ts";
import { fullConfig } from "../access/whole.ts";
import { all, one, statementsOf, validConfig, type Declared } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const bucketArn = "arn:aws:s3:::sluice-dev-partner-drop-123456789012";
const isPartnerDrop = ({ name }: Declared): boolean => name.startsWith("partner-drop");

describe("the partners' drop", () => {
  let declared: readonly Declared[];

  before(async () => {
    declared = await declaredBy("preview", {
      ...fullConfig,
      "sluice:partnerAccountIds": '["210987654321", "000000000012"]',
    });
  });

  it("is not there without partners", async () => {
    assert.deepEqual((await declaredBy("preview", validConfig)).filter(isPartnerDrop), []);
  });

  it("lets the partners' accounts put objects, with the ACL that makes them the owner's, and nothing else", () => {
    const { inputs } = one(declared, "aws:s3/bucketPolicy:BucketPolicy", "partner-drop-policy");

    const allowed = statementsOf(inputs["policy"]).filter(({ Effect }) => Effect === "Allow");
    assert.deepEqual(allowed, [
      {
        Sid: "AllowPartners",
        Effect: "Allow",
        Principal: { AWS: ["arn:aws:iam::210987654321:root", "arn:aws:iam::000000000012:root"] },
        Action: ["s3:PutObject", "s3:PutObjectAcl"],
        Resource: [`${bucketArn}/*`],
        Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } },
      },
    ]);
  });

  for (const { name, acl, decision } of [
    {
      name: "takes an object that is made the owner's",
      acl: "bucket-owner-full-control",
      decision: "allowed",
    },
    { name: "refuses an object that its writer keeps", acl: "private", decision: "explicitly-denied" },
    { name: "refuses an object that everybody may read", acl: "public-read", decision: "explicitly-denied" },
    { name: "refuses an object without a word on it", acl: undefined, decision: "explicitly-denied" },
  ]) {
    it(name, () => {
      const { inputs } = one(declared, "aws:s3/bucketPolicy:BucketPolicy", "partner-drop-policy");
      // The evaluator decides for a holder: who that is was looked at above.
      const Statement = statementsOf(inputs["policy"]).map(({ Principal: _principal, ...rest }) => rest);
      const policies = compilePolicies([{ Version: "2012-10-17", Statement }]);

      const context = { "aws:SecureTransport": "true", ...(acl !== undefined && { "s3:x-amz-acl": acl }) };
      assert.equal(
        policies.decide({ action: "s3:PutObject", resource: `${bucketArn}/file.csv`, context }),
        decision,
      );
    });
  }

  it("can have ACLs, its own being private, and is encrypted without the lake's key", () => {
    const { inputs: ownership } = one(
      declared,
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      "partner-drop-ownership",
    );
    const { inputs: acl } = one(declared, "aws:s3/bucketAcl:BucketAcl");

    assert.deepEqual(ownership["rule"], { objectOwnership: "BucketOwnerPreferred" });
    assert.equal(acl["acl"], "private");
    assert.equal(all(declared, "aws:s3/bucketOwnershipControls:BucketOwnershipControls").length, 6);
  });

  it("is as closed to the public as every other bucket", () => {
    const { inputs } = one(
      declared,
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "partner-drop-public-access",
    );

    const { bucket: _bucket, ...flags } = inputs;
    assert.deepEqual(Object.values(flags), [true, true, true, true]);
  });
});
