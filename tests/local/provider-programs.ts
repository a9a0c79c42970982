/** A Pulumi program with a group of resource types, through its whole life on the real engine. */
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "../../local/emulator/emulator.ts";
import { isSecret } from "../../local/provider/awsx/monitor.ts";
import { changedInputs, readInputs, type Context } from "../../local/provider/resource-type.ts";
import { resourceTypes } from "../../local/provider/types/index.ts";
import { isMap } from "../../local/provider/values.ts";
import { testAws, writeProgram, type TestAws } from "./local-aws.ts";

/** A program that a describe block deploys, changes and destroys. */
export interface DeployedProgram {
  readonly aws: TestAws;
  /** Brings it up; a preview and a refresh right after that must find nothing to do. */
  up(): Promise<void>;
  /** Replaces the program and brings it up. */
  change(source: string): Promise<void>;
  /** The stack's outputs. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** Properties, as RESOURCE.PROPERTY, that an import would not find as the program says. */
  unlikeImport(): Promise<readonly string[]>;
  /** Runs the engine, and fails with what it says. */
  run(...args: string[]): Promise<string>;
  /** Runs the engine where it must fail, and returns what it says. */
  runInVain(...args: string[]): Promise<string>;
}

/** What a program with two variants starts with: the account, and whether it is the second variant. */
export function prologue(changed: boolean): string {
  return `
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
const changed: boolean = ${changed};
const account = "${LOCAL_ACCOUNT}";
`;
}

/** Writes the program before the first test of a describe block, and destroys what is left of it after the last. */
export function deployedProgram(source: string): DeployedProgram {
  let aws: TestAws;
  let folder: string;

  before(async function () {
    this.timeout(60_000);
    aws = await testAws();
    folder = await writeProgram(aws, source);
  });

  after(async function () {
    this.timeout(60_000);
    await aws.pulumi(["destroy", "--yes", "--skip-preview"], folder);
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await aws.pulumi(args, folder);
    assert.equal(code, 0, `pulumi ${args.join(" ")}\n${stdout}${stderr}`);
    return stdout;
  };
  const up = async (): Promise<void> => {
    await run("up", "--yes");
    await run("preview", "--diff", "--expect-no-changes");
    await run("refresh", "--yes", "--diff", "--expect-no-changes");
  };
  return {
    get aws() {
      return aws;
    },
    up,
    change: async (changed) => {
      await writeFile(path.join(folder, "index.ts"), changed);
      await up();
    },
    outputs: async () => {
      const outputs: unknown = JSON.parse(await run("stack", "output", "--json", "--show-secrets"));
      assert(isMap(outputs));
      return outputs;
    },
    unlikeImport: async () => unlikeImport(aws, await run("stack", "export", "--show-secrets")),
    run,
    runInVain: async (...args) => {
      const { code, stdout, stderr } = await aws.pulumi(args, folder);
      assert.notEqual(code, 0, stdout);
      return stdout + stderr;
    },
  };
}

interface Exported {
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

async function unlikeImport(aws: TestAws, stack: string): Promise<string[]> {
  const { deployment } = JSON.parse(stack) as { readonly deployment: { readonly resources: Exported[] } };
  const context: Context = {
    clients: aws.clients,
    region: LOCAL_REGION,
    accountId: LOCAL_ACCOUNT,
    partition: "aws",
  };
  const unlike: string[] = [];
  for (const { type: token, urn, id = "", inputs = {} } of deployment.resources) {
    const type = resourceTypes.get(token);
    if (type === undefined) continue; // the stack itself, and the provider
    const state = await type.read(id, context, {});
    assert(state !== undefined, `${urn} is not found`);
    const imported = readInputs(type, state, {}, context.region, {});
    // What the program leaves to AWS is in an import as well.
    const names = changedInputs(type, { ...imported, ...mapSecrets(inputs) }, imported);
    unlike.push(...names.map((name) => `${urn.split("::").at(-1) ?? ""}.${name}`));
  }
  return unlike.toSorted();
}

/** The values themselves: a stack's export has a secret's as JSON beside its mark. */
function mapSecrets(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain = (value: unknown): unknown => {
    const text = isMap(value) && isSecret(value) ? value["plaintext"] : undefined;
    return typeof text === "string" ? JSON.parse(text) : value;
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, plain(value)]));
}
