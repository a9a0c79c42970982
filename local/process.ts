/** Running other programs and taking locks. */
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import lockfile from "proper-lockfile";

/** What a finished program left. `code` is null where a signal ended it. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and returns what it printed. A program that cannot be started ends with code 127. */
export async function capture(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Finished> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve) => {
    child.once("error", (error) => {
      resolve({ code: 127, stdout, stderr: error.message });
    });
    child.once("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

/** The last lines of a program's output: enough to see why it failed. */
export function tail(text: string, lines = 15): string {
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}

/** Whether a process of this machine is running. One that has ended and waits for its parent to notice is not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** In a container whose first process is no init, a killed process stays a zombie. Only Linux tells. */
function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

/**
 * Runs `work` while a child runs, and lives longer than it: Ctrl-C reaches the child by itself, other signals are
 * passed on, and this process stays to clean up behind it.
 */
export async function outlive<T>(child: ChildProcess, work: () => Promise<T>): Promise<T> {
  const ignore = (): void => undefined;
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  process.on("SIGINT", ignore).on("SIGTERM", forward).on("SIGHUP", forward);
  try {
    return await work();
  } finally {
    process.off("SIGINT", ignore).off("SIGTERM", forward).off("SIGHUP", forward);
  }
}

/**
 * Runs `work` while holding the lock of a folder, so that two runs of this project never do it at once. A lock
 * whose holder died is taken over after ten seconds.
 * @param onWait called once if somebody else holds the lock
 */
export async function withLock<T>(folder: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const release = await acquire(folder, onWait);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquire(folder: string, onWait: () => void): Promise<() => Promise<void>> {
  const options = { stale: 10_000, update: 2_000 };
  try {
    return await lockfile.lock(folder, options);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ELOCKED")) throw error;
    onWait();
    return lockfile.lock(folder, {
      ...options,
      retries: { forever: true, minTimeout: 200, maxTimeout: 500 },
    });
  }
}
