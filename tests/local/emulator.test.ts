/** The emulator's life: who starts it, who stops it, and what is left of it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { acquireEmulator, LOCAL_ACCOUNT, type EmulatorOptions } from "../../local/emulator/emulator.ts";
import { UserError } from "../../local/errors.ts";
import { capture, isAlive } from "../../local/process.ts";
import { ensurePythonEnvironment } from "../../local/toolchain/python.ts";
import { eventually, projectDir } from "./local-aws.ts";
import {
  bucketNames,
  ended,
  listening,
  makeBucket,
  inFolder,
  readRun,
  tryConnect,
  type EmulatorFolder,
  type Run,
} from "./own-emulator.ts";

const silent = (): void => undefined;
const emulatorDir = path.join(projectDir, "local", "emulator");

async function running({ dataDir }: EmulatorFolder): Promise<Run> {
  const run = await readRun(dataDir);
  assert(run !== undefined, "no emulator is running");
  return run;
}

/** Kills the emulator as nothing it does can stop. */
async function killEmulator(folder: EmulatorFolder): Promise<void> {
  const { pid } = await running(folder);
  process.kill(pid, "SIGKILL");
  await ended(pid);
}

async function failure(options: EmulatorOptions): Promise<UserError> {
  const error: unknown = await acquireEmulator(silent, options).then(
    async (emulator) => {
      await emulator.release();
      assert.fail("it started");
    },
    (thrown: unknown) => thrown,
  );
  assert(error instanceof UserError, String(error));
  return error;
}

describe("the emulator's address", function () {
  this.timeout(60_000);
  const folder = inFolder();

  it("is a free port of the loopback address over TLS, with its own certificate", async () => {
    const { emulator, root } = await folder.open();

    const { port } = await running(folder);
    assert.equal(emulator.endpoint, `https://127.0.0.1:${port}`);
    const { Account } = await root.sts.send(new GetCallerIdentityCommand({}));
    assert.equal(Account, LOCAL_ACCOUNT);
    const certificate = new X509Certificate(await readFile(emulator.certificate));
    assert.equal(certificate.checkIP("127.0.0.1"), "127.0.0.1");
    assert.equal(certificate.ca, false, "it vouches for nothing but itself");
    const { mode } = await stat(path.join(path.dirname(emulator.certificate), "key.pem"));
    assert.equal(mode & 0o777, 0o600);
  });

  it("is not to be reached from elsewhere", async () => {
    await folder.open();
    const { port, leasePort } = await running(folder);

    const answers = await Promise.all([port, leasePort].map((one) => tryConnect("127.0.0.2", one)));

    assert(!answers.includes("connected"), answers.join());
    assert.equal(await tryConnect("127.0.0.1", port), "connected");
  });

  if (process.platform === "linux") {
    it("is all that it takes, but for the port of its leases: not 443", async () => {
      await folder.open();
      const { pid, port, leasePort } = await running(folder);

      const loopback = "0100007F";
      assert.deepEqual(
        [...(await listening(pid))].sort(),
        [`${loopback}:${port}`, `${loopback}:${leasePort}`].sort(),
      );
    });
  }

  it("is the port that is asked for, where it is free", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;

    const taken = await failure({ dataDir: folder.dataDir, port });
    await new Promise((resolve) => server.close(resolve));
    const { emulator } = await folder.open({ port });

    assert.match(taken.message, new RegExp(`^the local AWS cannot have port ${port}: .*EADDRINUSE`));
    assert.match(taken.remedy, /choose another port or none/);
    assert.equal(emulator.endpoint, `https://127.0.0.1:${port}`);
  });

  it("has a certificate that lasts from run to run", async () => {
    const first = await folder.open();
    const before = await readFile(first.emulator.certificate, "utf8");
    await folder.release(first.emulator);

    const second = await folder.open();

    assert.equal(await readFile(second.emulator.certificate, "utf8"), before);
  });

  it("starts without what functions of the last run left on the disk", async () => {
    const left = path.join(folder.dataDir, "tmp", "function-of-the-last-run");
    await mkdir(left, { recursive: true });

    await folder.open();

    await assert.rejects(stat(left), { code: "ENOENT" });
  });

  it("has a new certificate where the file is damaged", async () => {
    await mkdir(path.join(folder.dataDir, "tls"));
    await writeFile(path.join(folder.dataDir, "tls", "certificate.pem"), "garbage");
    await writeFile(path.join(folder.dataDir, "tls", "key.pem"), "garbage");

    const { root } = await folder.open();

    await root.sts.send(new GetCallerIdentityCommand({}));
  });

  it("has a new certificate where the old one is about to expire", async () => {
    const bin = await ensurePythonEnvironment(path.join(emulatorDir, "requirements.txt"), silent);
    const makeOld =
      "import sys, datetime; sys.path.insert(0, sys.argv[1]); import certificate; " +
      "certificate.LIFETIME = datetime.timedelta(days=29); certificate.ensure(sys.argv[2])";
    const tls = path.join(folder.dataDir, "tls");
    const made = await capture(path.join(bin, "python"), ["-B", "-c", makeOld, emulatorDir, tls]);
    assert.equal(made.code, 0, made.stderr);

    const { emulator } = await folder.open();

    const { validToDate } = new X509Certificate(await readFile(emulator.certificate));
    const days = (validToDate.getTime() - Date.now()) / 86_400_000;
    assert(days > 300, `${days} days`);
  });
});

