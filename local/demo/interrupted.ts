/**
 * What a run leaves that was killed while it deployed: resources that the engine had asked for and not yet noted, or
 * half a state file. Nobody can tell what is there, so the next run puts it aside and starts anew.
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { emulatorIsGone } from "../emulator/emulator.ts";
import { exists } from "../files.ts";
import { backendDir, emulatorDir, localDir } from "../paths.ts";
import { isAlive } from "../process.ts";

/** There while the lake is being deployed or destroyed, with the id of the process that does it. */
const DEPLOYING = path.join(localDir, "deploying");

/** Where the state and data of the last interrupted deployment lie. */
export const interruptedDir = path.join(localDir, "interrupted");

/** Runs a deployment, or its end, so that a later run can tell if it was killed. */
export async function whileDeploying<T>(work: () => Promise<T>): Promise<T> {
  await writeFile(DEPLOYING, String(process.pid));
  try {
    return await work();
  } finally {
    await rm(DEPLOYING, { force: true });
  }
}

/** Puts aside what a killed deployment left, unless another run works with the local AWS. */
export async function putInterruptedAside(report: (line: string) => void): Promise<void> {
  const pid = Number(await readFile(DEPLOYING, "utf8").catch(() => "0"));
  if (pid === 0 || isAlive(pid) || !(await emulatorIsGone())) return;
  report(
    `the last run was killed while it deployed: starting anew; what it had made is in ${interruptedDir}`,
  );
  await rm(interruptedDir, { recursive: true, force: true });
  await mkdir(interruptedDir);
  for (const folder of [emulatorDir, backendDir]) {
    if (await exists(folder)) await rename(folder, path.join(interruptedDir, path.basename(folder)));
  }
  await rm(DEPLOYING, { force: true });
}
