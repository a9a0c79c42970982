import assert from "node:assert/strict";
import {
  BucketAcl,
  InvalidCanonicalIdError,
  type BucketAclSetting,
} from "../../../components/storage/bucket-acl.ts";
import { deployPart, one, type Declared } from "../deploy.ts";

const owner = "a".repeat(64);
const other = "b".repeat(64);

function declare(acl: BucketAclSetting): Promise<Declared[]> {
  return deployPart(() => new BucketAcl("drop", { bucketName: "drop", acl }));
}

const ACL = "aws:s3/bucketAcl:BucketAcl";

describe("a bucket's ACL", () => {
  for (const { name, acl, inputs } of [
    { name: "private", acl: { kind: "private" }, inputs: { acl: "private" } },
    { name: "for S3's log delivery", acl: { kind: "log-delivery" }, inputs: { acl: "log-delivery-write" } },
    {
      name: "for accounts by canonical id, with the owner's own full control",
      acl: {
        kind: "canonical-users",
        ownerCanonicalId: owner,
        users: [{ canonicalId: other, permissions: ["READ", "READ_ACP"] }],
      },
      inputs: {
        accessControlPolicy: {
          owner: { id: owner },
          grants: [
            { grantee: { type: "CanonicalUser", id: owner }, permission: "FULL_CONTROL" },
            { grantee: { type: "CanonicalUser", id: other }, permission: "READ" },
            { grantee: { type: "CanonicalUser", id: other }, permission: "READ_ACP" },
          ],
        },
      },
    },
  ] satisfies { name: string; acl: BucketAclSetting; inputs: object }[]) {
    it(`can be ${name}`, async () => {
      assert.deepEqual(one(await declare(acl), ACL).inputs, { bucket: "drop", ...inputs });
    });
  }

  it("is set once the ownership lets the bucket have one", async () => {
    const declared = await declare({ kind: "private" });

    const ownership = one(declared, "aws:s3/bucketOwnershipControls:BucketOwnershipControls");
    assert.deepEqual(ownership.inputs, { bucket: "drop", rule: { objectOwnership: "BucketOwnerPreferred" } });
    assert.deepEqual(one(declared, ACL).after, [ownership.name]);
  });

  for (const id of [
    "",
    "a".repeat(63),
    "A".repeat(64),
    "123456789012",
    "http://acs.amazonaws.com/groups/global/AllUsers",
  ]) {
    it(`refuses "${id}" as a canonical id, with the words for it`, async () => {
      for (const [ownerCanonicalId, canonicalId] of [
        [id, other],
        [owner, id],
      ] as const) {
        const users = [{ canonicalId, permissions: ["READ" as const] }];
        await assert.rejects(declare({ kind: "canonical-users", ownerCanonicalId, users }), (error) => {
          assert(error instanceof InvalidCanonicalIdError);
          assert(
            error.message.startsWith(
              `drop: found canonical user id "${id}"; it must be 64 hexadecimal digits`,
            ),
          );
          assert.match(error.message, /aws s3api list-buckets --query Owner\.ID/);
          return true;
        });
      }
    });
  }

  it("cannot be written so that it is public", () => {
    const settings: BucketAclSetting[] = [
      // @ts-expect-error -- no canned ACL that is public
      { kind: "public-read" },
      // @ts-expect-error -- nor one for whoever has an account
      { kind: "authenticated-read" },
      {
        kind: "canonical-users",
        ownerCanonicalId: owner,
        // @ts-expect-error -- no group
        users: [{ uri: "AllUsers", permissions: ["READ"] }],
      },
      // @ts-expect-error -- no canned ACL beside a kind
      { kind: "private", acl: "public-read" },
    ];

    assert.equal(settings.length, 4);
  });
});
