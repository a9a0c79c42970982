import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, rm, stat, utimes } from "node:fs/promises";
import { promisify } from "node:util";
import { bundleFunction, MissingPackageError } from "../../../components/compute/bundle.ts";

const INGEST = { name: "ingest", nativePackages: ["@duckdb/node-bindings-linux-x64"] };

async function digest(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}

describe("a function's zip", () => {
  it("is the same, byte for byte, when it is made again in another time zone", async () => {
    const zip = await bundleFunction(INGEST);
    const first = await digest(zip);

    await rm(zip);
    const module = new URL("../../../components/compute/bundle.ts", import.meta.url).href;
    const script = `import { bundleFunction } from "${module}"; await bundleFunction(${JSON.stringify(INGEST)});`;
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
      env: { ...process.env, TZ: "Pacific/Auckland" },
    });

    assert.equal(await digest(zip), first);
  });

  it("is not written again while nothing has changed", async () => {
    const zip = await bundleFunction(INGEST);
    const long = new Date("2020-01-01");
    await utimes(zip, long, long);

    await bundleFunction(INGEST);

    assert.equal((await stat(zip)).mtimeMs, long.getTime());
  });

  it("is small enough for Lambda to take it directly", async () => {
    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    assert((await stat(await bundleFunction(INGEST))).size < 50 * 1024 ** 2);
  });

  it("is refused when a package that it carries is not installed, with the line that installs it", async () => {
    await assert.rejects(
      bundleFunction({ name: "ingest", nativePackages: ["@duckdb/node-bindings-sparc"] }),
      (error) =>
        error instanceof MissingPackageError &&
        /npm install --no-save --force @duckdb\/node-bindings-sparc/.test(error.message),
    );
  });
});
