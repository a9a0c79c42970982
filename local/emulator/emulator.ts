/**
 * The local AWS as the rest of the project sees it: started when the first run needs it, shared by runs of the same
 * checkout, stopped with its state saved when the last one ends (launcher.py).
 */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, UserError } from "../errors.ts";
import { exists } from "../files.ts";
import { emulatorDir } from "../paths.ts";
import { isAlive, tail, withLock } from "../process.ts";
import { ensurePythonEnvironment } from "../toolchain/python.ts";

/** The account that the local AWS has. */
export const LOCAL_ACCOUNT = "000000000000";
/** The region that the local AWS has; Pulumi.local.yaml names the same. */
export const LOCAL_REGION = "eu-west-1";

const READY_WITHIN_MS = 30_000;
const STOPPED_WITHIN_MS = 20_000;
/** One that nobody holds saves its state and ends in less. */
const LEAVES_WITHIN_MS = 5_000;

/** A running local AWS, kept alive until `release` is called or this process ends. */
export interface Emulator {
  readonly endpoint: string;
  /** The file of the certificate that the endpoint shows, for clients to trust. */
  readonly certificate: string;
  /** Where its output goes. */
  readonly logFile: string;
  /** Whether the emulator before this one was killed, so that what it held since its start is lost. */
  readonly lostState: boolean;
  /**
   * Gives up this run's hold. Where it was the last, returns true once the state is saved and the emulator is gone;
   * false where another run goes on with it.
   */
  release(): Promise<boolean>;
}

/** How to start it; each has the project's own value as its default. */
export interface EmulatorOptions {
  /** The folder for everything it writes. */
  readonly dataDir?: string;
  /** A fixed port instead of a free one. */
  readonly port?: number;
  /** Names of the patches to apply (patches/__init__.py); all of them by default. */
  readonly patches?: readonly string[];
}

interface Run {
  readonly pid: number;
  readonly port: number;
  readonly leasePort: number;
  readonly certificate: string;
}

/**
 * Attaches to this checkout's emulator, starting it where none runs.
 * @param report told what is being done when it takes longer than a moment
 * @throws {UserError} when it cannot be started; the end of its log is in the message
 */
export async function acquireEmulator(
  report: (line: string) => void,
  options: EmulatorOptions = {},
): Promise<Emulator> {
  const dataDir = options.dataDir ?? emulatorDir;
  const runFile = path.join(dataDir, "run.json");
  return withLock(
    dataDir,
    () => {
      report("another run is starting the local AWS; waiting for it");
    },
    async () => {
      const running = await attach(runFile);
      if (running !== undefined) return hold(running, dataDir, false);
      // Left behind by one that was killed: the clean end removes it, and the next start replaces it.
      const lostState = await exists(runFile);
      const started = await start(report, options, dataDir, runFile);
      return hold(started, dataDir, lostState);
    },
  );
}

/** Whether no emulator runs for a folder; waits for one that is on its way out. */
export async function emulatorIsGone(dataDir: string = emulatorDir): Promise<boolean> {
  const run = await readRun(path.join(dataDir, "run.json"));
  if (run === undefined) return true;
  await until(() => Promise.resolve(!isAlive(run.pid)), LEAVES_WITHIN_MS);
  return !isAlive(run.pid);
}

interface Held {
  readonly run: Run;
  readonly lease: Socket;
}

function hold({ run, lease }: Held, dataDir: string, lostState: boolean): Emulator {
  return {
    endpoint: `https://127.0.0.1:${run.port}`,
    certificate: run.certificate,
    logFile: path.join(dataDir, "emulator.log"),
    lostState,
    release: async () => {
      if ((await ask(lease, "release\n")) === "shared") return false;
      await until(() => Promise.resolve(!isAlive(run.pid)), STOPPED_WITHIN_MS);
      return true;
    },
  };
}

async function attach(runFile: string): Promise<Held | undefined> {
  let held: Held | undefined;
  await until(async () => {
    const run = await readRun(runFile);
    if (run === undefined || !isAlive(run.pid)) return true;
    const lease = await takeLease(run.leasePort);
    // Without a lease it is on its way out, saving its state; the next one starts from what it leaves.
    held = lease === undefined ? undefined : { run, lease };
    return held !== undefined;
  }, STOPPED_WITHIN_MS);
  return held;
}

