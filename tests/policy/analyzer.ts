/** Drives the pack as the engine does: the same loader, the same gRPC server, the same messages. */
import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/analyzer_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PACK = `${ROOT}policy-pack`;
const LOADER = `${ROOT}node_modules/@pulumi/pulumi/cmd/run-policy-pack`;

/** What the engine sends in place of values that a preview cannot know. */
export const unknown = {
  boolean: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  string: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  array: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  object: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
} as const;

/** JSON, as properties are sent. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A resource as a test writes it; its URN is made of its type and name. */
export interface TestResource {
  readonly type: string;
  readonly name?: string;
  readonly props: Readonly<Record<string, Json>>;
  /** The inputs of its provider. */
  readonly provider?: Readonly<Record<string, Json>>;
  /** For each property, the names of the resources it comes from. */
  readonly from?: Readonly<Record<string, readonly string[]>>;
}

/** A violation as the engine receives it. */
export interface Diagnostic {
  readonly rule: string;
  readonly message: string;
  readonly urn: string;
  readonly level: "advisory" | "mandatory" | "disabled" | "remediate";
  readonly severity: number;
}

/** What the engine is told about one rule. */
export interface RuleConfig {
  readonly level?: Diagnostic["level"];
  readonly config?: Readonly<Record<string, Json>>;
}

const LEVELS = {
  advisory: pb.EnforcementLevel.ADVISORY,
  mandatory: pb.EnforcementLevel.MANDATORY,
  disabled: pb.EnforcementLevel.DISABLED,
  remediate: pb.EnforcementLevel.REMEDIATE,
} as const;

/** A running pack. */
export class Analyzer {
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly #client: AnalyzerClient;

  private constructor(child: ChildProcessByStdio<null, Readable, null>, port: number) {
    this.#child = child;
    this.#client = new AnalyzerClient(`127.0.0.1:${String(port)}`, grpc.credentials.createInsecure());
  }

  /** Builds the pack, so that what is on disk is what is tested, and starts it. */
  static async start(): Promise<Analyzer> {
    const { build } = (await import(`${PACK}/build.mjs`)) as { build: () => Promise<void> };
    await build();
    const child = spawn(process.execPath, [LOADER, "127.0.0.1:1", PACK], {
      cwd: PACK,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout });
    const [first] = (await Promise.race([once(lines, "line"), once(child, "exit")])) as unknown[];
    if (typeof first !== "string") throw new Error("the pack ended before it gave its port");
    return new Analyzer(child, Number(first));
  }

  async stop(): Promise<void> {
    this.#client.close();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill();
    await ended;
  }

  info(): Promise<pb.AnalyzerInfo> {
    return call((done) => this.#client.getAnalyzerInfo(new emptyPb.Empty(), done));
  }

  /** Replaces all configuration, as the engine does once before it analyses. */
  async configure(rules: Readonly<Record<string, RuleConfig>>): Promise<void> {
    const request = new pb.ConfigureAnalyzerRequest();
    for (const [name, { level = "mandatory", config = {} }] of Object.entries(rules)) {
      const policy = new pb.PolicyConfig();
      policy.setEnforcementlevel(LEVELS[level]);
      policy.setProperties(toStruct(config));
      request.getPolicyconfigMap().set(name, policy);
    }
    await call((done) => this.#client.configure(request, done));
  }

  async analyze(resource: TestResource): Promise<Diagnostic[]> {
    const request = new pb.AnalyzeRequest();
    request.setType(resource.type);
    request.setName(resource.name ?? "it");
    request.setUrn(urnOf(resource));
    request.setProperties(toStruct(resource.props));
    request.setOptions(new pb.AnalyzerResourceOptions());
    if (resource.provider !== undefined) {
      const provider = new pb.AnalyzerProviderResource();
      provider.setType("pulumi:providers:aws");
      provider.setName("default");
      provider.setProperties(toStruct(resource.provider));
      request.setProvider(provider);
    }
    return diagnostics(await call((done) => this.#client.analyze(request, done)));
  }

  async analyzeStack(resources: readonly TestResource[]): Promise<Diagnostic[]> {
    const request = new pb.AnalyzeStackRequest();
    request.setResourcesList(resources.map((resource) => stackResource(resource, resources)));
    return diagnostics(await call((done) => this.#client.analyzeStack(request, done)));
  }
}

/** The URN a test resource is sent with. */
export function urnOf({ type, name }: TestResource): string {
  return `urn:pulumi:dev::test::${type}::${name ?? "it"}`;
}

function stackResource(resource: TestResource, all: readonly TestResource[]): pb.AnalyzerResource {
  const message = new pb.AnalyzerResource();
  message.setType(resource.type);
  message.setName(resource.name ?? "it");
  message.setUrn(urnOf(resource));
  message.setProperties(toStruct(resource.props));
  message.setOptions(new pb.AnalyzerResourceOptions());
  for (const [property, names] of Object.entries(resource.from ?? {})) {
    const urns = all.filter(({ name }) => names.includes(name ?? "it")).map(urnOf);
    const dependencies = new pb.AnalyzerPropertyDependencies();
    dependencies.setUrnsList(urns);
    message.getPropertydependenciesMap().set(property, dependencies);
  }
  return message;
}

function toStruct(value: Readonly<Record<string, Json>>): structPb.Struct {
  return structPb.Struct.fromJavaScript(value);
}

function diagnostics(response: pb.AnalyzeResponse): Diagnostic[] {
  return response.getDiagnosticsList().map((diagnostic) => ({
    rule: diagnostic.getPolicyname(),
    message: diagnostic.getMessage(),
    urn: diagnostic.getUrn(),
    level: levelOf(diagnostic.getEnforcementlevel()),
    severity: diagnostic.getSeverity(),
  }));
}

function levelOf(sent: pb.EnforcementLevel): Diagnostic["level"] {
  const names = Object.keys(LEVELS) as Diagnostic["level"][];
  const name = names.find((level) => LEVELS[level] === sent);
  if (name === undefined) throw new Error(`the pack sent a level that does not exist: ${String(sent)}`);
  return name;
}

function call<Response>(
  send: (done: (error: grpc.ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}
