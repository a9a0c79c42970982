/** The README's commands, run as they stand, in a copy of the project. */
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { capture, type Finished } from "../../local/process.ts";
import { projectDir } from "./local-aws.ts";

/** The lines of the blocks that are marked as shell commands. */
async function commands(): Promise<string[]> {
  const readme = await readFile(path.join(projectDir, "README.md"), "utf8");
  return [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => block.trim().split("\n"));
}

async function copyProject(): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), "sluice-readme-"));
  const listed = await capture("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: projectDir,
  });
  for (const file of listed.stdout.trim().split("\n")) {
    // A file that is deleted but not yet committed is listed too.
    await cp(path.join(projectDir, file), path.join(copy, file)).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    });
  }
  await symlink(path.join(projectDir, "node_modules"), path.join(copy, "node_modules"));
  return copy;
}

describe("the README", function () {
  this.timeout(300_000);
  let copy: string;
  let lines: string[];

  before(async () => {
    copy = await copyProject();
    lines = await commands();
    await run("npm run --silent prepare");
  });

  after(async () => {
    await rm(copy, { recursive: true, force: true });
  });

  async function run(line: string): Promise<Finished> {
    const finished = await capture("bash", ["-c", line], {
      cwd: copy,
      env: { ...process.env, SLUICE_LOCAL_DIR: path.join(copy, ".sluice") },
    });
    assert.equal(finished.code, 0, `${line}\n${finished.stdout}${finished.stderr}`);
    return finished;
  }

  it("has the two lines that set everything up", () => {
    assert(lines.includes("npm ci && npm run demo"));
    assert(lines.includes("npm ci && npm test"));
  });

  it("has commands that work on a fresh machine, one after the other", async () => {
    // `npm ci` has run, or this test could not; `npm test` is what runs it.
    const local = lines
      .filter((line) => line.startsWith("npm ") && line !== "npm ci && npm test")
      .map((line) => line.replace(/^npm ci && /, ""));

    for (const line of local) await run(line);

    assert.deepEqual(local, [
      "npm run demo",
      "npm run demo -- --with-public-acl",
      "npm run local -- aws s3 ls",
      "npm run local -- pulumi preview --policy-pack policy-pack",
      "npm run local -- pulumi up --yes",
      "npm run demo -- --destroy",
    ]);
  });

  it("has commands that deploy to an account: here the local one", async () => {
    const account = lines.filter((line) => !line.startsWith("npm "));
    const pulumi = account.filter((line) => line.startsWith("pulumi "));
    const upload = account.find((line) => line.startsWith("aws s3 cp ")) ?? "";
    const script = ["set -eu", "unset PULUMI_STACK", ...pulumi]
      .join("\n")
      // The account and the user of the local AWS, and an answer where nobody can be asked.
      .replaceAll("123456789012", "000000000000")
      .replaceAll("user/you", "user/sluice-deployer")
      .replace("pulumi up ", "pulumi up --yes ");
    await writeFile(path.join(copy, "deploy.sh"), script);
    await writeFile(
      path.join(copy, "my.csv"),
      "date,precipitation,temp_max,temp_min,wind,weather\n2020-01-01,1,8,2,3,rain\n",
    );

    await run("npm run local -- bash deploy.sh");
    const uploaded = upload
      .replace("$(pulumi stack output rawBucket)", "sluice-dev-raw-000000000000")
      // The local AWS has no second factors, so nobody becomes an engineer of a dev stack there.
      .replace(" --profile engineer", "");
    await run(`npm run local -- ${uploaded}`);

    assert.match(upload, / --profile engineer$/);
    assert.equal(account.length, pulumi.length + 1, "a command of the README is run by no test");
    const config = await readFile(path.join(copy, "Pulumi.dev.yaml"), "utf8");
    assert.match(config, /sluice:accountId: "000000000000"/);
  });
});
