/** What runs once around all tests. */
import "./local/local-dir.ts";
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { ensurePulumi } from "../local/toolchain/pulumi-cli.ts";
import { ensurePythonEnvironment } from "../local/toolchain/python.ts";
import { closeTestAws, programsDir, projectDir } from "./local/local-aws.ts";

/** Building the Pulumi CLI takes six minutes, on a slow machine some more. */
const TOOLS_WITHIN_MS = 30 * 60_000;

/** No run takes that long. */
const LEFT_OVER_AFTER_MS = 24 * 60 * 60_000;

/** Mocha's root hooks. */
export const mochaHooks = {
  /** On a new machine the tools are made first: a test's own time limit is not for that. */
  async beforeAll(this: Mocha.Context): Promise<void> {
    this.timeout(TOOLS_WITHIN_MS);
    await ensurePulumi(console.log);
    await ensurePythonEnvironment(
      path.join(projectDir, "local", "emulator", "requirements.txt"),
      console.log,
    );
  },

  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(30_000);
    await closeTestAws();
    await rm(programsDir, { recursive: true, force: true });
    await removeLeftovers();
  },
};

/** Removes the programs of runs that were killed; those of a run beside this one stay. */
async function removeLeftovers(): Promise<void> {
  const folder = path.dirname(programsDir);
  for (const name of await readdir(folder).catch(() => [])) {
    const run = path.join(folder, name);
    const { mtimeMs } = await stat(run).catch(() => ({ mtimeMs: Infinity })); // removed by its own run
    if (Date.now() - mtimeMs > LEFT_OVER_AFTER_MS) await rm(run, { recursive: true, force: true });
  }
}
