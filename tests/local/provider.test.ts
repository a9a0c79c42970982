/** What the stand-in provider does before it calls AWS: Check, Diff and the reading of inputs, as pure functions. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  changedInputs,
  checkInputs,
  previewOutputs,
  readInputs,
  typedInputs,
  type ResourceType,
} from "../../local/provider/resource-type.ts";
import { resourceTypes } from "../../local/provider/types/index.ts";
import { containsUnknown, fromStruct, isSame, toStruct, UNKNOWN } from "../../local/provider/values.ts";

function typeOf(token: string): ResourceType {
  const type = resourceTypes.get(token);
  assert(type !== undefined);
  return type;
}

const bucket = typeOf("aws:s3/bucket:Bucket");
const block = typeOf("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
const rolePolicy = typeOf("aws:iam/rolePolicy:RolePolicy");
const queue = typeOf("aws:sqs/queue:Queue");

describe("the provider's check", () => {
  it("fills in the official provider's defaults", () => {
    const { inputs, failures } = checkInputs(block, { bucket: "b", blockPublicAcls: true }, "eu-west-1", {});

    assert.deepEqual(failures, []);
    assert.deepEqual(inputs, {
      bucket: "b",
      blockPublicAcls: true,
      blockPublicPolicy: false,
      ignorePublicAcls: false,
      restrictPublicBuckets: false,
      region: "eu-west-1",
    });
  });

  it("fills them in beside a value that is not known yet", () => {
    const { inputs, failures } = checkInputs(queue, { name: UNKNOWN, tags: { a: UNKNOWN } }, "eu-west-1", {});

    assert.deepEqual(failures, []);
    assert.equal(inputs["name"], UNKNOWN);
    assert.equal(inputs["visibilityTimeoutSeconds"], 30);
  });

  it("turns a document into text", () => {
    const { inputs } = checkInputs(
      rolePolicy,
      { name: "n", role: "r", policy: { Version: "2012-10-17" } },
      "eu-west-1",
      {},
    );

    assert.equal(inputs["policy"], '{"Version":"2012-10-17"}');
  });

  it("collapses a document with one unknown leaf into one unknown", () => {
    const policy = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: UNKNOWN }],
    };

    const { inputs, failures } = checkInputs(rolePolicy, { name: "n", role: "r", policy }, "eu-west-1", {});

    assert.deepEqual(failures, []);
    assert.equal(inputs["policy"], UNKNOWN);
  });

  for (const { name, given, property, reason } of [
    {
      name: "a property that is not served",
      given: { bucket: "b", acl: "private" },
      property: "acl",
      reason: /does not support this property/,
    },
    {
      name: "a value of the wrong type",
      given: { bucket: 7 },
      property: "bucket",
      reason: /expected string, found 7/,
    },
    {
      name: "a property that is missing",
      given: {},
      property: "bucket",
      reason: /it is missing/,
    },
    {
      name: "another region",
      given: { bucket: "b", region: "us-east-1" },
      property: "region",
      reason: /has one region, eu-west-1/,
    },
  ]) {
    it(`refuses ${name}, by name`, () => {
      const { failures } = checkInputs(bucket, given, "eu-west-1", {});

      assert.equal(failures.length, 1);
      assert.equal(failures[0]?.property, property);
      assert.match(failures[0].reason, reason);
    });
  }

  it("adds the provider's default tags, which the resource's own win over", () => {
    const { inputs } = checkInputs(bucket, { bucket: "b", tags: { stack: "own" } }, "eu-west-1", {
      stack: "s",
      project: "p",
    });

    assert.deepEqual(inputs["tags"], { stack: "own" });
    assert.deepEqual(inputs["tagsAll"], { stack: "own", project: "p" });
    assert.deepEqual(typedInputs(bucket, inputs)["tags"], { stack: "own", project: "p" });
  });
});

describe("the provider's preview of a create", () => {
  for (const [token, type] of resourceTypes) {
    it(`leaves unknown what AWS decides of ${token}`, () => {
      const outputs = previewOutputs(type, { region: "eu-west-1" });

      const decided = type.computed.filter((name) => name !== "tagsAll");
      assert.deepEqual(
        Object.keys(outputs)
          .filter((name) => outputs[name] === UNKNOWN)
          .toSorted(),
        decided.toSorted(),
      );
    });
  }
});

describe("the provider's diff", () => {
  it("compares documents by what they say", () => {
    const olds = { name: "n", role: "r", policy: '{"Version":"2012-10-17","Statement":[]}' };

    assert.deepEqual(
      changedInputs(rolePolicy, olds, { ...olds, policy: '{ "Statement": [], "Version": "2012-10-17" }' }),
      [],
    );
    assert.deepEqual(
      changedInputs(rolePolicy, olds, { ...olds, policy: '{"Version":"2008-10-17","Statement":[]}' }),
      ["policy"],
    );
  });

  it("takes an unknown for a change", () => {
    assert.deepEqual(changedInputs(bucket, { bucket: "b" }, { bucket: UNKNOWN }), ["bucket"]);
    assert.deepEqual(changedInputs(bucket, { bucket: UNKNOWN }, { bucket: UNKNOWN }), ["bucket"]);
  });

  it("sees a property that came and one that went", () => {
    assert.deepEqual(changedInputs(bucket, { bucket: "b" }, { bucket: "b", forceDestroy: true }), [
      "forceDestroy",
    ]);
    assert.deepEqual(changedInputs(bucket, { bucket: "b", tags: { a: "1" } }, { bucket: "b" }), ["tags"]);
  });
});

describe("the provider's reading of inputs", () => {
  it("takes over what AWS has, and keeps what AWS cannot tell", () => {
    const olds = { bucket: "b", forceDestroy: true, region: "eu-west-1" };

    assert.deepEqual(readInputs(bucket, { bucket: "b" }, olds, "eu-west-1", {}), olds);
  });

  it("keeps a document that says the same in other words", () => {
    const olds = { name: "n", role: "r", policy: '{"Version":"2012-10-17","Statement":[]}' };
    const state = { name: "n", role: "r", policy: '{"Statement":[],"Version":"2012-10-17"}' };

    assert.deepEqual(readInputs(rolePolicy, state, olds, "eu-west-1", {}), olds);
  });

  it("leaves the default tags out of the resource's own, and shows a tag that was added by hand", () => {
    const olds = { bucket: "b", tagsAll: { stack: "s" } };
    const state = { bucket: "b", tags: { stack: "s", added: "by hand" } };

    const inputs = readInputs(bucket, state, olds, "eu-west-1", { stack: "s" });

    assert.deepEqual(inputs["tagsAll"], { stack: "s", added: "by hand" });
  });

  it("takes all that AWS has for an import", () => {
    const state = { name: "q", visibilityTimeoutSeconds: 5, tags: undefined, arn: "arn", url: "url" };

    const inputs = readInputs(queue, state, {}, "eu-west-1", {});

    assert.equal(inputs["name"], "q");
    assert.equal(inputs["visibilityTimeoutSeconds"], 5);
    assert(!("arn" in inputs));
  });
});

function mapOf<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  const name = fc.string().filter((text) => text !== "__proto__"); // which no message can have
  return fc.dictionary(name, value, { noNullPrototype: true });
}

describe("property values", () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(UNKNOWN),
  );
  const value = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("value")), mapOf(tie("value"))),
  })).value;

  it("come back from a message as they went in", () => {
    fc.assert(
      fc.property(mapOf(value), (properties) => {
        assert.deepEqual(fromStruct(toStruct(properties)), properties);
      }),
    );
  });

  it("are refused, and not lost, where a name is one that no message can have", () => {
    const tags = Object.fromEntries([["__proto__", "lost"]]);

    assert.throws(() => toStruct({ tags }), /no message can carry a property with the name __proto__/);
  });

  it("are the same as themselves, unless something is unknown", () => {
    fc.assert(
      fc.property(value, (any) => isSame(any, structuredCloneWithUnknown(any)) === !containsUnknown(any)),
    );
  });
});

function structuredCloneWithUnknown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCloneWithUnknown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, structuredCloneWithUnknown(part)]),
  );
}
