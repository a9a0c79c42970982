import assert from "node:assert/strict";
import fc from "fast-check";
import { createNames, InvalidNameError, ZONES, type Names } from "../../components/names.ts";

function allNames(names: Names): string[] {
  return [
    ...ZONES.map(names.bucket),
    ...ZONES.map(names.database),
    names.workgroup(),
    names.logGroup(names.function("ingest")),
    names.queue("ingest-failed"),
  ];
}

describe("names", () => {
  const settings = { project: "sluice", stack: "dev", accountId: "123456789012" };

  it("says project, stack and purpose, and the account for a bucket", () => {
    const names = createNames(settings);

    assert.equal(names.bucket("raw"), "sluice-dev-raw-123456789012");
    assert.equal(names.database("raw"), "sluice_dev_raw");
    assert.equal(names.function("ingest"), "sluice-dev-ingest");
    assert.equal(names.logGroup("sluice-dev-ingest"), "/aws/lambda/sluice-dev-ingest");
  });

  it("refuses a stack whose buckets AWS would refuse, naming rule and remedy", () => {
    const names = createNames({ ...settings, stack: "a-stack-with-a-name-that-is-much-too-long-for-s3" });

    assert.throws(
      () => names.bucket("quarantine"),
      (error) =>
        error instanceof InvalidNameError &&
        /^bucket "sluice-a-stack.*" is no valid name: 3 to 63 .*; shorten or rename/.test(error.message),
    );
  });

  it("refuses capitals in a bucket's name", () => {
    assert.throws(() => createNames({ ...settings, stack: "Dev" }).bucket("raw"), InvalidNameError);
  });

  it("gives two stacks no name in common, or refuses", () => {
    const part = fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/);
    fc.assert(
      fc.property(part, part, (left, right) => {
        fc.pre(left !== right);
        const [a, b] = [left, right].map((stack) => new Set(allNames(createNames({ ...settings, stack }))));
        assert(a !== undefined && b !== undefined);

        assert.deepEqual(
          [...a].filter((name) => b.has(name)),
          [],
        );
      }),
    );
  });
});
