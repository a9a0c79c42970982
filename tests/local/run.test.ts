/** `npm run local -- COMMAND…`, run as a user does. */
import assert from "node:assert/strict";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { capture, isAlive, type Finished } from "../../local/process.ts";
import { eventually, npmRun, npmStart, projectDir } from "./local-aws.ts";
import { readRun } from "./own-emulator.ts";

const cacheDir = process.env["SLUICE_CACHE_DIR"] ?? path.join(homedir(), ".cache", "sluice");

let localDir: string;

/** Gives a describe block's tests one local AWS, and looks afterwards that nothing of it runs any more. */
function inLocalDir(): void {
  before(async () => {
    localDir = await mkdtemp(path.join(tmpdir(), "sluice-run-"));
  });

  after(async () => {
    await rm(localDir, { recursive: true, force: true });
  });
}

async function local(...command: string[]): Promise<Finished> {
  return npmRun(["local", "--", ...command], localDir);
}

function assertSucceeded(finished: Finished): void {
  assert.equal(finished.code, 0, finished.stdout + finished.stderr);
}

const runOfEmulator = () => readRun(path.join(localDir, "emulator"));

interface Started {
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  signal(signal: NodeJS.Signals): void;
}

/** Waits until a process has printed "ready". */
async function ready(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Started> {
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once("close", (code, signal) => {
      resolve(code ?? signal);
    });
  });
  await eventually("the command to run", () => Promise.resolve(output.includes("ready") || undefined));
  return {
    ended,
    signal: (signal) => {
      // The whole group, as the terminal does with Ctrl-C.
      process.kill(-(child.pid ?? assert.fail("it has not started")), signal);
    },
  };
}

/** Starts a command as a user does, and waits until it has printed "ready". */
async function start(...command: string[]): Promise<Started> {
  return ready(npmStart(["local", "--", ...command], localDir));
}

describe("npm run local", function () {
  this.timeout(60_000);
  inLocalDir();

  afterEach("leaves nothing running", async () => {
    assert.equal(await runOfEmulator(), undefined);
  });

  for (const code of [0, 1, 7, 130]) {
    it(`ends with its command's exit code: ${code}`, async () => {
      assert.equal((await local("sh", "-c", `exit ${code}`)).code, code);
    });
  }

  it("ends as a shell does where a signal ended its command", async () => {
    assert.equal((await local("sh", "-c", "kill -TERM $$")).code, 128 + 15);
  });

  it("passes arguments as they are, and the command's output as it is", async () => {
    const { stdout, stderr } = await local(
      "sh",
      "-c",
      'printf "%s|" "$@"; echo to-stderr >&2',
      "-",
      "a b",
      "$x",
      "",
    );

    assert.equal(stdout, "a b|$x||");
    assert.match(stderr, /to-stderr\n$/);
  });

  it("without a command shows how to use it, and ends with 2", async () => {
    const { code, stdout } = await npmRun(["local"], localDir);

    assert.equal(code, 2);
    assert.match(stdout, /^usage: npm run local -- COMMAND/);
  });

  it("with --help shows how to use it, and ends with 0", async () => {
    const { code, stdout } = await local("--help");

    assert.equal(code, 0);
    assert.match(stdout, /^usage: npm run local -- COMMAND/);
  });

  it("with a command that is not there names it, and ends with 1", async () => {
    const { code, stderr } = await local("no-such-command");

    assert.equal(code, 1);
    assert.match(
      stderr,
      /error: cannot run "no-such-command": .*ENOENT\n {2}→ check the command's name and PATH/,
    );
    assert.doesNotMatch(stderr, /\n\s+at /, "no stack");
  });

  it("stops the emulator when its command ends", async () => {
    const { stdout } = await local("sh", "-c", `cat "${localDir}/emulator/run.json"`);

    const { pid } = JSON.parse(stdout) as { pid: number };
    assert.equal(isAlive(pid), false);
  });

  it("lists the lake's buckets with AWS's command line", async () => {
    assertSucceeded(await local("aws", "s3", "mb", "s3://made-by-hand"));

    const listed = await local("aws", "s3", "ls");

    assertSucceeded(listed);
    assert.match(listed.stdout, /made-by-hand/);
  });

  it("denies its user what no deployment needs: IAM decides", async () => {
    for (const command of [
      ["dynamodb", "list-tables"],
      ["cloudformation", "list-stacks"],
    ]) {
      const { code, stdout, stderr } = await local("aws", ...command);

      assert.notEqual(code, 0, stdout);
      assert.match(stderr, /AccessDenied.*user\/sluice-deployer/s);
    }
  });
});

