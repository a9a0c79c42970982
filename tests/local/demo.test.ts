/** `npm run demo`, run as a user does. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isAlive, type Finished } from "../../local/process.ts";
import { eventually, npmRun, npmStart } from "./local-aws.ts";
import { ended, readRun } from "./own-emulator.ts";
import { exists } from "../../local/files.ts";

let localDir: string;

/** Gives a describe block's tests one local AWS that is empty at first. */
function inLocalDir(): void {
  before(async () => {
    localDir = await mkdtemp(path.join(tmpdir(), "sluice-demo-"));
  });

  after(async () => {
    await rm(localDir, { recursive: true, force: true });
  });
}

async function demo(...options: string[]): Promise<Finished> {
  return npmRun(["demo", "--", ...options], localDir);
}

function assertSucceeded(finished: Finished): void {
  assert.equal(finished.code, 0, finished.stdout + finished.stderr);
}

function assertShowsRows({ stdout }: Finished): void {
  for (const step of [
    "Local AWS up",
    "Lake deployed, policy pack passed",
    "File dropped",
    "Event → rule → function → Parquet",
    "Athena query",
  ]) {
    const line = stdout.split("\n").find((text) => text.startsWith(`✔ ${step} `)) ?? assert.fail(stdout);
    assert.match(line, /\(\d+\.\d s\): \S/);
  }
  assert.match(stdout, /1461 rows in \d+ files .*, 0 rejected/);
  assert.match(stdout, /│ weather │ days │ mean_max │ rain_mm │\n/);
  assert.match(stdout, /│ sun +│ 162 +│/);
  assert.match(stdout, /From nothing to rows in \d+\.\d s\./);
  assert.match(stdout, /\nNext:\n {2}npm run demo -- --with-public-acl /);
}

function assertStopped({ stdout }: Finished): void {
  assert.match(stdout, /\[mandatory\].*s3-acl-public.*curated-acl/);
  assert.match(stdout, /acl: "public-read" grants READ to AllUsers/);
  assert.match(stdout, /Request: curl https:\/\//);
  assert.match(stdout, /Remedy: /);
  assert.match(stdout, /✔ Public ACL stopped before it took effect .*; nothing was deployed/);
}

interface Started {
  readonly pid: number;
  readonly output: () => string;
  /** The exit code. */
  readonly closed: Promise<number | null>;
}

function startDemo(): Started {
  const child = npmStart(["demo"], localDir);
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { pid: child.pid ?? assert.fail("it has not started"), output: () => output, closed };
}

/** How many resources the stack's state holds. */
async function countResources(): Promise<number> {
  const file = path.join(localDir, "pulumi-state", ".pulumi", "stacks", "sluice", "local.json");
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split('"urn":"urn:pulumi:').length - 1;
}

/** Starts a demo on an empty local AWS and kills all of it once the state holds so many resources. */
async function killDeploying(resources: number): Promise<void> {
  const { pid, closed, output } = startDemo();
  await eventually("the deployment", async () =>
    (await countResources()) >= resources ? true : undefined,
  ).catch((error: unknown) => assert.fail(`${String(error)}: ${output()}`));
  const run = await readRun(path.join(localDir, "emulator"));
  process.kill(-pid, "SIGKILL");
  await closed;
  if (run !== undefined) await ended(run.pid);
}

describe("npm run demo", function () {
  this.timeout(180_000);
  inLocalDir();

  afterEach("leaves nothing running", async () => {
    assert.equal(await readRun(path.join(localDir, "emulator")), undefined);
  });

  it("goes from nothing to rows, and says what comes next", async () => {
    const first = await demo();

    assertSucceeded(first);
    assertShowsRows(first);
    assert.match(first.stdout, /✅ sluice@v/);
    assert.match(first.stdout, /\+ \d+ created/);
  });

  it("does it again, with nothing left to deploy", async () => {
    const second = await demo();

    assertSucceeded(second);
    assertShowsRows(second);
    assert.match(second.stdout, /\d+ unchanged/);
    assert.doesNotMatch(second.stdout, /\d+ (created|updated|replaced|deleted)/);
  });

  it("shows how the policy pack stops a public bucket, and counts that as success", async () => {
    const stopped = await demo("--with-public-acl");

    assertSucceeded(stopped);
    assertStopped(stopped);
  });

  it("--destroy takes everything away, its folder too", async () => {
    const destroyed = await demo("--destroy");

    assertSucceeded(destroyed);
    assert.match(destroyed.stdout, /✔ Lake destroyed, with its data/);
    assert.match(destroyed.stdout, /\d+ deleted/);
    assert.equal(await exists(localDir), false);
  });

  it("--destroy with nothing there succeeds as well", async () => {
    assertSucceeded(await demo("--destroy"));
    assert.equal(await exists(localDir), false);
  });

  it("ends with 1 at an option that it does not have, names it and says where the options are", async () => {
    const { code, stderr } = await demo("--with-pubic-acl");

    assert.equal(code, 1);
    assert.match(stderr, /error: Unknown option '--with-pubic-acl'/);
    assert.match(stderr, /→ run `npm run demo -- --help`/);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });

  it("--help names the options", async () => {
    const { code, stdout } = await demo("--help");

    assert.equal(code, 0);
    assert.match(stdout, /^usage: npm run demo[\s\S]*--with-public-acl[\s\S]*--destroy/);
  });
});

describe("npm run demo -- --with-public-acl as the very first command", function () {
  this.timeout(120_000);
  inLocalDir();

  it("shows how the policy pack stops it, and deploys nothing", async () => {
    const stopped = await demo("--with-public-acl");

    assertSucceeded(stopped);
    assertStopped(stopped);
    assert.equal(await countResources(), 0);
  });
});

describe("npm run demo, its emulator killed", function () {
  this.timeout(120_000);
  inLocalDir();

  it("says so at once, and the next run makes anew what was lost", async () => {
    const { output, closed } = startDemo();
    const isDeployed = () => Promise.resolve(output().includes("✔ Lake") || undefined);
    await eventually("the deployment", isDeployed, 60_000);
    const { pid } = (await readRun(path.join(localDir, "emulator"))) ?? assert.fail("no emulator runs");
    process.kill(pid, "SIGKILL");
    const code = await closed;

    const next = await demo();

    assert.equal(code, 1, output());
    assert.match(output(), /error: the local AWS does not answer \(ECONN/);
    assertSucceeded(next);
    assertShowsRows(next);
    assert.match(next.stdout, /the last run was killed; looking at what is left of the lake/);
  });
});

describe("npm run demo, killed while it deploys", function () {
  this.timeout(240_000);

  for (const resources of [3, 25, 50]) {
    describe(`with ${resources} resources made`, () => {
      inLocalDir();

      it("does not block the next run, which goes from there to rows", async () => {
        await killDeploying(resources);

        const next = await demo();

        assertSucceeded(next);
        assertShowsRows(next);
      });
    });
  }
});

describe("a demo that is interrupted by Ctrl-C while it deploys", function () {
  this.timeout(120_000);
  inLocalDir();

  it("ends soon, leaves no emulator behind, and does not block the next run", async () => {
    const { pid, closed } = startDemo();
    await eventually("the deployment", async () => ((await countResources()) >= 10 ? true : undefined));
    const run = (await readRun(path.join(localDir, "emulator"))) ?? assert.fail("no emulator runs");

    process.kill(-pid, "SIGINT");
    await closed;
    await ended(run.pid);

    assert.equal(isAlive(run.pid), false);
    assertSucceeded(await demo());
  });
});
