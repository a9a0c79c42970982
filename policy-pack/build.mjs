// Bundles the pack to dist/index.cjs, the one file the policy loader requires. Run it, or import build().
import { build as bundle } from "esbuild";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Writes dist/index.cjs and resolves when it is on disk; rejects with esbuild's errors. */
export async function build() {
  await bundle({
    absWorkingDir: here,
    entryPoints: ["index.ts"],
    outfile: "dist/index.cjs",
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node22",
    // The SDK stays outside the bundle: the policy server and the engine must share one copy of it.
    external: ["@pulumi/*"],
    logLevel: "error",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
