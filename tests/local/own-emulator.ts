/** An emulator of a test's own, in a folder of its own, and what can be seen of it from outside. */
import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { BucketLocationConstraint, CreateBucketCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import {
  acquireEmulator,
  LOCAL_REGION,
  type Emulator,
  type EmulatorOptions,
} from "../../local/emulator/emulator.ts";
import { createClients, type Clients } from "../../local/provider/clients.ts";
import { isAlive } from "../../local/process.ts";
import { eventually } from "./local-aws.ts";

/** An emulator with the clients of its root keys, which its IAM lets do anything. */
export interface OwnEmulator {
  readonly emulator: Emulator;
  readonly root: Clients;
}

/** Attaches to the emulator of a folder, starting it where none runs. */
export async function openEmulator(options: EmulatorOptions & { dataDir: string }): Promise<OwnEmulator> {
  const emulator = await acquireEmulator(() => undefined, options);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return { emulator, root: createClients({ ...(await connectionTo(emulator)), credentials }) };
}

/** A folder with an emulator of its own for each test of a describe block. */
export interface EmulatorFolder {
  readonly dataDir: string;
  /** Attaches, until the test ends if `release` does not end it before. */
  open(options?: EmulatorOptions): Promise<OwnEmulator>;
  release(emulator: Emulator): Promise<void>;
}

/** Gives each test of a describe block an empty folder, and afterwards stops what still runs there. */
export function inFolder(): EmulatorFolder {
  let dataDir: string;
  let held: Emulator[];

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), "sluice-emulator-"));
    held = [];
  });

  afterEach(async () => {
    await Promise.all(held.map((emulator) => emulator.release()));
    await rm(dataDir, { recursive: true, force: true });
  });

  return {
    get dataDir() {
      return dataDir;
    },
    open: async (options) => {
      const own = await openEmulator({ dataDir, ...options });
      held.push(own.emulator);
      return own;
    },
    release: async (emulator) => {
      held = held.filter((other) => other !== emulator);
      await emulator.release();
    },
  };
}

/** What a client needs to know of an emulator. */
export async function connectionTo({ endpoint, certificate: file }: Emulator) {
  return { endpoint, region: LOCAL_REGION, certificate: await readFile(file, "utf8") };
}

/** The clients of a new user, who may do what the statements say. */
export async function makeUser(
  { emulator, root }: OwnEmulator,
  UserName: string,
  Statement: readonly { readonly Effect: "Allow"; readonly Action: string; readonly Resource: string }[],
): Promise<Clients> {
  await root.iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await root.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "rights", PolicyDocument }));
  const { AccessKey } = await root.iam.send(new CreateAccessKeyCommand({ UserName }));
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  return createClients({ ...(await connectionTo(emulator)), credentials });
}

/** What the test of a gap says once the gap is gone. */
export function closedItself(patch: string): string {
  return `the emulator does it itself now: remove the patch ${patch}`;
}

/** What a running emulator says of itself. */
export interface Run {
  readonly pid: number;
  readonly port: number;
  readonly leasePort: number;
}

/** What the emulator of the folder says of itself; `undefined` where none runs. */
export async function readRun(dataDir: string): Promise<Run | undefined> {
  const text = await readFile(path.join(dataDir, "run.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Run);
}

/** Waits until the process is gone. */
export async function ended(pid: number): Promise<void> {
  await eventually(`the end of process ${pid}`, () => Promise.resolve(isAlive(pid) ? undefined : true));
}

/** Makes a bucket in the emulator's region. */
export async function makeBucket({ s3 }: Clients, Bucket: string): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: BucketLocationConstraint.eu_west_1 };
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
}

/** The names of all buckets. */
export async function bucketNames({ s3 }: Clients): Promise<readonly (string | undefined)[]> {
  return ((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).map(({ Name }) => Name);
}

/** What a connection comes to: "connected" or the error's code. */
export async function tryConnect(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 }, () => {
      socket.destroy();
      resolve("connected");
    });
    socket.once("timeout", () => {
      socket.destroy();
      resolve("timeout");
    });
    socket.once("error", (error) => {
      resolve("code" in error ? String(error.code) : error.message);
    });
  });
}

/** The "address:port" of every TCP socket on which a process listens, from Linux's own tables. */
export async function listening(pid: number): Promise<readonly string[]> {
  const descriptors = path.join("/proc", String(pid), "fd");
  const links = await Promise.all(
    (await readdir(descriptors)).map((name) => readlink(path.join(descriptors, name)).catch(() => "")),
  );
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/${pid}/net/${name}`, "utf8")),
  );
  const LISTEN = "0A";
  return tables
    .flatMap((table) => table.trim().split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === LISTEN && links.includes(`socket:[${inode}]`))
    .map(([, local = ""]) => {
      const [address = "", port = ""] = local.split(":");
      return `${address}:${Number.parseInt(port, 16)}`;
    });
}
