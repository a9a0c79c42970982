import assert from "node:assert/strict";
import {
  publicGrantsOfCannedAcl,
  publicGroupOfUri,
  requestOfGrant,
  s3Url,
} from "../../policy-pack/exposure/acl.ts";
import { UNKNOWN } from "../../policy-pack/plain.ts";

const TARGET = { bucket: "lake", key: "a.csv", region: "eu-west-1" };

describe("the public grants of a canned ACL", () => {
  for (const [acl, grants] of [
    ["private", []],
    ["bucket-owner-read", []],
    ["bucket-owner-full-control", []],
    ["aws-exec-read", []],
    ["log-delivery-write", []],
    ["public-read", ["AllUsers READ"]],
    ["public-read-write", ["AllUsers READ", "AllUsers WRITE"]],
    ["authenticated-read", ["AuthenticatedUsers READ"]],
  ] as const) {
    it(`${acl} are ${grants.length === 0 ? "none" : grants.join(" and ")}`, () => {
      const found = publicGrantsOfCannedAcl(acl)?.map(
        ({ group, permission }) => `${group} ${String(permission)}`,
      );

      assert.deepEqual(found, grants);
    });
  }

  it("are undefined for a name S3 does not know, the names of object methods among them", () => {
    assert.equal(publicGrantsOfCannedAcl("public"), undefined);
    assert.equal(publicGrantsOfCannedAcl("constructor"), undefined);
  });
});

describe("the public group of a URI", () => {
  for (const [uri, group] of [
    ["http://acs.amazonaws.com/groups/global/AllUsers", "AllUsers"],
    ["https://acs.amazonaws.com/groups/global/AuthenticatedUsers", "AuthenticatedUsers"],
    ["HTTP://ACS.AMAZONAWS.COM/groups/global/allusers/", "AllUsers"],
    ["http://acs.amazonaws.com/groups/s3/LogDelivery", undefined],
    ["http://example.com/groups/global/AllUsers", undefined],
    ["AllUsers", undefined],
  ] as const) {
    it(`${uri} is ${group ?? "none"}`, () => {
      assert.equal(publicGroupOfUri(uri), group);
    });
  }
});

describe("the request that a public grant lets through", () => {
  for (const [permission, bucketCommand, objectCommand] of [
    [
      "READ",
      "curl https://lake.s3.eu-west-1.amazonaws.com/",
      "curl https://lake.s3.eu-west-1.amazonaws.com/a.csv",
    ],
    [
      "WRITE",
      "curl -T any.txt https://lake.s3.eu-west-1.amazonaws.com/any.txt",
      "curl -T any.txt https://lake.s3.eu-west-1.amazonaws.com/a.csv",
    ],
    [
      "READ_ACP",
      "curl 'https://lake.s3.eu-west-1.amazonaws.com/?acl'",
      "curl 'https://lake.s3.eu-west-1.amazonaws.com/a.csv?acl'",
    ],
  ] as const) {
    it(`${permission} by anyone, of a bucket and of an object`, () => {
      const grant = { group: "AllUsers", permission } as const;

      assert.equal(requestOfGrant(grant, "bucket", TARGET).command, bucketCommand);
      assert.equal(requestOfGrant(grant, "object", TARGET).command, objectCommand);
    });
  }

  for (const [permission, bucketCommand, objectCommand] of [
    [
      "READ",
      "aws s3api list-objects-v2 --bucket lake",
      "aws s3api get-object --bucket lake --key a.csv any.txt",
    ],
    [
      "READ_ACP",
      "aws s3api get-bucket-acl --bucket lake",
      "aws s3api get-object-acl --bucket lake --key a.csv",
    ],
    [
      "WRITE_ACP",
      "aws s3api put-bucket-acl --bucket lake --acl public-read-write",
      "aws s3api put-object-acl --bucket lake --key a.csv --acl public-read",
    ],
  ] as const) {
    it(`${permission} by any AWS account, of a bucket and of an object`, () => {
      const grant = { group: "AuthenticatedUsers", permission } as const;

      assert.equal(requestOfGrant(grant, "bucket", TARGET).command, bucketCommand);
      assert.equal(requestOfGrant(grant, "object", TARGET).command, objectCommand);
    });
  }

  it("FULL_CONTROL is shown by rewriting the ACL", () => {
    const { command, effect } = requestOfGrant(
      { group: "AllUsers", permission: "FULL_CONTROL" },
      "bucket",
      TARGET,
    );

    assert.match(command, /^curl -X PUT .*\?acl'$/);
    assert.match(effect, /replaces the bucket's ACL/);
  });

  it("holds placeholders for what is not known", () => {
    const nothing = { bucket: undefined, key: undefined, region: undefined };

    const { command } = requestOfGrant({ group: "AllUsers", permission: UNKNOWN }, "object", nothing);

    assert.equal(command, "curl https://<bucket>.s3.amazonaws.com/<key>");
  });
});

describe("a bucket's address", () => {
  it("has the name in the path when it holds dots, which the certificate does not cover", () => {
    assert.equal(s3Url("lake.example", "eu-west-1"), "https://s3.eu-west-1.amazonaws.com/lake.example/");
  });

  it("ends in amazonaws.com.cn in China", () => {
    assert.equal(s3Url("lake", "cn-north-1"), "https://lake.s3.cn-north-1.amazonaws.com.cn/");
  });
});
