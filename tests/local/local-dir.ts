/**
 * Gives the test run a local folder of its own. The folder is read when local/paths.ts is loaded, so this module comes
 * before every other (hooks.ts).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const folder = mkdtempSync(path.join(tmpdir(), "sluice-test-"));
process.env["SLUICE_LOCAL_DIR"] = folder;
process.once("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});
