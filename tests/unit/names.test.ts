import assert from "node:assert/strict";
import fc from "fast-check";
import * as pulumi from "@pulumi/pulumi";
import { allNames, createNames, InvalidNameError, type NameKind } from "../../components/names.ts";
import { namedThings } from "./declared-names.ts";
import { declaredBy } from "./program.ts";

const accountId = "123456789012";

/** What Pulumi takes as the name of a project or a stack. */
const anyName = fc.stringMatching(/^[\w.-]{1,100}$/);
/** Names of few letters, which are easily the same once they are put together. */
const alikeName = fc.stringMatching(/^[ab1-]{1,4}$/);

/** Names of a kind that are there twice. */
function repeated(project: string, stack: string): string[] {
  const names = allNames(createNames({ project, stack, accountId })).map(
    ({ kind, name }) => `${kind} ${name}`,
  );
  return names.filter((name, index) => names.indexOf(name) !== index);
}

function prefixOf([project, stack]: readonly [string, string]): string {
  return createNames({ project, stack, accountId }).prefix;
}

describe("names", () => {
  it("say project, stack and purpose, and the account where the world shares the names", () => {
    const names = createNames({ project: "sluice", stack: "dev", accountId });

    assert.equal(names.prefix, "sluice-dev");
    assert.equal(names.bucket("raw"), "sluice-dev-raw-123456789012");
    assert.equal(names.database("curated"), "sluice_dev_curated");
    assert.equal(names.function("ingest"), "sluice-dev-ingest");
    assert.equal(names.repository("ingest"), "sluice-dev/ingest");
    assert.equal(names.secret("source"), "sluice-dev/source");
    assert.equal(names.alias("lake"), "alias/sluice-dev-lake");
    assert.equal(names.logGroup("sluice-dev-ingest"), "/aws/lambda/sluice-dev-ingest");
  });

  for (const { name, part } of [
    { name: "of letters", part: "abcdefghij".repeat(10) },
    { name: "of capitals", part: "ABCDEFGHIJ".repeat(10) },
    { name: "of digits", part: "0123456789".repeat(10) },
    { name: "of dots", part: ".".repeat(100) },
    { name: "of hyphens", part: "-".repeat(100) },
    { name: "of underscores", part: "_".repeat(100) },
    { name: "of all of these", part: "aB3-_.".repeat(17).slice(0, 100) },
  ]) {
    it(`are ones that AWS takes for the longest project and stack ${name}`, () => {
      assert.equal(part.length, 100);
      assert.deepEqual(repeated(part, part), []);
    });
  }

  it("are ones that AWS takes, no two the same, for whatever project and stack Pulumi takes", () => {
    fc.assert(
      fc.property(anyName, anyName, (project, stack) => {
        // Each is checked as it is made.
        assert.deepEqual(repeated(project, stack), []);
      }),
      { numRuns: 300 },
    );
  });

  for (const [project, stack] of [
    ["sg", "dev"],
    [".S", "_g"],
    ["sthree", "dev"],
    ["s.three", "-"],
  ] as const) {
    it(`do not begin with what AWS keeps for itself, for project "${project}" and stack "${stack}"`, () => {
      const names = createNames({ project, stack, accountId });

      assert.doesNotMatch(names.securityGroup("source"), /^sg-/);
      assert.doesNotMatch(names.bucket("raw"), /^sthree-/);
    });
  }

  it("are for what a program adds, too", () => {
    const names = createNames({ project: "sluice", stack: "dev", accountId });

    assert.equal(names.function("reports"), "sluice-dev-reports");
    assert.equal(names.bucket("reports"), "sluice-dev-reports-123456789012");
  });

  for (const { name, kind, what, becomes } of [
    {
      name: "with a character that the service does not take",
      ...{ kind: "bucket", what: "Reports", becomes: "sluice-dev-Reports-123456789012" },
    },
    {
      name: "that is too long",
      ...{ kind: "function", what: "a".repeat(54), becomes: `sluice-dev-${"a".repeat(54)}` },
    },
    { name: "that ends wrong", ...{ kind: "dbInstance", what: "shop-", becomes: "sluice-dev-shop-" } },
  ] satisfies { name: string; kind: NameKind; what: string; becomes: string }[]) {
    it(`are refused for what a program adds: one ${name}`, () => {
      const names = createNames({ project: "sluice", stack: "dev", accountId });

      assert.throws(
        () => names[kind](what),
        (error) =>
          error instanceof InvalidNameError &&
          error instanceof pulumi.RunError &&
          error.name === "InvalidNameError" &&
          error.message.startsWith(
            `"${what}" cannot name a ${kind}: "${becomes}" would be its name, and AWS takes `,
          ),
      );
    });
  }

  it("are the same for the same stack", () => {
    const settings = { project: "A-project-with-a-long-name", stack: "Production_2", accountId };

    assert.deepEqual(allNames(createNames(settings)), allNames(createNames(settings)));
  });

  for (const { name, left, right } of [
    { name: "where the hyphen is elsewhere", left: ["a-b", "c"], right: ["a", "b-c"] },
    { name: "where the hyphens are elsewhere", left: ["a-b", "c-d"], right: ["a", "b-c-d"] },
    { name: "where one is the other in capitals", left: ["sluice", "dev"], right: ["sluice", "Dev"] },
    { name: "where a dot is a hyphen", left: ["my.lake", "dev"], right: ["my-lake", "dev"] },
    { name: "where one begins the other", left: ["sluice", "dev"], right: ["sluice", "dev-2"] },
    {
      name: "where they differ only past what fits",
      left: ["a".repeat(100), "dev"],
      right: ["a".repeat(100), "prod"],
    },
  ] as const) {
    it(`have nothing in common with another stack's, ${name}`, () => {
      assert(!`${prefixOf(left)}-`.startsWith(`${prefixOf(right)}-`));
      assert(!`${prefixOf(right)}-`.startsWith(`${prefixOf(left)}-`));
    });
  }

  it("have nothing in common with another stack's whose name is the first's short form", () => {
    const short = prefixOf(["Data", "Lake"]);
    const cut = short.lastIndexOf("-");

    assert.notEqual(prefixOf([short.slice(0, cut), short.slice(cut + 1)]), short);
  });

  for (const [kind, part] of Object.entries({ any: anyName, alike: alikeName })) {
    it(`begin otherwise for each project and stack (${kind} names)`, () => {
      fc.assert(
        fc.property(fc.tuple(part, part), fc.tuple(part, part), (left, right) => {
          fc.pre(left.join("\n") !== right.join("\n"));

          // So that `PREFIX-*` in a policy is of one stack alone.
          assert(!`${prefixOf(left)}-`.startsWith(`${prefixOf(right)}-`));
        }),
        { numRuns: 2000 },
      );
    });
  }

  it("differ between two accounts where the world shares them", () => {
    const settings = { project: "sluice", stack: "dev" };
    const [left, right] = ["111111111111", "222222222222"].map((id) =>
      createNames({ ...settings, accountId: id }).bucket("raw"),
    );

    assert.notEqual(left, right);
  });

  it("of the lake are exactly those that its resources have", async () => {
    const things = namedThings(await declaredBy("preview"));

    assert.deepEqual(
      things.map(({ kind, name }) => `${kind} ${name}`).toSorted(),
      allNames(createNames({ project: "sluice", stack: "dev", accountId }))
        .map(({ kind, name }) => `${kind} ${name}`)
        .toSorted(),
    );
  });
});
