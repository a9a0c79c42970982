/** What runs once around all tests. */
import "./local/local-dir.ts";
import { rm } from "node:fs/promises";
import path from "node:path";
import { ensurePulumi } from "../local/toolchain/pulumi-cli.ts";
import { ensurePythonEnvironment } from "../local/toolchain/python.ts";
import { closeTestAws, projectDir } from "./local/local-aws.ts";

/** Building the Pulumi CLI takes six minutes, on a slow machine some more. */
const TOOLS_WITHIN_MS = 30 * 60_000;

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
    await rm(path.join(projectDir, "dist", "test-programs"), { recursive: true, force: true });
  },
};