async function start(
  report: (line: string) => void,
  options: EmulatorOptions,
  dataDir: string,
  runFile: string,
): Promise<Held> {
  const bin = await ensurePythonEnvironment(path.join(import.meta.dirname, "requirements.txt"), report);
  const port = options.port ?? (await freePort());
  if (options.port !== undefined) await requireFree(options.port);
  const logFile = path.join(dataDir, "emulator.log");
  const child = await launch(bin, port, dataDir, runFile, options.patches);
  let run: Run | undefined;
  await until(async () => {
    const found = await readRun(runFile);
    run = found?.pid === child.pid ? found : undefined;
    return run !== undefined || hasEnded(child);
  }, READY_WITHIN_MS);
  const lease = run === undefined ? undefined : await takeLease(run.leasePort);
  if (run !== undefined && lease !== undefined) return { run, lease };
  child.kill("SIGKILL");
  throw new UserError(
    `the local AWS did not start (its log is ${logFile}):\n${tail(await readFile(logFile, "utf8"))}`,
    "free the port or the disk that the log names; if it persists, remove the folder of the log and try again",
  );
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function launch(
  bin: string,
  port: number,
  dataDir: string,
  runFile: string,
  patches: readonly string[] | undefined,
): Promise<ChildProcess> {
  const temporary = path.join(dataDir, "tmp");
  // The emulator leaves every function that it unpacked, a hundred megabytes at a time.
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  // Functions are unpacked here; without it, the checkout's package.json would make ES modules of them.
  await writeFile(path.join(temporary, "package.json"), "{}\n");
  const log = openSync(path.join(dataDir, "emulator.log"), "w");
  try {
    return spawn(path.join(bin, "python"), [path.join(import.meta.dirname, "launcher.py")], {
      // A session of its own: Ctrl-C at the terminal must not end it before its state is saved.
      detached: true,
      stdio: ["ignore", log, log],
      env: {
        // Functions inherit this environment: nothing of the user's is in it. Node.js first, for their runtime.
        PATH: [path.dirname(process.execPath), bin, process.env["PATH"] ?? ""].join(path.delimiter),
        HOME: temporary,
        TMPDIR: temporary,
        LANG: "C.UTF-8",
        PYTHONDONTWRITEBYTECODE: "1",
        GATEWAY_PORT: String(port),
        BIND_HOST: "127.0.0.1",
        MINISTACK_HOST: "127.0.0.1",
        MINISTACK_REGION: LOCAL_REGION,
        MINISTACK_ACCOUNT_ID: LOCAL_ACCOUNT,
        AUTH: "true",
        PERSIST_STATE: "1",
        STATE_DIR: path.join(dataDir, "state"),
        S3_PERSIST: "1",
        S3_DATA_DIR: path.join(dataDir, "s3"),
        IOT_MTLS_ENABLED: "0",
        SFTP_ENABLED: "0",
        SLUICE_RUN_FILE: runFile,
        SLUICE_TLS_DIR: path.join(dataDir, "tls"),
        ...(patches === undefined ? {} : { SLUICE_PATCHES: patches.join(",") }),
      },
    });
  } finally {
    closeSync(log);
  }
}

/** Opens a lease; `undefined` where nobody gives one any more. */
async function takeLease(port: number): Promise<Socket | undefined> {
  const lease = connect({ host: "127.0.0.1", port });
  lease.unref();
  if ((await ask(lease)) === "held") return lease;
  lease.destroy();
  return undefined;
}

/** Says something on a lease and returns the answer, the empty string where the connection ends instead. */
async function ask(lease: Socket, question?: string): Promise<string> {
  // The other end was killed meanwhile: no event will come any more.
  if (lease.destroyed) return "";
  lease.ref();
  try {
    return await new Promise((resolve) => {
      lease.once("data", (data) => {
        resolve(data.toString().trim());
      });
      lease.once("error", () => {
        resolve("");
      });
      lease.once("close", () => {
        resolve("");
      });
      if (question !== undefined) lease.write(question);
    });
  } finally {
    lease.unref();
  }
}

async function requireFree(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  }).catch((error: unknown) => {
    throw new UserError(
      `the local AWS cannot have port ${port}: ${messageOf(error)}`,
      "choose another port or none: without one, a free port is taken",
      { cause: error },
    );
  });
  await new Promise((resolve) => server.close(resolve));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("a TCP server has no port");
  return address.port;
}

async function readRun(runFile: string): Promise<Run | undefined> {
  const text = await readFile(runFile, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Run);
}

async function until(condition: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition()) && Date.now() < deadline) await sleep(20);
}
