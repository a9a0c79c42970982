/** Turns a function's source into the zip or the image that Lambda takes: the same source gives the same bytes, on any machine. */
import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import * as esbuild from "esbuild";
import yazl from "yazl";

const projectDir = path.resolve(import.meta.dirname, "..", "..");
const outputDir = path.join(projectDir, "dist", "functions");
const imageDir = path.join(projectDir, "dist", "images");

/** Enough of a digest that no two contents share it. */
const TAG_LENGTH = 16;

/** Part of what a zip is made from: raise it when the way it is made changes. */
const FORMAT = "1";

/** Zip has no time zones and starts in 1980: one moment for every file, whatever the machine says. */
const MODIFIED = new Date(1980, 0, 1, 0, 0, 0);

/** What goes into a function's zip. */
export interface BundleSource {
  /** The function's folder under functions/; its handler.ts exports `handler`. */
  readonly name: string;
  /** Packages with machine code, which are carried as they are: installed for the platform of the function. */
  readonly nativePackages?: readonly string[];
}

/** A package that a function carries is not installed. */
export class MissingPackageError extends Error {
  constructor(functionName: string, packageName: string, options?: ErrorOptions) {
    super(
      `function "${functionName}" carries ${packageName}, which is not installed; ` +
        `run \`npm install --no-save --force ${packageName}\` (npm leaves out packages of other platforms)`,
      options,
    );
    this.name = "MissingPackageError";
  }
}

/**
 * Bundles a function and returns the path of its zip, dist/functions/NAME.zip. A zip that is up to date is not
 * written again.
 * @throws {MissingPackageError}
 */
export async function bundleFunction(source: BundleSource): Promise<string> {
  const { code, native, key } = await prepare(source, [process.versions.zlib]);
  const zipFile = path.join(outputDir, `${source.name}.zip`);
  const keyFile = `${zipFile}.key`;
  if (await isUpToDate(zipFile, keyFile, key)) return zipFile;

  const zip = await zipOf([{ name: "index.js", content: code }, ...(await filesOf(native))]);
  await mkdir(outputDir, { recursive: true });
  await replace(zipFile, zip);
  await replace(keyFile, `${key} ${sha256(zip)}`);
  return zipFile;
}

/** A folder to build an image from, and a tag that no other content has. */
export interface ImageContext {
  /** Relative where it lies below the program's own folder: another machine's is to be no other. */
  readonly folder: string;
  readonly tag: string;
}

/**
 * Bundles a function and returns the folder that its image is built from, dist/images/NAME-TAG: what is in its zip,
 * and its Dockerfile. The same source on the same base image gives the same folder and tag, and no other does.
 * @param baseImage the image that the Dockerfile builds on
 * @throws {MissingPackageError}
 */
export async function bundleImage(source: BundleSource, baseImage: string): Promise<ImageContext> {
  const dockerfile = await readFile(path.join(projectDir, "functions", source.name, "Dockerfile"));
  const { code, native, key } = await prepare(source, [sha256(dockerfile), baseImage]);
  const tag = key.slice(0, TAG_LENGTH);
  const folder = path.join(imageDir, `${source.name}-${tag}`);
  const relative = path.relative(process.cwd(), folder);
  const context = { folder: relative.startsWith("..") ? folder : relative, tag };
  if (await exists(folder)) return context;

  const partial = `${folder}.${process.pid}.partial`;
  await rm(partial, { recursive: true, force: true });
  const entries = [
    { name: "index.js", content: code },
    { name: "Dockerfile", content: dockerfile },
    ...(await filesOf(native)),
  ];
  for (const { name, content } of entries) {
    await mkdir(path.dirname(path.join(partial, name)), { recursive: true });
    await writeFile(path.join(partial, name), content, { mode: 0o644 });
  }
  // Another run may have made the same folder meanwhile: then it is there, whole.
  await rename(partial, folder).catch(async (error: unknown) => {
    if (!(await exists(folder))) throw error;
    await rm(partial, { recursive: true, force: true });
  });
  return context;
}

/** A function's code and packages, and a digest of all that its bundle is made from. */
async function prepare(source: BundleSource, madeWith: readonly string[]) {
  const code = await bundleCode(source);
  const native = await Promise.all(
    (source.nativePackages ?? []).map((name) => describePackage(source.name, name)),
  );
  const key = createHash("sha256")
    .update([FORMAT, ...madeWith, ...native.map(({ id }) => id)].join("\n"))
    .update(code)
    .digest("hex");
  return { code, native, key };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Whether the zip was made from what the key stands for, and is whole. */
async function isUpToDate(zipFile: string, keyFile: string, key: string): Promise<boolean> {
  try {
    return (await readFile(keyFile, "utf8")) === `${key} ${sha256(await readFile(zipFile))}`;
  } catch {
    return false; // one of them is not there
  }
}

async function bundleCode({ name, nativePackages = [] }: BundleSource): Promise<Buffer> {
  const result = await esbuild.build({
    entryPoints: [path.join(projectDir, "functions", name, "handler.ts")],
    absWorkingDir: projectDir,
    bundle: true,
    write: false,
    minify: true,
    keepNames: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    // Other platforms' machine code is named in the source too, and never loaded.
    external: nativePackages.length > 0 ? ["@duckdb/node-bindings-*"] : [],
    outfile: "index.js",
    logLevel: "silent",
    legalComments: "none",
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error(`esbuild wrote nothing for function "${name}"`);
  return Buffer.from(file.contents);
}

interface NativePackage {
  readonly name: string;
  readonly folder: string;
  readonly id: string;
}

async function describePackage(functionName: string, name: string): Promise<NativePackage> {
  const folder = path.join(projectDir, "node_modules", name);
  const text = await readFile(path.join(folder, "package.json"), "utf8").catch((error: unknown) => {
    throw new MissingPackageError(functionName, name, { cause: error });
  });
  const { version } = JSON.parse(text) as { version: string };
  return { name, folder, id: `${name}@${version}` };
}

interface ZipEntry {
  readonly name: string;
  readonly content: Buffer;
}

async function filesOf(packages: readonly NativePackage[]): Promise<ZipEntry[]> {
  const entries = await Promise.all(
    packages.map(async ({ name, folder }) => {
      const files = (await readdir(folder)).filter((file) => !file.endsWith(".md"));
      return Promise.all(
        files.map(async (file) => ({
          name: `node_modules/${name}/${file}`,
          content: await readFile(path.join(folder, file)),
        })),
      );
    }),
  );
  return entries.flat();
}

async function zipOf(entries: readonly ZipEntry[]): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  // The order of a folder's files is not the same everywhere.
  for (const { name, content } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    zip.addBuffer(content, name, {
      mtime: MODIFIED,
      forceDosTimestamp: true,
      mode: 0o100644,
      compress: true,
    });
  }
  zip.end();
  return buffer(zip.outputStream);
}

/** Another run may be reading the file: it sees the old one or the new one. */
async function replace(file: string, content: Buffer | string): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  await writeFile(partial, content);
  await rename(partial, file);
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
