/**
 * Finds the Pulumi CLI, or makes it: on PATH, in the project's PULUMI_HOME, as the official archive through the npm
 * package `pulumi`, or built from Go modules at the version that pulumi-cli/go.mod pins.
 */
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../errors.ts";
import { exists, isExecutable } from "../files.ts";
import { cacheDir, projectDir } from "../paths.ts";
import { capture, tail, withLock } from "../process.ts";

/** The version that is built, and the oldest that is taken where one is found. */
export const PINNED_VERSION = "3.259.0";

/** The oldest Go that builds it (the `go` line of pulumi-cli/go.mod). */
const OLDEST_GO = "1.25.11";

/** A Pulumi CLI that can be run. */
export interface PulumiCli {
  readonly path: string;
  /** Without a leading "v". */
  readonly version: string;
  readonly origin: "PATH" | "PULUMI_HOME" | "official archive" | "built from Go modules";
  /** Whether the Node.js language host is the one in this repository. */
  readonly ownLanguageHost: boolean;
}

/** Where the search looks; each has the project's own place as its default. */
export interface Places {
  readonly searchPath: string;
  readonly pulumiHome: string;
  /** The program of the npm package `pulumi` that fetches the official archive. */
  readonly launcher: string;
}

/** The project's own PULUMI_HOME, one for every checkout: the user's login, plugins and history stay as they are. */
export const pulumiHome = path.join(cacheDir, "pulumi-home");

/** What the language host beside a CLI is started with; whoever runs that CLI sets it. */
export const languageHostEnvironment = {
  SLUICE_LANGUAGE_HOST: path.join(import.meta.dirname, "language-host.ts"),
} as const;

const defaultPlaces: Places = {
  searchPath: process.env["PATH"] ?? "",
  pulumiHome,
  launcher: path.join(projectDir, "node_modules", "pulumi", "run.js"),
};

/**
 * Returns a CLI that is ready to run programs in Node.js, installing it where none is found. Safe to call from two
 * processes at once.
 * @param report told what is being done when it takes longer than a moment
 * @throws {UserError} when no way leads to a CLI; it says which were tried and what each lacked
 */
export async function ensurePulumi(
  report: (line: string) => void,
  places = defaultPlaces,
): Promise<PulumiCli> {
  const found = (await findOnPath(places.searchPath)) ?? (await findInHome(places.pulumiHome));
  if (found !== undefined) return found;
  return withLock(
    places.pulumiHome,
    () => {
      report("another run is installing the Pulumi CLI; waiting for it");
    },
    async () => (await findInHome(places.pulumiHome)) ?? install(report, places),
  );
}

async function findOnPath(searchPath: string): Promise<PulumiCli | undefined> {
  for (const folder of searchPath.split(path.delimiter)) {
    // npm's own launcher is the third way, not an installed CLI.
    if (folder === "" || folder.endsWith(path.join("node_modules", ".bin"))) continue;
    const cli = await describe(path.join(folder, "pulumi"), "PATH");
    if (cli === undefined) continue;
    if (await isExecutable(path.join(folder, "pulumi-language-nodejs"))) return cli;
  }
  return undefined;
}

async function findInHome(home: string): Promise<PulumiCli | undefined> {
  const versions = path.join(home, "versions");
  const names = (await exists(versions)) ? (await readdir(versions)).sort(compareVersions).reverse() : [];
  for (const name of names) {
    const cli = await describe(path.join(versions, name, "bin", "pulumi"), "PULUMI_HOME");
    if (cli !== undefined) return withLanguageHost(cli);
  }
  return undefined;
}

async function install(
  report: (line: string) => void,
  { pulumiHome: home, searchPath, launcher }: Places,
): Promise<PulumiCli> {
  const official = await installOfficial(home, launcher);
  if (typeof official !== "string") return official;
  const file = path.join(home, "versions", `v${PINNED_VERSION}`, "bin", "pulumi");
  await build(report, file, searchPath, official);
  const cli = await describe(file, "built from Go modules");
  if (cli === undefined) {
    await rm(file, { force: true });
    throw new UserError(
      `the Pulumi CLI built at ${file} does not run`,
      "run the command again to build it anew",
    );
  }
  return withLanguageHost(cli);
}