describe("the emulator is shared", function () {
  this.timeout(60_000);
  const folder = inFolder();

  it("by runs of one checkout; the last to leave stops it, and its state is there the next time", async () => {
    const first = await folder.open();
    const { pid } = await running(folder);
    const second = await folder.open();
    assert.equal(second.emulator.endpoint, first.emulator.endpoint);
    assert.equal((await running(folder)).pid, pid);
    await makeBucket(first.root, "kept");
    await first.root.s3.send(new PutObjectCommand({ Bucket: "kept", Key: "file", Body: "its text" }));

    await folder.release(first.emulator);
    assert.deepEqual(await bucketNames(second.root), ["kept"], "it still runs");
    await folder.release(second.emulator);

    assert.equal(isAlive(pid), false, "release returns when it is gone");
    assert.equal(await readRun(folder.dataDir), undefined);
    const third = await folder.open();
    assert.equal(third.emulator.lostState, false);
    const { Body } = await third.root.s3.send(new GetObjectCommand({ Bucket: "kept", Key: "file" }));
    assert.equal(await Body?.transformToString(), "its text");
  });

  it("by two runs that start at once: one starts it", async () => {
    const [first, second] = await Promise.all([folder.open(), folder.open()]);

    assert.equal(first.emulator.endpoint, second.emulator.endpoint);
  });

  it("by a run that starts while the last one leaves: it waits, and finds the state", async () => {
    const first = await folder.open();
    const before = await running(folder);
    await makeBucket(first.root, "kept");

    const leaving = folder.release(first.emulator);
    // Until then the second run would share the emulator, and rightly so.
    await eventually("the last lease to be given up", async () =>
      (await tryConnect("127.0.0.1", before.leasePort)) === "connected" ? undefined : true,
    );
    const second = await folder.open();
    await leaving;

    assert.notEqual((await running(folder)).pid, before.pid);
    assert.equal(second.emulator.lostState, false);
    assert.deepEqual(await bucketNames(second.root), ["kept"]);
  });

  it("with no other checkout", async () => {
    const elsewhere = path.join(folder.dataDir, "elsewhere");
    const first = await folder.open();
    const second = await folder.open({ dataDir: elsewhere });

    await makeBucket(first.root, "of-the-first");

    assert.notEqual(second.emulator.endpoint, first.emulator.endpoint);
    assert.deepEqual(await bucketNames(second.root), []);
  });
});

