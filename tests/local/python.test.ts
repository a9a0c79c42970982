/** Python environments. A shell script stands in for the interpreter. */
import assert from "node:assert/strict";
import { access, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { UserError } from "../../local/errors.ts";
import { ensurePythonEnvironment, type PythonPlaces } from "../../local/toolchain/python.ts";

const silent = (): void => undefined;

let folder: string;
let places: PythonPlaces;
let requirements: string;

/** An interpreter that makes environments whose pip notes each install in "installs". */
async function fakePython(
  work: { readonly version?: string; readonly venv?: string; readonly pip?: string } = {},
): Promise<void> {
  const pip = `#!/bin/sh\necho "$@" >> "${folder}/installs"\n${work.pip ?? "exit 0"}\n`;
  await writeFile(path.join(folder, "pip"), pip, { mode: 0o755 });
  const makeVenv = work.venv ?? `mkdir -p "$3/bin" && cp "${folder}/pip" "$3/bin/python"`;
  await writeFile(
    places.interpreter,
    `#!/bin/sh\nif [ "$1" = -c ]; then echo "${work.version ?? "3 11"}"; exit; fi\n${makeVenv}\n`,
    { mode: 0o755 },
  );
}

async function installs(): Promise<readonly string[]> {
  const text = await readFile(path.join(folder, "installs"), "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "");
}

async function failure(): Promise<UserError> {
  const error: unknown = await ensurePythonEnvironment(requirements, silent, places).then(
    (bin: string) => assert.fail(`made ${bin}`),
    (thrown: unknown) => thrown,
  );
  assert(error instanceof UserError, String(error));
  return error;
}

/** Gives each test of a describe block an empty folder, and removes it after. */
function inFolder(): void {
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "sluice-python-"));
    places = { cache: path.join(folder, "cache"), interpreter: path.join(folder, "python3") };
    requirements = path.join(folder, "wanted.txt");
    await writeFile(
      requirements,
      "# what the local AWS is made of\nsome-package==1.0\nother==2.0\nthird==3.0\n",
    );
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
}

describe("a Python environment", () => {
  inFolder();

  it("is installed from the requirements file on the first call, and is there on the second", async () => {
    await fakePython();
    const said: string[] = [];

    const bin = await ensurePythonEnvironment(requirements, (line) => said.push(line), places);
    const again = await ensurePythonEnvironment(requirements, silent, places);

    assert.equal(again, bin);
    await access(path.join(bin, "python"));
    assert.equal(path.dirname(path.dirname(bin)), path.join(places.cache, "python"));
    assert.deepEqual(said, [
      "installing some-package==1.0 and other==2.0 into an environment of the project's own",
    ]);
    const [pip, ...more] = await installs();
    assert.deepEqual(more, []);
    assert.match(pip ?? "", new RegExp(`^-m pip install .*--no-input -r ${requirements}$`));
  });

  it("is another one where the requirements have changed; the first is kept", async () => {
    await fakePython();
    const before = await ensurePythonEnvironment(requirements, silent, places);

    await writeFile(requirements, "some-package==1.1\n");
    const after = await ensurePythonEnvironment(requirements, silent, places);

    assert.notEqual(after, before);
    assert.equal((await installs()).length, 2);
    await access(path.join(before, "python"));
  });

  it("is made anew where an install was interrupted", async () => {
    await fakePython();
    const bin = await ensurePythonEnvironment(requirements, silent, places);
    await rm(path.join(bin, "..", ".complete"));
    await writeFile(path.join(bin, "half-written"), "");

    assert.equal(await ensurePythonEnvironment(requirements, silent, places), bin);

    assert.deepEqual(await readdir(bin), ["python"]);
    assert.equal((await installs()).length, 2);
  });

  it("is made anew where the interpreter that it was made from is gone", async () => {
    await fakePython({ venv: `mkdir -p "$3/bin" && ln -s "${folder}/pip" "$3/bin/python"` });
    const bin = await ensurePythonEnvironment(requirements, silent, places);
    await rm(path.join(bin, "python"));
    await symlink(path.join(folder, "an-uninstalled-python"), path.join(bin, "python"));

    await ensurePythonEnvironment(requirements, silent, places);

    await access(path.join(bin, "python"));
    assert.equal((await installs()).length, 2);
  });

  it("is installed once by two runs at once: the second waits and says so", async () => {
    await fakePython({ pip: "sleep 1" });
    const said: string[] = [];
    const ensure = (): Promise<string> =>
      ensurePythonEnvironment(requirements, (line) => said.push(line), places);

    const [first, second] = await Promise.all([ensure(), ensure()]);

    assert.equal(first, second);
    assert.equal((await installs()).length, 1);
    assert.equal(said.filter((line) => line.includes("waiting for it")).length, 1);
  });
});

describe("a Python environment that cannot be made", () => {
  inFolder();

  it("without an interpreter: the error says which was tried and what to install", async () => {
    const error = await failure();

    assert.match(error.message, /^the local AWS needs Python >= 3\.10; ".*python3" does not run: .*ENOENT/);
    assert.match(
      error.remedy,
      /^install Python >= 3\.10 so that ".*python3" is on PATH, and run the command/,
    );
  });

  for (const [version, named] of [
    ["3 9", "3.9"],
    ["2 7", "2.7"],
  ] as const) {
    it(`with Python ${named}: the error names the version, and nothing is made`, async () => {
      await fakePython({ version });

      assert.match((await failure()).message, new RegExp(`needs Python >= 3\\.10; ".*python3" is ${named}$`));
      assert.deepEqual(await readdir(path.join(places.cache, "python")), []);
    });
  }

  for (const version of ["3 10", "3 14", "4 0"]) {
    it(`not with Python ${version.replace(" ", ".")}, which is new enough`, async () => {
      await fakePython({ version });

      await ensurePythonEnvironment(requirements, silent, places);

      assert.equal((await installs()).length, 1);
    });
  }

  it("without the venv module: the error shows what Python said and how to install it", async () => {
    await fakePython({ venv: `echo "ensurepip is not available"; exit 1` });

    const error = await failure();

    assert.equal(error.message, "Python cannot make a virtual environment:\nensurepip is not available");
    assert.match(error.remedy, /apt-get install python3-venv/);
  });

  it("with a pip that fails: the error has the end of its output, and the next run starts anew", async () => {
    await fakePython({ pip: `for i in $(seq 40); do echo "line $i" >&2; done; exit 1` });

    const error = await failure();

    assert.match(error.message, /^pip could not install wanted\.txt:\nline 26\n[\s\S]*line 40$/);
    assert.match(error.remedy, /pip reaches its package index .* 500 MB free/);
    await fakePython();
    await ensurePythonEnvironment(requirements, silent, places);
    assert.equal((await installs()).length, 2);
  });
});
