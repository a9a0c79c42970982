/** What the stand-in for awsx refuses, and what an image function runs from. */
import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { digestOf, keepBundle } from "../../local/provider/image-bundles.ts";
import type { Context } from "../../local/provider/resource-type.ts";
import { sourceOf } from "../../local/provider/types/lambda-code.ts";
import { functionInputs } from "../../local/provider/types/lambda-configuration.ts";
import { programsDir } from "./local-aws.ts";
import { deployedProgram, prologue } from "./provider-programs.ts";

describe("the stand-in for awsx", function () {
  this.timeout(60_000);

  for (const { component, argument, source } of [
    {
      component: "awsx:ecr:Image",
      argument: "imageName",
      source: `new awsx.ecr.Image("one", { repositoryUrl: "url", imageName: "name" });`,
    },
    {
      component: "awsx:ecr:Repository",
      argument: "imageTagMutabilityExclusionFilters",
      source: `new awsx.ecr.Repository("one", { name: "one", imageTagMutabilityExclusionFilters: [] });`,
    },
  ]) {
    describe(`given ${argument}`, () => {
      const program = deployedProgram(`${prologue(false)}\nimport * as awsx from "@pulumi/awsx";\n${source}`);

      it(`refuses it for ${component}, by name`, async () => {
        const said = await program.runInVain("preview");

        assert.match(
          said,
          new RegExp(`${component} one: the local AWS does not support the argument ${argument}`),
        );
      });
    });
  }
});

describe("an image function's code", () => {
  const inputs = (imageUri: string) =>
    v.parse(functionInputs, { name: "f", role: "r", packageType: "Image", imageUri });
  const folder = path.join(programsDir, "notice-context");

  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("is the bundle of the image where that is known, which is said", async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "index.js"), "exports.handler = async () => 1;");
    const digest = await digestOf(folder);
    await keepBundle(folder, digest);
    const said: string[] = [];

    const source = await sourceOf(inputs(`url@sha256:${digest}`), contextSaying(said));

    assert.equal(source.packageType, "Zip");
    assert.deepEqual(said, [
      "image function f runs from the image's own bundle: the local AWS builds no image",
    ]);
  });

  it("is the image itself where its bundle is not known, and nothing is said", async () => {
    const said: string[] = [];

    const source = await sourceOf(inputs("public.ecr.aws/some/image:1"), contextSaying(said));

    assert.equal(source.packageType, "Image");
    assert.deepEqual(source.code, { ImageUri: "public.ecr.aws/some/image:1" });
    assert.deepEqual(said, []);
  });

  it("has a digest that changes with a file's content and with its name", async () => {
    await mkdir(folder, { recursive: true });
    const digests = new Set<string>();
    for (const [name, content] of [
      ["a.js", "1"],
      ["a.js", "2"],
      ["b.js", "2"],
    ] as const) {
      await rm(folder, { recursive: true });
      await mkdir(folder);
      await writeFile(path.join(folder, name), content);
      digests.add(await digestOf(folder));
    }

    assert.equal(digests.size, 3);
  });
});

function contextSaying(said: string[]): Pick<Context, "notice"> {
  return { notice: (line) => said.push(line) };
}
