/**
 * `npm run bench`: how long a user waits, as a median of runs with the toolchain cached, beside the target that it
 * was built for.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { capture, tail } from "../local/process.ts";

const projectDir = path.resolve(import.meta.dirname, "..");

interface Figure {
  readonly what: string;
  readonly command: readonly string[];
  readonly targetSeconds: number;
  /** Whether each run starts from an empty folder. */
  readonly isFresh: boolean;
}

const FIGURES: readonly Figure[] = [
  { what: "npm run local -- true", command: ["local", "--", "true"], targetSeconds: 5, isFresh: false },
  { what: "npm run demo, nothing deployed yet", command: ["demo"], targetSeconds: 30, isFresh: true },
  { what: "npm run demo, deployed before", command: ["demo"], targetSeconds: 30, isFresh: false },
];

async function measure({ what, command, targetSeconds, isFresh }: Figure, runs: number): Promise<void> {
  const seconds: number[] = [];
  let localDir = await emptyFolder();
  // The first run is not counted where the folder is kept: it makes what the others find.
  for (let run = isFresh ? 1 : 0; run <= runs; run++) {
    const took = await time(command, localDir);
    if (run > 0) seconds.push(took);
    if (isFresh) {
      await rm(localDir, { recursive: true });
      localDir = await emptyFolder();
    }
  }
  await rm(localDir, { recursive: true, force: true });
  const [fastest, slowest] = [Math.min(...seconds), Math.max(...seconds)];
  const spread = `${fastest.toFixed(1)} to ${slowest.toFixed(1)} s in ${runs} runs`;
  console.log(`${what.padEnd(40)} ${median(seconds).toFixed(1)} s (${spread}); target ${targetSeconds} s`);
}

async function time(command: readonly string[], localDir: string): Promise<number> {
  const startedAtMs = performance.now();
  const finished = await capture("npm", ["run", "--silent", ...command], {
    cwd: projectDir,
    env: { ...process.env, SLUICE_LOCAL_DIR: localDir },
  });
  if (finished.code !== 0) throw new Error(`npm run ${command.join(" ")} failed:\n${tail(finished.stderr)}`);
  return (performance.now() - startedAtMs) / 1000;
}

async function emptyFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "sluice-bench-"));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

const { values } = parseArgs({ options: { runs: { type: "string", default: "3" } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1)
  throw new Error(`--runs takes a whole number from 1, not "${values.runs}"`);
console.log(`Node.js ${process.version}, ${process.platform} ${process.arch}`);
for (const figure of FIGURES) await measure(figure, runs);
