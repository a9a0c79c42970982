/** `npm run demo`: the lake on the local AWS, from nothing to rows. */
import { readdir, rm, rmdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { openLocalAws, type LocalAws } from "../environment.ts";
import { messageOf, renderError, UserError } from "../errors.ts";
import { backendDir, emulatorDir, imageBundlesDir, localDir } from "../paths.ts";
import { interruptedDir, putInterruptedAside } from "./interrupted.ts";
import { dropFile, queryRows } from "./journey.ts";
import { Progress } from "./progress.ts";
import { deploy, destroy, readOutputs, tryPublicAcl } from "./stack.ts";

const USAGE = `usage: npm run demo [-- OPTION]

Deploys the lake to a local AWS, drops a CSV into it and queries the rows.

  --with-public-acl   the same lake with one bucket opened to the world: see the policy pack stop it
  --destroy           take everything away again
  --help              this text`;

interface Options {
  readonly "with-public-acl"?: boolean;
  readonly destroy?: boolean;
  readonly help?: boolean;
}

function parseOptions(args: readonly string[]): Options {
  const flag = { type: "boolean" } as const;
  try {
    return parseArgs({ args: [...args], options: { "with-public-acl": flag, destroy: flag, help: flag } })
      .values;
  } catch (error) {
    throw new UserError(messageOf(error), "run `npm run demo -- --help` for the options there are", {
      cause: error,
    });
  }
}

async function main(options: Options): Promise<void> {
  const progress = new Progress(process.stdout);
  const local = await progress.step("Local AWS up", async (report) => {
    await putInterruptedAside(report);
    const opened = await openLocalAws(report);
    return { value: opened, result: `${opened.emulator.endpoint}, Pulumi ${describePulumi(opened)}` };
  });
  let isGone = false;
  try {
    if (options.destroy === true) await destroy(local, progress);
    else if (options["with-public-acl"] === true) await tryPublicAcl(local, progress);
    else await run(local, progress);
  } finally {
    isGone = await local.close();
  }
  if (options.destroy === true) await removeData(isGone, progress);
}

/** Removes what the emulator and the engine wrote, and the folder where nothing else is in it. */
async function removeData(isGone: boolean, progress: Progress): Promise<void> {
  if (!isGone) {
    throw new UserError(
      "the lake is destroyed, but another run still uses the local AWS, so its folder stays",
      "end the other run, then run `npm run demo -- --destroy` again",
    );
  }
  for (const folder of [emulatorDir, backendDir, interruptedDir, imageBundlesDir])
    await rm(folder, { recursive: true, force: true });
  const others = await readdir(localDir);
  if (others.length === 0) await rmdir(localDir);
  progress.say(`Nothing of the lake is left in ${localDir}. The tools stay in the cache for the next time.`);
}

function describePulumi({ pulumi }: LocalAws): string {
  const host = pulumi.ownLanguageHost ? ", this project's language host" : "";
  return `${pulumi.version} (${pulumi.origin}${host})`;
}

async function run(local: LocalAws, progress: Progress): Promise<void> {
  await deploy(local, progress);
  const outputs = await readOutputs(local);
  await dropFile(local, outputs, progress);
  await queryRows(local, outputs, progress);
  progress.say(NEXT);
}

const NEXT = `
Next:
  npm run demo -- --with-public-acl                            see the policy pack stop a public bucket
  npm run local -- aws s3 ls                                   look around in the local AWS
  npm run local -- pulumi preview --policy-pack policy-pack    change a component, see what it would do
  npm run demo -- --destroy                                    take everything away again`;

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help === true) console.log(USAGE);
  else await main(options);
} catch (error) {
  console.error(`\n${renderError(error)}`);
  process.exitCode = 1;
}
