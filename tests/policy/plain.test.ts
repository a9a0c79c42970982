import assert from "node:assert/strict";
import { asset } from "@pulumi/pulumi";
import { plainProps, toPlain, UNKNOWN } from "../../policy-pack/plain.ts";
import { documentsOf } from "../../policy-pack/stack/policy-documents.ts";
import { unknown } from "./analyzer.ts";

describe("plain properties", () => {
  it("hold UNKNOWN at each leaf the engine marks, at any depth", () => {
    const props = { a: unknown.string, b: [unknown.boolean, 1], c: { d: unknown.object } };

    assert.deepEqual(plainProps(props), { a: UNKNOWN, b: [UNKNOWN, 1], c: { d: UNKNOWN } });
  });

  it("hold UNKNOWN for a string made with an unknown one", () => {
    assert.equal(toPlain(`arn:aws:s3:::${unknown.string}/*`), UNKNOWN);
  });

  it("open a JSON document made with an unknown, so that the rest is judged", () => {
    assert.deepEqual(toPlain(`{"a":"${unknown.string}","b":1}`), { a: UNKNOWN, b: 1 });
    assert.equal(toPlain(`{"a":"${unknown.string}"`), UNKNOWN);
  });

  it("hold UNKNOWN for an asset, whose content is not read", () => {
    assert.equal(toPlain(new asset.StringAsset("x")), UNKNOWN);
  });

  it("keep a key that is the name of an object's prototype", () => {
    const parsed: unknown = JSON.parse('{"__proto__":{"a":1}}');

    assert.deepEqual(Object.keys(plainProps(parsed)), ["__proto__"]);
  });
});

describe("the policy documents of a resource", () => {
  it("are none where the property is absent, null or empty", () => {
    for (const policy of [undefined, null, ""]) {
      assert.deepEqual(documentsOf("aws:sqs/queue:Queue", plainProps({ policy })), []);
    }
  });

  it("are each of a role's, with the path and the kind of each", () => {
    const props = plainProps({
      assumeRolePolicy: "{}",
      inlinePolicies: [{ policy: "{}" }, {}, { policy: unknown.string }],
    });

    const found = documentsOf("aws:iam/role:Role", props).map(({ kind, path, value }) => [kind, path, value]);

    assert.deepEqual(found, [
      ["identity", "inlinePolicies[0].policy", "{}"],
      ["identity", "inlinePolicies[2].policy", UNKNOWN],
      ["trust", "assumeRolePolicy", "{}"],
    ]);
  });

  it("are none for a type that is not in the table, the names of object methods among them", () => {
    assert.deepEqual(documentsOf("constructor", { policy: "{}" }), []);
  });
});
