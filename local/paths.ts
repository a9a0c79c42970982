/** Where the local AWS keeps its files. Nothing is written outside these two folders. */
import { homedir } from "node:os";
import path from "node:path";

/** The checkout: the folder that holds Pulumi.yaml. */
export const projectDir = path.resolve(import.meta.dirname, "..");

/**
 * State of the local AWS that belongs to this checkout: the emulator's data, the stack's state, PULUMI_HOME.
 * `SLUICE_LOCAL_DIR` moves it.
 */
export const localDir = path.resolve(process.env["SLUICE_LOCAL_DIR"] ?? path.join(projectDir, ".sluice"));

/** All that the emulator writes. */
export const emulatorDir = path.join(localDir, "emulator");

/** The state of the local stack: what PULUMI_BACKEND_URL names. */
export const backendDir = path.join(localDir, "pulumi-state");

/** What images are built from, by the image's digest: image functions run from it (provider/image-bundles.ts). */
export const imageBundlesDir = path.join(localDir, "image-bundles");

/**
 * Tools that take minutes to make and serve every checkout: the built Pulumi CLI, the emulator's Python
 * environment. `SLUICE_CACHE_DIR` moves it; else it follows the XDG base directory rules.
 */
export const cacheDir = path.resolve(
  process.env["SLUICE_CACHE_DIR"] ??
    path.join(process.env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache"), "sluice"),
);
