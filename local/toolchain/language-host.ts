#!/usr/bin/env node
/**
 * A Pulumi language host for Node.js over the published protocol (pulumi/language.proto). The engine starts it as
 * `pulumi-language-nodejs`; it runs programs and policy packs in Node.js child processes. It stands in only where
 * the official host, which comes with the official CLI archive, is missing.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import {
  emptyMessages,
  languageMessages,
  languageService,
  listen,
  pluginMessages,
  type LanguageMessages,
} from "../proto.ts";

/** The child's exit code that says "the error has been shown already". */
const ALREADY_REPORTED = 32;

type Info = LanguageMessages.ProgramInfo;

const children = new Set<ChildProcess>();
let engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";

function resolveFrom(module: string, directory: string): string {
  return createRequire(`${directory}/`).resolve(module);
}

function options(info: Info): Record<string, unknown> {
  return info.getOptions()?.toJavaScript() ?? {};
}

/** Type-checks and compiles through ts-node unless the project says `typescript: false`, as the official host does. */
function typescriptEnvironment(info: Info): Record<string, string | undefined> {
  return { PULUMI_NODEJS_TYPESCRIPT: options(info)["typescript"] === false ? undefined : "true" };
}

function nodeArguments(info: Info): string[] {
  const given = options(info)["nodeargs"];
  return typeof given === "string" ? given.split(/\s+/).filter((part) => part !== "") : [];
}

function track(child: ChildProcess): ChildProcess {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

function programArguments(request: LanguageMessages.RunRequest, info: Info): string[] {
  const flags: [string, string | number][] = [
    ["monitor", request.getMonitorAddress()],
    ["engine", engineAddress],
    ["organization", request.getOrganization()],
    ["project", request.getProject()],
    ["root-directory", info.getRootDirectory()],
    ["stack", request.getStack()],
    ["pwd", info.getProgramDirectory()],
    ["parallel", request.getParallel()],
  ];
  return [
    resolveFrom("@pulumi/pulumi/cmd/run", info.getProgramDirectory()),
    ...flags.filter(([, value]) => Boolean(value)).flatMap(([flag, value]) => [`--${flag}`, String(value)]),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
}

const run: grpc.handleUnaryCall<LanguageMessages.RunRequest, LanguageMessages.RunResponse> = (
  call,
  callback,
) => {
  const request = call.request;
  const info = request.getInfo();
  if (info === undefined) {
    callback({ code: grpc.status.INVALID_ARGUMENT, details: "Run: the engine sent no program info" });
    return;
  }
  const child = track(
    spawn(process.execPath, [...nodeArguments(info), ...programArguments(request, info)], {
      cwd: info.getProgramDirectory(),
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        ...typescriptEnvironment(info),
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
    }),
  );
  child.once("error", (error) => {
    callback({ code: grpc.status.INTERNAL, details: `cannot start Node.js: ${error.message}` });
  });
  child.once("exit", (code, signal) => {
    const response = new languageMessages.RunResponse();
    if (code === ALREADY_REPORTED) response.setBail(true);
    else if (code !== 0)
      response.setError(`the program exited with ${code === null ? String(signal) : `code ${code}`}`);
    callback(null, response);
  });
};

const runPlugin: grpc.handleServerStreamingCall<
  LanguageMessages.RunPluginRequest,
  LanguageMessages.RunPluginResponse
> = (call) => {
  const request = call.request;
  const info = request.getInfo();
  if (info === undefined) {
    call.destroy(new Error("RunPlugin: the engine sent no program info"));
    return;
  }
  const directory = info.getProgramDirectory();
  const isAnalyzer = request.getKind() === "analyzer";
  const runner = resolveFrom(
    `@pulumi/pulumi/cmd/${isAnalyzer ? "run-policy-pack" : "run-plugin"}`,
    directory,
  );
  const plugin = request.getArgsList();
  const child = track(
    spawn(process.execPath, [runner, ...(isAnalyzer ? [...plugin, directory] : [directory, ...plugin])], {
      cwd: isAnalyzer ? directory : request.getPwd(),
      stdio: ["ignore", "pipe", "pipe"],
      // The engine sends the whole environment, with the pack's stack, project, config and dry-run flag in it.
      env: { ...parseEnvironment(request.getEnvList()), ...typescriptEnvironment(info) },
    }),
  );
  const write = (change: (response: LanguageMessages.RunPluginResponse) => void): void => {
    const response = new languageMessages.RunPluginResponse();
    change(response);
    call.write(response);
  };
  child.stdout?.on("data", (data: Buffer) => {
    write((response) => response.setStdout(data));
  });
  child.stderr?.on("data", (data: Buffer) => {
    write((response) => response.setStderr(data));
  });
  child.once("error", (error) => {
    call.destroy(error);
  });
  child.once("close", (code) => {
    write((response) => response.setExitcode(code ?? 1));
    call.end();
  });
  call.on("cancelled", () => child.kill());
};

function parseEnvironment(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}

const host: grpc.UntypedServiceImplementation = {
  handshake: (
    call: grpc.ServerUnaryCall<LanguageMessages.LanguageHandshakeRequest, unknown>,
    callback: grpc.sendUnaryData<unknown>,
  ) => {
    engineAddress = call.request.getEngineAddress() || engineAddress;
    callback(null, new languageMessages.LanguageHandshakeResponse());
  },
  getRequiredPackages: (_call: unknown, callback: grpc.sendUnaryData<unknown>) => {
    callback(null, new languageMessages.GetRequiredPackagesResponse());
  },
  getRequiredPlugins: (_call: unknown, callback: grpc.sendUnaryData<unknown>) => {
    callback(null, new languageMessages.GetRequiredPluginsResponse());
  },
  getPluginInfo: (_call: unknown, callback: grpc.sendUnaryData<unknown>) => {
    const info = new pluginMessages.PluginInfo();
    info.setVersion("0.1.0");
    callback(null, info);
  },
  about: (_call: unknown, callback: grpc.sendUnaryData<unknown>) => {
    const about = new languageMessages.AboutResponse();
    about.setExecutable(process.execPath);
    about.setVersion(process.version);
    callback(null, about);
  },
  getProgramDependencies: (_call: unknown, callback: grpc.sendUnaryData<unknown>) => {
    callback(null, new languageMessages.GetProgramDependenciesResponse());
  },
  // Dependencies are npm's business: `npm ci` has run before this file can.
  installDependencies: (call: grpc.ServerWritableStream<unknown, unknown>) => {
    call.end();
  },
  cancel: (_call: unknown, callback: grpc.sendUnaryData<unknown>) => {
    for (const child of children) child.kill("SIGINT");
    callback(null, new emptyMessages.Empty());
  },
  run,
  runPlugin,
};

const WATCH_EVERY_MS = 1000;

/** An engine that was killed says nothing more: without it its host ends, and so do the programs that it runs. */
function endWithEngine(): void {
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid === engine) return;
    for (const child of children) child.kill("SIGKILL");
    process.exit(1);
  }, WATCH_EVERY_MS).unref();
}

endWithEngine();
const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
server.addService(languageService, host);
// The engine reads the port from the first line.
console.log(await listen(server));
