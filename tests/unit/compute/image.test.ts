import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as Bundle from "../../../components/compute/bundle.ts";

const DUCKDB = "@duckdb/node-bindings-linux-x64";
const SOURCE = { name: "ingest", nativePackages: [DUCKDB] };
const BASE_IMAGE = `public.ecr.aws/lambda/nodejs:24@sha256:${"0".repeat(64)}`;

describe("the folder that a function's image is built from", function () {
  this.timeout(60_000);
  let project: string;
  let bundleImage: typeof Bundle.bundleImage;

  /** A project of its own, whose sources can be changed. */
  before(async () => {
    project = await mkdtemp(path.join(tmpdir(), "bundle-"));
    for (const folder of ["components/compute", "functions", "datasets"]) {
      await cp(folder, path.join(project, folder), { recursive: true });
    }
    await writeFile(path.join(project, "package.json"), '{"type": "module"}');
    await mkdir(path.join(project, "dist"), { recursive: true });
    await symlink(path.resolve("node_modules"), path.join(project, "node_modules"));
    const module = pathToFileURL(path.join(project, "components/compute/bundle.ts")).href;
    ({ bundleImage } = (await import(module)) as typeof Bundle);
  });

  after(async () => {
    await rm(project, { recursive: true });
  });

  async function changed(file: string, addition: string): Promise<string> {
    const place = path.join(project, file);
    const text = await readFile(place, "utf8");
    await writeFile(place, `${text}${addition}`);
    try {
      return (await bundleImage(SOURCE, BASE_IMAGE)).tag;
    } finally {
      await writeFile(place, text);
    }
  }

  it("holds the code, the machine code that it carries, and the Dockerfile", async () => {
    const { folder, tag } = await bundleImage(SOURCE, BASE_IMAGE);

    assert.equal(path.basename(folder), `ingest-${tag}`);
    assert.deepEqual((await readdir(folder)).toSorted(), ["Dockerfile", "index.js", "node_modules"]);
    assert.equal(
      await readFile(path.join(folder, "Dockerfile"), "utf8"),
      await readFile("functions/ingest/Dockerfile", "utf8"),
    );
    assert((await readdir(path.join(folder, "node_modules", DUCKDB))).includes("package.json"));
  });

  it("is the same, under the same tag, for the same source, also when it was taken away", async () => {
    const first = await bundleImage(SOURCE, BASE_IMAGE);
    assert.deepEqual(await bundleImage(SOURCE, BASE_IMAGE), first);

    await rm(first.folder, { recursive: true });

    assert.deepEqual(await bundleImage(SOURCE, BASE_IMAGE), first);
    assert.deepEqual((await readdir(first.folder)).toSorted(), ["Dockerfile", "index.js", "node_modules"]);
  });

  it("has another tag once the Dockerfile changes", async () => {
    const { tag } = await bundleImage(SOURCE, BASE_IMAGE);

    assert.notEqual(await changed("functions/ingest/Dockerfile", "\nENV A=1\n"), tag);
    assert.equal((await bundleImage(SOURCE, BASE_IMAGE)).tag, tag);
  });

  it("has another tag once the code changes", async () => {
    const { tag } = await bundleImage(SOURCE, BASE_IMAGE);

    assert.notEqual(await changed("functions/ingest/handler.ts", "\nconsole.log(1);\n"), tag);
  });

  it("has another tag on another base image, which its Dockerfile names only when it is built", async () => {
    const { tag } = await bundleImage(SOURCE, BASE_IMAGE);

    const other = await bundleImage(SOURCE, BASE_IMAGE.replace(/0$/, "1"));

    assert.notEqual(other.tag, tag);
    assert.equal(path.basename(other.folder), `ingest-${other.tag}`);
  });

  it("is named from the working directory where it lies below it, and in full where it does not", async () => {
    const below = await Bundle.bundleImage(SOURCE, BASE_IMAGE);
    const elsewhere = await bundleImage(SOURCE, BASE_IMAGE);

    assert.equal(below.folder, path.join("dist", "images", `ingest-${below.tag}`));
    assert.equal(elsewhere.folder, path.join(project, "dist", "images", `ingest-${elsewhere.tag}`));
  });

  it("has another tag without the machine code", async () => {
    const { tag } = await bundleImage(SOURCE, BASE_IMAGE);

    const other = await bundleImage({ name: "ingest", nativePackages: [] }, BASE_IMAGE).catch(() => ({
      tag: "refused",
    }));

    assert.notEqual(other.tag, tag);
  });

  it("is whole when two make it at once, and nothing of theirs is left beside it", async () => {
    const { folder } = await bundleImage(SOURCE, BASE_IMAGE);
    await rm(folder, { recursive: true });

    const [left, right] = await Promise.all([
      bundleImage(SOURCE, BASE_IMAGE),
      bundleImage(SOURCE, BASE_IMAGE),
    ]);

    assert.deepEqual(left, right);
    assert.deepEqual((await readdir(folder)).toSorted(), ["Dockerfile", "index.js", "node_modules"]);
  });
});

describe("the ingestion's Dockerfile", () => {
  it("is built on the image that it is given, and on no other", async () => {
    const lines = (await readFile("functions/ingest/Dockerfile", "utf8")).split("\n").filter(Boolean);

    assert.deepEqual(
      lines.filter((line) => line.startsWith("FROM")),
      ["FROM ${BASE_IMAGE}"],
    );
    assert(lines.includes("ARG BASE_IMAGE"));
  });
});
