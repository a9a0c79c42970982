/** What runs once around all tests. */
import "./local/local-dir.ts";
import { rm } from "node:fs/promises";
import path from "node:path";
import { closeTestAws, projectDir } from "./local/local-aws.ts";

/** Mocha's root hooks. */
export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(30_000);
    await closeTestAws();
    await rm(path.join(projectDir, "dist", "test-programs"), { recursive: true, force: true });
  },
};