describe("a kill", function () {
  this.timeout(60_000);
  const folder = inFolder();

  it("of the only run lets the emulator end by itself, with its state saved", async () => {
    const program = `import { acquireEmulator } from ${JSON.stringify(path.join(emulatorDir, "emulator.ts"))};
      await acquireEmulator(() => undefined, { dataDir: ${JSON.stringify(folder.dataDir)} });
      console.log("holding");
      setInterval(() => undefined, 1000);`;
    const holder = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => holder.stdout.once("data", resolve));
    const { pid } = await running(folder);
    const visitor = await folder.open();
    await makeBucket(visitor.root, "kept");
    await folder.release(visitor.emulator);
    assert(isAlive(pid), "the holder keeps it");

    holder.kill("SIGKILL");

    await ended(pid);
    const next = await folder.open();
    assert.equal(next.emulator.lostState, false);
    assert.deepEqual(await bucketNames(next.root), ["kept"]);
  });

  it("of the emulator is noticed by the next run, which starts a new one", async () => {
    const first = await folder.open();
    await makeBucket(first.root, "unsaved");
    await killEmulator(folder);
    await folder.release(first.emulator);

    const second = await folder.open();

    assert.equal(second.emulator.lostState, true);
    await makeBucket(second.root, "works");
    await folder.release(second.emulator);
    const third = await folder.open();
    assert.equal(third.emulator.lostState, false, "said once");
    assert.deepEqual(await bucketNames(third.root), ["works"]);
  });

  it("of the emulator does not hold up the release of a run that used it", async () => {
    const { emulator } = await folder.open();
    await killEmulator(folder);
    const startedAtMs = performance.now();

    await folder.release(emulator);

    assert(performance.now() - startedAtMs < 2_000);
  });
});

describe("an emulator that cannot start", function () {
  this.timeout(60_000);
  const folder = inFolder();

  it("gives one error with the end of its log, and does not hold up the next run", async () => {
    await writeFile(path.join(folder.dataDir, "tls"), "a file where it wants a folder");
    const startedAtMs = performance.now();

    const error = await failure({ dataDir: folder.dataDir });

    assert(performance.now() - startedAtMs < 10_000, "it is not waited for once it has ended");
    assert(error.message.includes(path.join(folder.dataDir, "emulator.log")));
    assert.match(error.message, /FileExistsError|NotADirectoryError/);
    assert.match(error.remedy, /free the port or the disk that the log names/);
    assert.equal(await readRun(folder.dataDir), undefined);
    await rm(path.join(folder.dataDir, "tls"));
    const { root, emulator } = await folder.open();
    assert.equal(emulator.lostState, false);
    assert.deepEqual(await bucketNames(root), []);
  });

  if (process.platform === "linux") {
    it("is not waited for where it is killed while it starts", async () => {
      const failing = failure({ dataDir: folder.dataDir });
      const startedAtMs = performance.now();
      await eventually("the emulator's process", async () => {
        const { stdout } = await capture("pgrep", ["-f", `${emulatorDir}/launcher.py`]);
        for (const pid of stdout.trim().split("\n").filter(Boolean).map(Number)) {
          const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
          if (!environment.includes(`${folder.dataDir}/run.json`)) continue;
          process.kill(pid, "SIGKILL");
          return true;
        }
        return undefined;
      });

      await failing;

      assert(performance.now() - startedAtMs < 10_000);
      await folder.open();
    });
  }
});

describe("a process that was killed", () => {
  it("counts as gone even before its parent has noticed", async () => {
    const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const said = await new Promise<Buffer>((resolve) => parent.stdout.once("data", resolve));
    const pid = Number(said.toString());
    assert(isAlive(pid));

    process.kill(pid, "SIGKILL");

    await ended(pid);
    process.kill(pid, 0); // the system still knows it
    parent.kill("SIGKILL");
  });
});
