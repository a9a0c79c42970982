/** The local AWS for tests: one for the whole run, in a folder of its own, up while any test file needs it. */
import { randomUUID } from "node:crypto";
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { Agent } from "node:https";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openLocalAws, type LocalAws } from "../../local/environment.ts";
import { createClients, type Clients } from "../../local/provider/clients.ts";
import { capture, type Finished } from "../../local/process.ts";

/** The checkout. */
export const projectDir = path.resolve(import.meta.dirname, "..", "..");

/** The run's own programs: in the checkout, where their imports are found. */
export const programsDir = path.join(projectDir, "dist", "test-programs", randomUUID().slice(0, 8));

/** A local AWS for tests, with the means to work with it. */
export interface TestAws {
  readonly local: LocalAws;
  /** The service's clients with the deployer's keys. */
  readonly clients: Clients;
  /** The same with the emulator's root keys, which its IAM lets do anything. */
  readonly root: Clients;
  /** Runs the engine in a program's folder, the lake's by default. */
  pulumi(args: readonly string[], cwd?: string): Promise<Finished>;
  /** A request without credentials. */
  anonymous(pathname: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

/** What came back from a request. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

const QUIET = ["--non-interactive", "--color", "never"];

let opened: Promise<{ aws: TestAws; close: () => Promise<void> }> | undefined;

async function open(): Promise<{ aws: TestAws; close: () => Promise<void> }> {
  await buildPack();
  const local = await openLocalAws(() => undefined);
  const connection = {
    endpoint: local.emulator.endpoint,
    certificate: local.certificate,
    region: "eu-west-1",
  };
  const aws: TestAws = {
    local,
    clients: createClients({ ...connection, credentials: local.credentials }),
    root: createClients({ ...connection, credentials: { accessKeyId: "test", secretAccessKey: "test" } }),
    pulumi: (args, cwd = projectDir) =>
      capture(local.pulumi.path, [...args, ...QUIET], { cwd, env: local.env }),
    anonymous: (pathname, headers = {}) => anonymousRequest(local, pathname, headers),
  };
  const close = async (): Promise<void> => {
    await local.close();
  };
  return { aws, close };
}

/** The pack is built anew: a stale bundle would be tested else. */
async function buildPack(): Promise<void> {
  const builder = path.join(projectDir, "policy-pack", "build.mjs");
  const { build } = (await import(builder)) as { readonly build: () => Promise<void> };
  await build();
}

/** The local AWS, opened on the first call. */
export async function testAws(): Promise<TestAws> {
  opened ??= open();
  return (await opened).aws;
}

/** Closes it after the last test: mocha's root hook (hooks.ts). */
export async function closeTestAws(): Promise<void> {
  if (opened !== undefined) await (await opened).close();
}

/** Writes a Pulumi program with a stack "local" and returns its folder. */
export async function writeProgram(aws: TestAws, source: string): Promise<string> {
  const name = `program-${randomUUID().slice(0, 8)}`;
  const folder = path.join(programsDir, name);
  await mkdir(folder, { recursive: true });
  const runtime = "runtime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.ts\n";
  await writeFile(path.join(folder, "Pulumi.yaml"), `name: ${name}\n${runtime}`);
  await writeFile(path.join(folder, "index.ts"), source);
  const made = await aws.pulumi(["stack", "init", "local"], folder);
  if (made.code !== 0) throw new Error(made.stderr);
  return folder;
}

/** Runs one of the project's npm scripts as a user does, with a local AWS of its own. */
export async function npmRun(args: readonly string[], localDir: string): Promise<Finished> {
  return capture("npm", ["run", "--silent", ...args], {
    cwd: projectDir,
    env: { ...process.env, SLUICE_LOCAL_DIR: localDir },
  });
}

/** Starts one of the project's npm scripts in a process group of its own, to send signals to. */
export function npmStart(args: readonly string[], localDir: string) {
  return spawn("npm", ["run", "--silent", ...args], {
    cwd: projectDir,
    env: { ...process.env, SLUICE_LOCAL_DIR: localDir },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Asks until there is an answer. @throws when there is none in time */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  withinMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(100);
  }
  throw new Error(`waited in vain for ${what}`);
}

async function anonymousRequest(
  local: LocalAws,
  pathname: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { request } = await import("node:https");
  return new Promise((resolve, reject) => {
    const url = new URL(pathname, local.emulator.endpoint);
    const sent = request(url, { headers, agent: new Agent({ ca: local.certificate }) }, (response) => {
      let body = "";
      response.on("data", (data: Buffer) => (body += data.toString()));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
    sent.once("error", reject);
    sent.end();
  });
}
