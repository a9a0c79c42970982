import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { meaningOf } from "../../docs/reference/members.ts";
import { EXAMPLES_FOLDER, PAGES_FOLDER, readComponents, renderPages } from "../../docs/reference/pages.ts";
import { kebab } from "../../docs/reference/placement.ts";
import { shownPart } from "../../docs/reference/example.ts";
import { deploy, type Declared } from "./deploy.ts";

const root = path.resolve(import.meta.dirname, "..", "..");

const components = readComponents(root).map(({ declaration, token, args, properties, comments }) => ({
  ...{ name: declaration.name, token, comments },
  members: [...args.members, ...properties],
}));

async function runExample(name: string): Promise<Declared[]> {
  const module = (await import(path.join(root, EXAMPLES_FOLDER, `${kebab(name)}.ts`))) as {
    readonly example: () => void;
  };
  return deploy(module.example, { mode: "preview" });
}

/** What AWS knows a resource by, where the program says so. */
function physicalNames(declared: readonly Declared[]): string[] {
  return declared.flatMap(({ type, inputs }) => {
    const name = type === "aws:s3/bucket:Bucket" ? inputs["bucket"] : inputs["name"];
    const isOfParent = ["aws:iam/rolePolicy:RolePolicy", "aws:iam/groupPolicy:GroupPolicy"].includes(type);
    return typeof name === "string" && !isOfParent ? [`${type} ${name}`] : [];
  });
}

function twice(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

describe("the component reference", () => {
  it("is what the doc comments and examples say: `npm run docs:build` writes it", async () => {
    const pages = await renderPages(root);
    const written = await readdir(path.join(root, PAGES_FOLDER));
    assert.deepEqual(
      written.map((name) => path.posix.join(PAGES_FOLDER, name)).toSorted(),
      [...pages.keys()].toSorted(),
    );
    for (const [fileName, text] of pages) {
      assert.equal(await readFile(path.join(root, fileName), "utf8"), text, `${fileName} is out of date`);
    }
  });

  it("links only to what there is", async () => {
    const pages = await renderPages(root);
    const anchors = new Set(
      [...pages].flatMap(([fileName, text]) => [
        fileName,
        ...[...text.matchAll(/^#+ (\w+)$/gm)].map(([, title = ""]) => `${fileName}#${title.toLowerCase()}`),
      ]),
    );
    const dead = [...pages].flatMap(([fileName, text]) =>
      [...text.matchAll(/\]\(([\w-]*\.md(?:#[\w-]+)?|)\)/g)]
        .map(([, to = ""]) => path.posix.join(PAGES_FOLDER, to))
        .filter((to) => !anchors.has(to))
        .map((to) => `${fileName}: ${to}`),
    );
    assert.deepEqual(dead, []);
  });

  it("says of every component, argument and property what it is", () => {
    const silent = components.flatMap(({ name, comments, members }) => [
      ...((comments[0]?.text ?? "") === "" ? [name] : []),
      ...members
        .filter((member) => meaningOf(member) === undefined)
        .map((member) => `${name}.${member.name}`),
    ]);
    assert.deepEqual(silent, []);
  });

  it("has an example for each component, and no other", async () => {
    assert.deepEqual(
      (await readdir(path.join(root, EXAMPLES_FOLDER))).toSorted(),
      components.map(({ name }) => `${kebab(name)}.ts`).toSorted(),
    );
  });

  it("shows of an example what stands between its marks, without the indentation", () => {
    const text =
      "import x;\n  /// show\n  one;\n\n    two;\n  /// hide\nhidden;\n/// show\n  three;\n/// hide\n";
    assert.equal(shownPart("x.ts", text), "one;\n\n  two;\nthree;");
    assert.throws(() => shownPart("x.ts", "/// show\none;\n"), /x\.ts/);
    assert.throws(() => shownPart("x.ts", "/// hide\none;\n/// show\n"), /x\.ts/);
    assert.throws(() => shownPart("x.ts", "one;\n"), /x\.ts/);
  });

  for (const { name, token } of components) {
    it(`the example of ${name} declares one, and gives no name twice`, async () => {
      const declared = await runExample(name);
      assert.ok(
        declared.some(({ type }) => type === token),
        `no ${token}`,
      );
      assert.deepEqual(twice(physicalNames(declared)), []);
      assert.deepEqual(twice(declared.map((resource) => `${resource.type} ${resource.name}`)), []);
    });
  }
});
