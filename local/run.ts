/** `npm run local -- COMMAND…`: runs any command with the local AWS up and everything set for it. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import path from "node:path";
import { openLocalAws, type LocalAws } from "./environment.ts";
import { renderError, UserError } from "./errors.ts";
import { capture, outlive } from "./process.ts";
import { ensurePythonEnvironment } from "./toolchain/python.ts";

const USAGE = `usage: npm run local -- COMMAND [ARGUMENT…]

Runs a command with the local AWS up: its endpoint, keys, stack and tools are in the environment.

  npm run local -- pulumi preview --policy-pack policy-pack
  npm run local -- pulumi up --yes
  npm run local -- aws s3 ls
  npm run local -- bash                 a shell, to try more than one thing`;

function report(line: string): void {
  process.stderr.write(`[local] ${line}\n`);
}

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === undefined || command === "--help" || command === "-h") {
    console.log(USAGE);
    return command === undefined ? 2 : 0;
  }
  const local = await openLocalAws(report);
  try {
    const env = command === "aws" ? await withAwsCli(local) : local.env;
    return await runCommand(command, rest, env);
  } finally {
    await local.close();
  }
}

/** AWS's own command line where the machine has a working one, else one of the project's own. */
async function withAwsCli(local: LocalAws): Promise<NodeJS.ProcessEnv> {
  const found = await capture("aws", ["--version"], { env: local.env });
  if (found.code === 0) return local.env;
  const bin = await ensurePythonEnvironment(
    path.join(import.meta.dirname, "toolchain", "aws-cli.txt"),
    report,
  );
  return { ...local.env, PATH: `${bin}${path.delimiter}${local.env["PATH"] ?? ""}` };
}

async function runCommand(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(command, args, { env, stdio: "inherit" });
  return outlive(
    child,
    () =>
      new Promise<number>((resolve, reject) => {
        child.once("error", (error) => {
          reject(
            new UserError(`cannot run "${command}": ${error.message}`, "check the command's name and PATH", {
              cause: error,
            }),
          );
        });
        child.once("exit", (code, signal) => {
          resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
        });
      }),
  );
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(renderError(error));
  process.exitCode = 1;
}
