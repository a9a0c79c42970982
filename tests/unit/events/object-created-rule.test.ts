import assert from "node:assert/strict";
import { objectCreatedPattern } from "../../../components/events/object-created-rule.ts";

describe("the pattern of an object-created rule", () => {
  const base = { source: ["aws.s3"], "detail-type": ["Object Created"], account: ["123456789012"] };

  for (const { name, keys, object } of [
    { name: "takes every key without a filter", keys: {}, object: undefined },
    { name: "takes a beginning", keys: { prefix: "in/" }, object: { key: [{ prefix: "in/" }] } },
    { name: "takes an end", keys: { suffix: ".csv" }, object: { key: [{ suffix: ".csv" }] } },
    {
      name: "takes beginning and end together, not one or the other",
      keys: { prefix: "in/", suffix: ".csv" },
      object: { key: [{ wildcard: "in/*.csv" }] },
    },
    {
      name: "takes a star in a key for what it is",
      keys: { prefix: "a*\\b", suffix: "c" },
      object: { key: [{ wildcard: "a\\*\\\\b*c" }] },
    },
  ]) {
    it(name, () => {
      assert.deepEqual(objectCreatedPattern("123456789012", "bucket", keys), {
        ...base,
        detail: { bucket: { name: ["bucket"] }, ...(object && { object }) },
      });
    });
  }
});
