/** The demo's part with the engine: deploy, try the public bucket, destroy. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import path from "node:path";
import * as v from "valibot";
import type { LocalAws } from "../environment.ts";
import { UserError } from "../errors.ts";
import { projectDir } from "../paths.ts";
import { capture, outlive, tail } from "../process.ts";
import { whileDeploying } from "./interrupted.ts";
import type { Progress } from "./progress.ts";

const POLICY_PACK = path.join(projectDir, "policy-pack");

const outputsSchema = v.object({
  rawBucket: v.string(),
  curatedBucket: v.string(),
  quarantineBucket: v.string(),
  database: v.string(),
  workgroup: v.string(),
  ingestFunction: v.string(),
  engineerRole: v.string(),
  analystRole: v.string(),
  failedEvents: v.string(),
  undeliveredEvents: v.string(),
});

/** The stack's outputs that the demo uses. */
export type Outputs = v.InferOutput<typeof outputsSchema>;

/** Deploys the lake, or brings it up to date, with the policy pack on. */
export async function deploy(local: LocalAws, progress: Progress): Promise<void> {
  await progress.step("Lake deployed, policy pack passed", async (report) => {
    if (local.emulator.lostState) await forgetWhatIsGone(local, report);
    const code = await whileDeploying(() =>
      pulumi(local, ["up", ...QUIET, "--policy-pack", POLICY_PACK], projectDir, report),
    );
    if (code !== 0)
      throw new UserError(
        "`pulumi up` failed: see its messages above",
        "correct what it names and run the demo again",
      );
    return { value: undefined, result: "pulumi up" };
  });
}

const QUIET = ["--yes", "--non-interactive", "--suppress-progress", "--suppress-outputs", "--color", "never"];

/** After a kill the local AWS has less than the stack's state says. */
async function forgetWhatIsGone(local: LocalAws, report: (line: string) => void): Promise<void> {
  report("the last run was killed; looking at what is left of the lake (pulumi refresh)");
  const code = await pulumi(local, ["refresh", ...QUIET, "--clear-pending-creates"], projectDir, report);
  if (code !== 0)
    throw new UserError(
      "`pulumi refresh` failed: see its messages above",
      "run `npm run demo -- --destroy` and start anew",
    );
}

/** Reads the stack's outputs. */
export async function readOutputs(local: LocalAws): Promise<Outputs> {
  const { code, stdout, stderr } = await capture(local.pulumi.path, ["stack", "output", "--json"], {
    env: local.env,
    cwd: projectDir,
  });
  if (code !== 0)
    throw new UserError(`the stack has no outputs:\n${tail(stderr)}`, "run `npm run demo` first");
  return v.parse(outputsSchema, JSON.parse(stdout));
}

/** What the policy pack says of the example: rule, level and resource. */
const EXPECTED_VIOLATION = /\[mandatory\].*s3-acl-public.*curated-acl/;

/** Tries to deploy the lake with a bucket opened to the world, and shows that the policy pack stops it. */
export async function tryPublicAcl(local: LocalAws, progress: Progress): Promise<void> {
  const folder = path.join(projectDir, "examples", "public-acl");
  progress.say(
    `\nexamples/public-acl opens the curated bucket to everybody: ACLs on, block off, "public-read".`,
  );
  await progress.step("Public ACL stopped before it took effect", async (report) => {
    const before = await exportStack(local);
    const lines: string[] = [];
    const code = await pulumi(local, ["up", ...QUIET, "--policy-pack", POLICY_PACK], folder, (line) => {
      lines.push(line);
      report(line);
    });
    const isUnchanged = (await exportStack(local)) === before;
    if (code === 0 || !isUnchanged) {
      throw new Error("the policy pack let a public bucket pass: please report this as a bug");
    }
    if (!lines.some((line) => EXPECTED_VIOLATION.test(line))) {
      throw new UserError(
        "the deployment failed, but not for the policy pack's violation: see the messages above",
        "correct what they name and run the command again",
      );
    }
    return { value: undefined, result: `pulumi ended with code ${code}; nothing was deployed` };
  });
}

async function exportStack(local: LocalAws): Promise<string> {
  const { code, stdout, stderr } = await capture(local.pulumi.path, ["stack", "export"], {
    env: local.env,
    cwd: projectDir,
  });
  if (code !== 0)
    throw new UserError(
      `the stack cannot be read:\n${tail(stderr)}`,
      "run `npm run demo -- --destroy` and start anew",
    );
  return stdout;
}

/** Destroys the lake and its data. */
export async function destroy(local: LocalAws, progress: Progress): Promise<void> {
  await progress.step("Lake destroyed, with its data", async (report) => {
    if (local.emulator.lostState) await forgetWhatIsGone(local, report);
    const code = await whileDeploying(() => pulumi(local, ["destroy", ...QUIET], projectDir, report));
    if (code !== 0)
      throw new UserError(
        "`pulumi destroy` failed: see its messages above",
        "correct what it names and run it again",
      );
    return { value: undefined, result: "pulumi destroy" };
  });
}

/** Runs the engine and reports its output line by line. */
async function pulumi(
  local: LocalAws,
  args: readonly string[],
  cwd: string,
  report: (line: string) => void,
): Promise<number> {
  const child = spawn(local.pulumi.path, args, { cwd, env: local.env, stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      resolve(code ?? 1);
    });
  });
  const read = async (stream: NodeJS.ReadableStream): Promise<void> => {
    for await (const line of createInterface({ input: stream })) if (!isNoise(line)) report(line.trimEnd());
  };
  // This process serves the provider that the engine's unfinished operations wait for.
  return outlive(child, async () => {
    await Promise.all([read(child.stdout), read(child.stderr)]);
    return exited;
  });
}

/** A line a resource would bury what matters: the counts, the policy pack's verdict, and every error. */
function isNoise(line: string): boolean {
  // A finding names its resource as aws:s3/bucketAcl:BucketAcl "name", an operation as aws:s3:BucketAcl name.
  const isOperation = /^ *[+~-]* *(pulumi|awsx?|sluice):[\w:]+ \w/.test(line);
  return (
    line.trim() === "" ||
    line.startsWith("Loading policy packs") ||
    (isOperation && !/error:|warning:|\*\*/.test(line))
  );
}