/** The CLI, or why it could not be had: without internet the launcher fails at once. */
async function installOfficial(home: string, launcher: string): Promise<PulumiCli | string> {
  const tried = await capture(process.execPath, [launcher, "version"], {
    env: { ...process.env, PULUMI_HOME: home },
    timeout: 300_000,
  });
  if (tried.code !== 0) return tail(tried.stderr, 1);
  const cli = await findInHome(home);
  return cli === undefined ? "the launcher left no CLI behind" : { ...cli, origin: "official archive" };
}

async function build(
  report: (line: string) => void,
  file: string,
  searchPath: string,
  whyNotOfficial: string,
): Promise<void> {
  const env = { ...process.env, PATH: searchPath };
  await requireGo(env, whyNotOfficial);
  report(
    `building the Pulumi CLI ${PINNED_VERSION} from Go modules: about six minutes, once for this machine`,
  );
  await mkdir(path.dirname(file), { recursive: true });
  const symbols = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${PINNED_VERSION}`;
  const source = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
  const built = await capture("go", ["build", "-ldflags", symbols, "-o", `${file}.partial`, source], {
    cwd: path.join(import.meta.dirname, "pulumi-cli"),
    env: { ...env, GOFLAGS: "-mod=readonly", CGO_ENABLED: "0" },
  });
  if (built.code !== 0) {
    throw new UserError(
      `building the Pulumi CLI failed:\n${tail(built.stderr)}`,
      "check that Go can reach its module proxy and that the disk has 3 GB free, then run the command again",
    );
  }
  await rename(`${file}.partial`, file);
}

async function requireGo(env: NodeJS.ProcessEnv, whyNotOfficial: string): Promise<void> {
  const found = await capture("go", ["env", "GOVERSION"], { env: { ...env, GOTOOLCHAIN: "local" } });
  const version = found.code === 0 ? found.stdout.trim().replace(/^go/, "") : undefined;
  if (version !== undefined && compareVersions(version, OLDEST_GO) >= 0) return;
  throw new UserError(
    `no Pulumi CLI: none on PATH (>= ${PINNED_VERSION}, with its Node.js language host), none could be downloaded ` +
      `(${whyNotOfficial}), and it cannot be built: ${version === undefined ? "Go is not installed" : `Go ${version} is too old`}`,
    `install Go >= ${OLDEST_GO}, or the Pulumi CLI >= ${PINNED_VERSION}, and run the command again`,
  );
}

/** The CLI serves every checkout, so the host that it starts is the one of whoever runs it. */
const HOST_SCRIPT = `#!/bin/sh
exec node "\${SLUICE_LANGUAGE_HOST:?this Pulumi CLI runs through npm run local}" "$@"
`;

/** Puts this repository's language host beside a CLI that lacks the official one. */
async function withLanguageHost(cli: PulumiCli): Promise<PulumiCli> {
  const host = path.join(path.dirname(cli.path), "pulumi-language-nodejs");
  const current = (await exists(host)) ? await readFile(host) : undefined;
  if (current !== undefined && !current.subarray(0, 2).equals(Buffer.from("#!"))) return cli;
  if (current?.toString() !== HOST_SCRIPT) {
    await writeFile(`${host}.partial`, HOST_SCRIPT);
    await chmod(`${host}.partial`, 0o755);
    await rename(`${host}.partial`, host);
  }
  return { ...cli, ownLanguageHost: true };
}

async function describe(file: string, origin: PulumiCli["origin"]): Promise<PulumiCli | undefined> {
  if (!(await isExecutable(file))) return undefined;
  const asked = await capture(file, ["version"], { env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "1" } });
  const version = asked.stdout.trim().replace(/^v/, "");
  const isCompatible =
    asked.code === 0 && version.startsWith("3.") && compareVersions(version, PINNED_VERSION) >= 0;
  return isCompatible ? { path: file, version, origin, ownLanguageHost: false } : undefined;
}

/** Orders versions by their numbers; anything that is no number counts as 0. */
export function compareVersions(left: string, right: string): number {
  const numbers = (version: string): number[] =>
    version
      .replace(/^v/, "")
      .split(/[.-]/)
      .map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [numbers(left), numbers(right)];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
