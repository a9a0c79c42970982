/** Python environments of the project's own, made once for every checkout from a requirements file. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../errors.ts";
import { exists } from "../files.ts";
import { cacheDir } from "../paths.ts";
import { capture, tail, withLock } from "../process.ts";

const OLDEST_PYTHON = [3, 10] as const;

/** Where the environments lie and which interpreter makes them. */
export interface PythonPlaces {
  readonly cache: string;
  readonly interpreter: string;
}

const defaultPlaces: PythonPlaces = { cache: cacheDir, interpreter: "python3" };

/**
 * Returns the folder of programs (`bin`) of an environment that holds exactly what a requirements file lists. The
 * folder's name has the file's hash in it: a changed file gives a new environment, an interrupted install or one whose
 * interpreter is gone is redone.
 * Safe to call from two processes at once.
 * @param report told what is being done when it takes longer than a moment
 * @throws {UserError} without Python >= 3.10, its venv module, or the packages
 */
export async function ensurePythonEnvironment(
  requirementsFile: string,
  report: (line: string) => void,
  places = defaultPlaces,
): Promise<string> {
  const requirements = await readFile(requirementsFile, "utf8");
  const name = createHash("sha256").update(requirements).digest("hex").slice(0, 12);
  const folder = path.join(places.cache, "python", name);
  const complete = path.join(folder, ".complete");
  const bin = path.join(folder, "bin");
  // `python` is a link to the interpreter, which an upgrade of the machine may have taken away.
  const isReady = async (): Promise<boolean> =>
    (await exists(complete)) && (await exists(path.join(bin, "python")));
  if (await isReady()) return bin;
  return withLock(
    path.join(places.cache, "python"),
    () => {
      report("another run is installing Python packages; waiting for it");
    },
    async () => {
      if (await isReady()) return bin;
      report(`installing ${packageNames(requirements)} into an environment of the project's own`);
      await install(requirementsFile, folder, places.interpreter);
      await writeFile(complete, "");
      return bin;
    },
  );
}

async function install(requirementsFile: string, folder: string, interpreter: string): Promise<void> {
  await requirePython(interpreter);
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  const made = await capture(interpreter, ["-m", "venv", folder]);
  if (made.code !== 0) {
    throw new UserError(
      `Python cannot make a virtual environment:\n${tail(made.stdout + made.stderr)}`,
      "install Python's venv module (on Debian: apt-get install python3-venv) and run the command again",
    );
  }
  const pip = await capture(path.join(folder, "bin", "python"), [
    ...[
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      "--no-input",
      "-r",
      requirementsFile,
    ],
  ]);
  if (pip.code !== 0) {
    throw new UserError(
      `pip could not install ${path.basename(requirementsFile)}:\n${tail(pip.stderr)}`,
      "check that pip reaches its package index and that the disk has 500 MB free, then run the command again",
    );
  }
}

async function requirePython(interpreter: string): Promise<void> {
  const [major, minor] = OLDEST_PYTHON;
  const wanted = `Python >= ${major}.${minor}`;
  const asked = await capture(interpreter, ["-c", "import sys; print(*sys.version_info[:2])"]);
  const found = asked.stdout.trim().split(" ").map(Number);
  if (asked.code !== 0) {
    throw new UserError(
      `the local AWS needs ${wanted}; "${interpreter}" does not run: ${tail(asked.stderr, 1)}`,
      `install ${wanted} so that "${interpreter}" is on PATH, and run the command again`,
    );
  }
  if ((found[0] ?? 0) < major || (found[0] === major && (found[1] ?? 0) < minor)) {
    throw new UserError(
      `the local AWS needs ${wanted}; "${interpreter}" is ${found.join(".")}`,
      `install ${wanted} so that "${interpreter}" is the newer one, and run the command again`,
    );
  }
}

function packageNames(requirements: string): string {
  const pinned = requirements.split("\n").filter((line) => line.includes("=="));
  return pinned.slice(0, 2).join(" and ");
}