describe("npm run local on damaged state", function () {
  this.timeout(60_000);
  inLocalDir();

  it("says what is damaged and ends", async () => {
    await mkdir(path.join(localDir, "pulumi-state"));
    await writeFile(path.join(localDir, "pulumi-state", ".pulumi"), "a file where the engine wants a folder");

    const { code, stderr } = await capture("npm", ["run", "--silent", "local", "--", "true"], {
      cwd: projectDir,
      env: { ...process.env, SLUICE_LOCAL_DIR: localDir },
      timeout: 20_000,
    });

    assert.equal(code, 1, "it ends by itself");
    assert.match(stderr, /error: the stack "local" could not be made:\n/);
    assert.match(stderr, /→ remove .*pulumi-state if it is damaged/);
    assert.equal(await runOfEmulator(), undefined, "the emulator is gone");
  });
});

describe("the environment of npm run local", function () {
  this.timeout(60_000);
  inLocalDir();

  /** Prints the environment, one name=value a line. */
  async function environment(inherited: Readonly<Record<string, string>>): Promise<Map<string, string>> {
    const print = `console.log(JSON.stringify(process.env))`;
    const finished = await capture("npm", ["run", "--silent", "local", "--", "node", "-e", print], {
      cwd: projectDir,
      env: { ...process.env, SLUICE_LOCAL_DIR: localDir, SLUICE_CACHE_DIR: cacheDir, ...inherited },
    });
    assertSucceeded(finished);
    return new Map(Object.entries(JSON.parse(finished.stdout) as Record<string, string>));
  }

  it("points at the local AWS and at a stack of its own", async () => {
    const env = await environment({});

    assert.match(env.get("AWS_ENDPOINT_URL") ?? "", /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(env.get("AWS_REGION"), "eu-west-1");
    assert.equal(env.get("AWS_CA_BUNDLE"), path.join(localDir, "emulator", "tls", "certificate.pem"));
    assert.equal(env.get("PULUMI_HOME"), path.join(cacheDir, "pulumi-home"));
    assert.equal(env.get("PULUMI_BACKEND_URL"), `file://${localDir}/pulumi-state`);
    assert.equal(env.get("PULUMI_STACK"), "local");
    assert.match(env.get("PULUMI_DEBUG_PROVIDERS") ?? "", /^aws:\d+,awsx:\d+$/);
  });

  it("has nothing of the user's AWS and Pulumi settings, and all of the rest", async () => {
    const env = await environment({
      AWS_PROFILE: "production",
      AWS_ACCESS_KEY_ID: "AKIAOFTHEUSER",
      AWS_SESSION_TOKEN: "of-the-user",
      AWS_ENDPOINT_URL_S3: "https://s3.example.com",
      PULUMI_ACCESS_TOKEN: "of-the-user",
      PULUMI_BACKEND_URL: "s3://of-the-user",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/of/the/user",
      EDITOR_OF_THE_USER: "ed",
    });

    for (const name of [
      "AWS_PROFILE",
      "AWS_SESSION_TOKEN",
      "AWS_ENDPOINT_URL_S3",
      "PULUMI_ACCESS_TOKEN",
      "PULUMI_CONFIG_PASSPHRASE_FILE",
    ]) {
      assert.equal(env.get(name), undefined, name);
    }
    assert.notEqual(env.get("AWS_ACCESS_KEY_ID"), "AKIAOFTHEUSER");
    assert.match(env.get("PULUMI_BACKEND_URL") ?? "", /^file:/);
    assert.equal(env.get("EDITOR_OF_THE_USER"), "ed");
  });

  it("has Node.js 24 and the Pulumi CLI on PATH", async () => {
    const { stdout } = await local("sh", "-c", "node --version; pulumi version");

    const [node = "", pulumi = ""] = stdout.split("\n");
    assert.match(node, /^v24\./);
    assert.match(pulumi, /^v3\./);
  });

  it("leaves the user's ~/.pulumi and ~/.aws alone", async () => {
    const home = path.join(localDir, "home");
    await mkdir(home);
    const script = "pulumi stack ls && pulumi preview --non-interactive && aws s3 ls";

    const finished = await capture("npm", ["run", "--silent", "local", "--", "sh", "-c", script], {
      cwd: projectDir,
      env: { ...process.env, HOME: home, SLUICE_LOCAL_DIR: localDir, SLUICE_CACHE_DIR: cacheDir },
    });

    assertSucceeded(finished);
    const left = (await readdir(home)).filter((name) => name !== ".npm"); // npm's own
    assert.deepEqual(left, []);
  });

  it("reads nothing from the user's ~/.aws", async () => {
    const home = path.join(localDir, "home-with-aws");
    await mkdir(path.join(home, ".aws"), { recursive: true });
    await writeFile(path.join(home, ".aws", "config"), "[default]\nregion = us-west-2\noutput = yaml\n");
    await writeFile(path.join(home, ".aws", "credentials"), "this is no credentials file");

    const finished = await capture(
      "npm",
      ["run", "--silent", "local", "--", "aws", "sts", "get-caller-identity"],
      {
        cwd: projectDir,
        env: { ...process.env, HOME: home, SLUICE_LOCAL_DIR: localDir, SLUICE_CACHE_DIR: cacheDir },
      },
    );

    assertSucceeded(finished);
    const { Account } = JSON.parse(finished.stdout) as { Account: string };
    assert.equal(Account, "000000000000");
  });
});

describe("npm run local, interrupted", function () {
  this.timeout(60_000);
  inLocalDir();

  for (const [what, signal, code] of [
    ["Ctrl-C", "SIGINT", 130],
    ["a termination", "SIGTERM", 143],
    ["a closed terminal", "SIGHUP", 129],
  ] as const) {
    it(`by ${what} ends with ${code}, soon, with the emulator gone and its state saved`, async () => {
      const started = await start("sh", "-c", "aws s3 mb s3://made-before; echo ready; exec sleep 60");
      const { pid } = (await runOfEmulator()) ?? assert.fail("no emulator runs");
      const signalledAtMs = performance.now();

      started.signal(signal);
      const end = await started.ended;
      await eventually("the emulator's end", () => Promise.resolve(isAlive(pid) ? undefined : true));

      // npm ends itself by the signal, of which a shell makes the same code.
      assert(end === code || end === signal, `it ended with ${end}`);
      assert(performance.now() - signalledAtMs < 5_000, "it took too long");
      assert.equal(await runOfEmulator(), undefined, "the state is saved");
      assertSucceeded(await local("aws", "s3", "rb", "s3://made-before"));
    });
  }

  it("by Ctrl-C that the command handles itself ends as the command does", async () => {
    const program = `process.on("SIGINT", () => process.exit(3)); console.log("ready"); setInterval(() => 0, 1000);`;
    const script = path.join(projectDir, "local", "start.mjs");
    // Without npm, which ends by the signal whatever its script does.
    const started = await ready(
      spawn(process.execPath, [script, "run.ts", "node", "-e", program], {
        cwd: projectDir,
        env: { ...process.env, SLUICE_LOCAL_DIR: localDir },
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );

    started.signal("SIGINT");

    assert.equal(await started.ended, 3);
  });

  it("by a kill leaves no emulator behind", async () => {
    const started = await start("sh", "-c", "echo ready; exec sleep 60");
    const { pid } = (await runOfEmulator()) ?? assert.fail("no emulator runs");

    started.signal("SIGKILL");

    await eventually("the emulator's end", () => Promise.resolve(isAlive(pid) ? undefined : true));
    assertSucceeded(await local("true"));
  });
});

describe("two runs of npm run local at once", function () {
  this.timeout(60_000);
  inLocalDir();

  it("on a fresh checkout both succeed, with one emulator", async () => {
    const show = ["sh", "-c", `cat "${localDir}/emulator/run.json"; sleep 2`];

    const [first, second] = await Promise.all([local(...show), local(...show)]);

    assertSucceeded(first);
    assertSucceeded(second);
    assert.equal(first.stdout, second.stdout);
  });

  it("share the emulator until the last one ends", async () => {
    const first = await start("sh", "-c", "echo ready; exec sleep 60");
    const { pid } = (await runOfEmulator()) ?? assert.fail("no emulator runs");

    const second = await local("sh", "-c", `cat "${localDir}/emulator/run.json"`);

    assert.equal((JSON.parse(second.stdout) as { pid: number }).pid, pid);
    assert(isAlive(pid), "the first still has it");
    first.signal("SIGINT");
    await first.ended;
    assert.equal(isAlive(pid), false);
  });
});

describe("the start of the npm scripts", () => {
  it("with a Node.js that is too old says which is needed and what to do", async () => {
    const fake = `Object.defineProperty(process.versions, "node", { value: "22.1.0" });
      Object.defineProperty(process, "version", { value: "v22.1.0" });
      process.argv.push("run.ts"); await import(process.argv[1]);`;
    const { code, stderr } = await capture(process.execPath, [
      "--input-type=module",
      "-e",
      fake,
      path.join(projectDir, "local", "start.mjs"),
    ]);

    assert.equal(code, 1);
    assert.match(stderr, /^error: this needs Node\.js >= 24, .*; this is v22\.1\.0\n {2}→ run `npm ci`/);
  });
});
