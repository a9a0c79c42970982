/**
 * The build contexts of images, zipped and kept by digest. There is usually no Docker engine where the local AWS
 * runs, so no image is built: a function of the image runs from the files that the image would be built from.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import yazl from "yazl";
import { exists } from "../files.ts";
import { imageBundlesDir } from "../paths.ts";

/** How many contexts are kept: the newest. */
const KEPT = 20;

/** One moment for every file, so that the same files give the same zip. */
const MODIFIED = new Date(1980, 0, 1, 0, 0, 0);

/** The SHA-256 of the files of a build context, by name and content. */
export async function digestOf(contextDir: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of await filesOf(contextDir)) {
    const content = await readFile(path.join(contextDir, name));
    hash.update(`${name}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/** Keeps the files of a build context for the functions of its image. */
export async function keepBundle(contextDir: string, digest: string): Promise<void> {
  const file = fileOf(digest);
  if (await exists(file)) {
    const now = new Date();
    await utimes(file, now, now);
    return;
  }
  const zip = new yazl.ZipFile();
  for (const name of await filesOf(contextDir)) {
    zip.addFile(path.join(contextDir, name), name, { mtime: MODIFIED, mode: 0o100755 });
  }
  zip.end();
  await mkdir(imageBundlesDir, { recursive: true });
  const partial = `${file}.${process.pid}.partial`;
  await writeFile(partial, await buffer(zip.outputStream));
  await rename(partial, file);
  await dropOldest();
}

/** The zip of the files that the image was built from, where its URI has a digest that is known here. */
export async function findBundle(imageUri: string): Promise<string | undefined> {
  const digest = /@sha256:([0-9a-f]{64})$/.exec(imageUri)?.[1];
  if (digest === undefined) return undefined;
  return (await exists(fileOf(digest))) ? fileOf(digest) : undefined;
}

function fileOf(digest: string): string {
  return path.join(imageBundlesDir, `${digest}.zip`);
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .map((name) => name.split(path.sep).join("/"))
    .toSorted();
}

/** An `up` keeps its contexts anew before it makes their functions, so no function needs an old one. */
async function dropOldest(): Promise<void> {
  const names = (await readdir(imageBundlesDir)).filter((name) => name.endsWith(".zip"));
  const dated = await Promise.all(
    names.map(async (name) => {
      const file = path.join(imageBundlesDir, name);
      return { file, time: (await stat(file)).mtimeMs };
    }),
  );
  const old = dated.toSorted((left, right) => right.time - left.time).slice(KEPT);
  await Promise.all(old.map(({ file }) => rm(file, { force: true })));
}
