import assert from "node:assert/strict";
import fc from "fast-check";
import { createNames, InvalidNameError, ZONES, type Names } from "../../components/names.ts";

function allNames(names: Names): string[] {
  return [
    ...ZONES.map(names.bucket),
    names.database("curated"),
    names.workgroup("lake"),
    names.logGroup(names.function("ingest")),
    names.queue("ingest-failed"),
  ];
}

describe("names", () => {
  const settings = { project: "sluice", stack: "dev", accountId: "123456789012" };

  it("says project, stack and purpose, and the account for a bucket", () => {
    const names = createNames(settings);

    assert.equal(names.bucket("raw"), "sluice-dev-raw-123456789012");
    assert.equal(names.database("curated"), "sluice_dev_curated");
    assert.equal(names.function("ingest"), "sluice-dev-ingest");
    assert.equal(names.logGroup("sluice-dev-ingest"), "/aws/lambda/sluice-dev-ingest");
  });

  it("refuses a stack with names that AWS would refuse: all of them at once, with rule and remedy", () => {
    const stack = "a-stack-with-a-name-that-is-too-long";

    assert.throws(
      () => createNames({ ...settings, stack }),
      (error) => {
        assert(error instanceof InvalidNameError);
        assert.deepEqual(
          error.faults.map((fault) => /-([a-z]+)-\d{12}/.exec(fault)?.[1]),
          ["curated", "quarantine", "results"],
        );
        assert.match(error.message, /shorten or rename the Pulumi project or stack/);
        assert.match(error.faults[0] ?? "", /^bucket "sluice-a-stack.*": 3 to 63 lower-case letters/);
        return true;
      },
    );
  });

  it("refuses capitals in a bucket's name", () => {
    assert.throws(() => createNames({ ...settings, stack: "Dev" }), InvalidNameError);
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
