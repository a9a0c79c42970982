/** The state of the local stack: a file backend of the checkout's own. */
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "./errors.ts";
import { exists } from "./files.ts";
import { backendDir, projectDir } from "./paths.ts";
import { capture, isAlive, tail, withLock } from "./process.ts";

/** The stack that the local AWS has. */
export const LOCAL_STACK = "local";

/** The project's name in Pulumi.yaml. */
const PROJECT = "sluice";

/**
 * Makes the stack where the backend does not have it yet, and takes away the locks of runs that were killed: no one
 * else could. Safe to call from two processes at once.
 * @param pulumi the CLI's path
 * @throws {UserError} when the stack cannot be made
 */
export async function ensureStack(pulumi: string, env: NodeJS.ProcessEnv): Promise<void> {
  await removeStaleLocks(path.join(backendDir, ".pulumi", "locks"));
  await withLock(
    backendDir,
    () => undefined,
    async () => {
      const stackFile = path.join(backendDir, ".pulumi", "stacks", PROJECT, `${LOCAL_STACK}.json`);
      if (!(await exists(stackFile))) await makeStack(pulumi, env);
    },
  );
}

async function makeStack(pulumi: string, env: NodeJS.ProcessEnv): Promise<void> {
  const made = await capture(pulumi, ["stack", "init", LOCAL_STACK, "--non-interactive"], {
    env,
    cwd: projectDir,
  });
  if (made.code !== 0) {
    throw new UserError(
      `the stack "${LOCAL_STACK}" could not be made:\n${tail(made.stderr)}`,
      `remove ${backendDir} if it is damaged, and run the command again`,
    );
  }
}

async function removeStaleLocks(folder: string): Promise<void> {
  if (!(await exists(folder))) return;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".json")) continue;
    const file = path.join(entry.parentPath, entry.name);
    // The engine may just be removing it itself.
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const pid = holderOf(text);
    if (pid === undefined || !isAlive(pid)) await rm(file, { force: true });
  }
}

/** The process that a lock names; none where the lock was never written whole, as by an engine that was killed. */
function holderOf(lock: string): number | undefined {
  try {
    const { pid } = JSON.parse(lock) as { readonly pid?: number };
    return pid;
  } catch {
    return undefined;
  }
}
