/** Which Pulumi CLI is taken, and how one is made. Fake programs stand in for every real one. */
import assert from "node:assert/strict";
import { access, constants, mkdtemp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { UserError } from "../../local/errors.ts";
import {
  compareVersions,
  ensurePulumi,
  PINNED_VERSION,
  type Places,
  type PulumiCli,
} from "../../local/toolchain/pulumi-cli.ts";

const silent = (): void => undefined;

/** The first four bytes of a Linux program. */
const BINARY = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

let folder: string;
let places: Places;

/** Writes a shell script and returns its path. */
async function script(file: string, body: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\nPATH=/usr/bin:/bin\n${body}\n`, { mode: 0o755 });
  return file;
}

async function fakePulumi(bin: string, version: string): Promise<string> {
  return script(path.join(bin, "pulumi"), `echo ${version}`);
}

/** A CLI on PATH with its Node.js language host. */
async function officialOnPath(name: string, version: string): Promise<string> {
  const bin = path.join(folder, name);
  await script(path.join(bin, "pulumi-language-nodejs"), "exit 0");
  return fakePulumi(bin, version);
}

function homeBin(version: string): string {
  return path.join(places.pulumiHome, "versions", `v${version}`, "bin");
}

/** A `go` that notes each build in "builds" and leaves a CLI behind. */
async function fakeGo(work: { readonly version?: string; readonly build?: string } = {}): Promise<void> {
  const build = work.build ?? `printf '#!/bin/sh\\necho v${PINNED_VERSION}\\n' > "$5"; chmod +x "$5"`;
  await script(
    path.join(places.searchPath, "go"),
    `if [ "$1" = env ]; then echo ${work.version ?? "go1.26.0"}; exit; fi
     echo "$@" >> "${folder}/builds"
     ${build}`,
  );
}

async function builds(): Promise<readonly string[]> {
  const text = await readFile(path.join(folder, "builds"), "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "");
}

/** The npm package's launcher where there is internet: it leaves the official archive's CLI in PULUMI_HOME. */
async function workingLauncher(): Promise<void> {
  await writeFile(
    places.launcher,
    `const { mkdirSync, writeFileSync } = require("node:fs");
     const bin = process.env.PULUMI_HOME + "/versions/v3.265.0/bin";
     mkdirSync(bin, { recursive: true });
     writeFileSync(bin + "/pulumi", "#!/bin/sh\\necho v3.265.0\\n", { mode: 0o755 });
     writeFileSync(bin + "/pulumi-language-nodejs", Buffer.from([0x7f, 0x45, 0x4c, 0x46]), { mode: 0o755 });`,
  );
}

async function failure(): Promise<UserError> {
  const error: unknown = await ensurePulumi(silent, places).then(
    (cli: PulumiCli) => assert.fail(`found ${cli.path}`),
    (thrown: unknown) => thrown,
  );
  assert(error instanceof UserError, String(error));
  return error;
}

/** Gives each test of a describe block an empty folder, and removes it after. */
function inFolder(): void {
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "sluice-toolchain-"));
    places = {
      searchPath: path.join(folder, "path"),
      pulumiHome: path.join(folder, "home"),
      launcher: path.join(folder, "launcher.cjs"),
    };
    // As it fails without internet.
    await writeFile(places.launcher, `console.error("trying\\ngetaddrinfo ENOTFOUND"); process.exit(1);`);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
}

describe("the Pulumi CLI is found", () => {
  inFolder();

  it("on PATH first, with its own language host, and nothing is written", async () => {
    const file = await officialOnPath("path", "v3.300.1");
    await fakePulumi(homeBin("3.400.0"), "v3.400.0");

    const cli = await ensurePulumi(silent, places);

    assert.deepEqual(cli, { path: file, version: "3.300.1", origin: "PATH", ownLanguageHost: false });
    assert.deepEqual(await readdir(homeBin("3.400.0")), ["pulumi"]);
  });

  it("on PATH at exactly the oldest version that is taken", async () => {
    const file = await officialOnPath("path", `v${PINNED_VERSION}`);

    assert.equal((await ensurePulumi(silent, places)).path, file);
  });

  it("further along PATH, past those that cannot be used", async () => {
    const file = await officialOnPath("good", "v3.300.0");
    await officialOnPath("old", "v3.258.9");
    await officialOnPath("next-major", "v4.0.0");
    await officialOnPath("talks-nonsense", "hello");
    await script(path.join(folder, "broken", "pulumi"), `echo v3.300.0; exit 1`);
    await script(path.join(folder, "broken", "pulumi-language-nodejs"), "exit 0");
    await fakePulumi(path.join(folder, "no-host"), "v3.300.0");
    await officialOnPath(path.join("node_modules", ".bin"), "v3.300.0");
    await mkdir(path.join(folder, "not-executable"));
    await writeFile(path.join(folder, "not-executable", "pulumi"), "#!/bin/sh\necho v3.300.0\n");
    const passedOver = [
      "absent",
      "old",
      "next-major",
      "talks-nonsense",
      "broken",
      "no-host",
      "node_modules/.bin",
      "not-executable",
    ].map((name) => path.join(folder, name));

    const searchPath = ["", ...passedOver, path.dirname(file)].join(path.delimiter);
    const cli = await ensurePulumi(silent, { ...places, searchPath });

    assert.equal(cli.path, file);
  });

  it("in PULUMI_HOME next: the newest that can be used", async () => {
    await fakePulumi(homeBin("3.260.0"), "v3.260.0");
    await fakePulumi(homeBin("3.1000.0"), "v3.1000.0");
    await script(path.join(homeBin("3.2000.0"), "pulumi"), "exit 126");
    await fakePulumi(homeBin("4.1.0"), "v4.1.0");
    await workingLauncher();

    const cli = await ensurePulumi(silent, places);

    assert.equal(cli.path, path.join(homeBin("3.1000.0"), "pulumi"));
    assert.equal(cli.version, "3.1000.0");
    assert.equal(cli.origin, "PULUMI_HOME");
  });

  it("in the official archive next, with the archive's language host", async () => {
    await workingLauncher();
    await fakeGo();

    const cli = await ensurePulumi(silent, places);

    assert.equal(cli.origin, "official archive");
    assert.equal(cli.path, path.join(homeBin("3.265.0"), "pulumi"));
    assert.equal(cli.ownLanguageHost, false);
    assert.deepEqual(await builds(), []);
    assert.equal((await ensurePulumi(silent, places)).origin, "PULUMI_HOME", "and is kept");
  });

  it("nowhere: it is built from Go modules at the pinned version, and kept", async () => {
    await fakeGo();
    const said: string[] = [];

    const cli = await ensurePulumi((line) => said.push(line), places);

    assert.deepEqual(cli, {
      path: path.join(homeBin(PINNED_VERSION), "pulumi"),
      version: PINNED_VERSION,
      origin: "built from Go modules",
      ownLanguageHost: true,
    });
    assert.equal((await builds()).length, 1);
    assert.match(said.join("\n"), /building the Pulumi CLI .* from Go modules: about six minutes, once/);
    assert.deepEqual(await readdir(homeBin(PINNED_VERSION)), ["pulumi", "pulumi-language-nodejs"]);
    const again = await ensurePulumi(silent, places);
    assert.equal(again.origin, "PULUMI_HOME");
    assert.equal((await builds()).length, 1);
  });

  it("nowhere, and the launcher says it succeeded but left nothing: it is built", async () => {
    await writeFile(places.launcher, "");
    await fakeGo();

    assert.equal((await ensurePulumi(silent, places)).origin, "built from Go modules");
  });

  it("at the version that pulumi-cli/go.mod pins", async () => {
    const source = path.join(import.meta.dirname, "..", "..", "local", "toolchain", "pulumi-cli", "go.mod");

    const goMod = await readFile(source, "utf8");

    assert(goMod.includes(`github.com/pulumi/pulumi/pkg/v3 v${PINNED_VERSION}\n`));
  });
});

describe("the language host beside a CLI in PULUMI_HOME", () => {
  inFolder();

  const hostFile = (): string => path.join(homeBin("3.300.0"), "pulumi-language-nodejs");

  beforeEach(async () => {
    await fakePulumi(homeBin("3.300.0"), "v3.300.0");
  });

  it("is this repository's where there is none, and can be run", async () => {
    const cli = await ensurePulumi(silent, places);

    assert.equal(cli.ownLanguageHost, true);
    await access(hostFile(), constants.X_OK);
    assert.match(await readFile(hostFile(), "utf8"), /^#!\/bin\/sh\nexec node "\$\{SLUICE_LANGUAGE_HOST:/);
  });

  it("is replaced where it is one that an earlier version of this project put there", async () => {
    await ensurePulumi(silent, places);
    const current = await readFile(hostFile(), "utf8");
    await writeFile(hostFile(), "#!/bin/sh\nexec node /a/checkout/that/is/gone.ts\n", { mode: 0o644 });

    const cli = await ensurePulumi(silent, places);

    assert.equal(cli.ownLanguageHost, true);
    assert.equal(await readFile(hostFile(), "utf8"), current);
    await access(hostFile(), constants.X_OK);
  });

  it("is left alone where it is the official one", async () => {
    await writeFile(hostFile(), BINARY, { mode: 0o755 });

    const cli = await ensurePulumi(silent, places);

    assert.equal(cli.ownLanguageHost, false);
    assert.deepEqual(await readFile(hostFile()), BINARY);
  });
});

describe("a Pulumi CLI that cannot be had", () => {
  inFolder();

  it("without Go: one error names what was tried and what to do", async () => {
    const error = await failure();

    assert.match(error.message, /none on PATH \(>= 3\.\d+\.\d+, with its Node\.js language host\)/);
    assert.match(error.message, /none could be downloaded \(getaddrinfo ENOTFOUND\)/);
    assert.match(error.message, /it cannot be built: Go is not installed$/);
    assert.match(error.remedy, /^install Go >= 1\.\d+\.\d+, or the Pulumi CLI >= 3\.\d+\.\d+, and run the/);
  });

  it("with a Go that is too old: the error names its version, and nothing is built", async () => {
    await fakeGo({ version: "go1.24.9" });

    assert.match((await failure()).message, /it cannot be built: Go 1\.24\.9 is too old$/);
    assert.deepEqual(await builds(), []);
  });

  it("with a build that fails: the error has the end of its output, and the next run builds anew", async () => {
    await fakeGo({ build: `for i in $(seq 40); do echo "line $i" >&2; done; echo half > "$5"; exit 1` });

    const error = await failure();

    assert.match(error.message, /^building the Pulumi CLI failed:\nline 26\n[\s\S]*line 40$/);
    assert.match(error.remedy, /module proxy .* disk has 3 GB free/);
    await fakeGo();
    assert.equal((await ensurePulumi(silent, places)).origin, "built from Go modules");
  });

  it("with a build that leaves a CLI that does not run: it is not kept", async () => {
    await fakeGo({ build: `printf 'half of one' > "$5"; chmod +x "$5"` });

    assert.match((await failure()).message, /built at .* does not run/);
    assert.deepEqual(await readdir(homeBin(PINNED_VERSION)), []);
  });
});

describe("two runs that need a CLI at once", () => {
  inFolder();

  it("build it once: the second waits, says so, and takes what the first made", async () => {
    await fakeGo({ build: `sleep 1; printf '#!/bin/sh\\necho v${PINNED_VERSION}\\n' > "$5"; chmod +x "$5"` });
    const said: string[] = [];
    const report = (line: string): void => {
      said.push(line);
    };

    const found = await Promise.all([ensurePulumi(report, places), ensurePulumi(report, places)]);

    assert.equal((await builds()).length, 1);
    assert.deepEqual(found.map(({ origin }) => origin).sort(), ["PULUMI_HOME", "built from Go modules"]);
    assert.equal(found[0].path, found[1].path);
    assert.equal(said.filter((line) => line.includes("waiting for it")).length, 1);
  });
});

describe("versions compare", () => {
  for (const [left, right, sign] of [
    ["3.259.0", "3.259.0", 0],
    ["v3.259.0", "3.259.0", 0],
    ["3.259", "3.259.0", 0],
    ["3.260.0", "3.259.9", 1],
    ["3.9.0", "3.10.0", -1],
    ["4.0.0", "3.999.999", 1],
    ["3.259.0.1", "3.259.0", 1],
    ["1.25.11", "1.25.2", 1],
    ["1.26rc1", "1.26", 0],
    ["", "0.0.0", 0],
    ["nonsense", "0.0.1", -1],
  ] as const) {
    it(`"${left}" ${{ "-1": "before", "0": "as", "1": "after" }[sign]} "${right}"`, () => {
      assert.equal(Math.sign(compareVersions(left, right)), sign);
      assert.equal(Math.sign(compareVersions(right, left)), sign === 0 ? 0 : -sign);
    });
  }
});
