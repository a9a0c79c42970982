/**
 * Everything a command needs to work with the local AWS: the tools, the running emulator, the stand-in provider, and
 * an environment that points at them and at nothing of the user's own.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ensureStack, LOCAL_STACK } from "./backend.ts";
import { acquireEmulator, LOCAL_ACCOUNT, LOCAL_REGION, type Emulator } from "./emulator/emulator.ts";
import { ensureDeployer, type Credentials } from "./emulator/deployer.ts";
import { backendDir, emulatorDir, localDir, projectDir } from "./paths.ts";
import { serveAwsx } from "./provider/awsx/server.ts";
import { serveProvider } from "./provider/server.ts";
import type { RunningProvider } from "./provider/service.ts";
import { ensurePulumi, languageHostEnvironment, pulumiHome, type PulumiCli } from "./toolchain/pulumi-cli.ts";

/** A local AWS that is up, and how to work with it. */
export interface LocalAws {
  readonly emulator: Emulator;
  readonly pulumi: PulumiCli;
  readonly credentials: Credentials;
  /** The PEM text of the certificate that the endpoint shows. */
  readonly certificate: string;
  /** The environment for any command: PATH, PULUMI_*, AWS_*. */
  readonly env: NodeJS.ProcessEnv;
  /** Stops what this run started. Says whether the emulator is gone with it, and not in use by another run. */
  close(): Promise<boolean>;
}

/**
 * Brings the local AWS up.
 * @param report told what is being done when it takes longer than a moment
 */
export async function openLocalAws(report: (line: string) => void): Promise<LocalAws> {
  const pulumi = await ensurePulumi(report);
  const emulator = await acquireEmulator(report);
  const providers: RunningProvider[] = [];
  const close = async (): Promise<boolean> => {
    for (const provider of providers) provider.stop();
    return emulator.release();
  };
  try {
    const certificate = await readFile(emulator.certificate, "utf8");
    const connection = { endpoint: emulator.endpoint, region: LOCAL_REGION, certificate };
    const credentials = await ensureDeployer(connection, path.join(emulatorDir, "deployer.json"));
    const aws = await serveProvider({ ...connection, credentials }, LOCAL_ACCOUNT, report);
    providers.push(aws);
    const awsx = await serveAwsx();
    providers.push(awsx);
    const attached = `aws:${aws.port},awsx:${awsx.port}`;
    const env = environment(pulumi, emulator, credentials, attached);
    await ensureStack(pulumi.path, env);
    if (emulator.lostState) {
      report("the last run was killed: the next `pulumi up` needs --refresh to find what is gone");
    }
    return { emulator, pulumi, credentials, certificate, env, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function environment(
  pulumi: PulumiCli,
  emulator: Emulator,
  credentials: Credentials,
  attachedProviders: string,
): NodeJS.ProcessEnv {
  // Whatever AWS or Pulumi settings the user has are for real accounts.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|PULUMI)_/.test(name));
  const nodeDir = path.dirname(process.execPath);
  return {
    ...Object.fromEntries(inherited),
    PATH: [
      nodeDir,
      path.dirname(pulumi.path),
      path.join(projectDir, "node_modules", ".bin"),
      process.env["PATH"] ?? "",
    ].join(path.delimiter),
    PULUMI_HOME: pulumiHome,
    ...languageHostEnvironment,
    PULUMI_BACKEND_URL: `file://${backendDir}`,
    PULUMI_CONFIG_PASSPHRASE: "local",
    PULUMI_STACK: LOCAL_STACK,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DEBUG_PROVIDERS: attachedProviders,
    // Else the engine fetches the official provider, which it would not use.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_REGION: LOCAL_REGION,
    AWS_DEFAULT_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_CONFIG_FILE: path.join(localDir, "aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: path.join(localDir, "aws-credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CA_BUNDLE: emulator.certificate,
    NODE_EXTRA_CA_CERTS: emulator.certificate,
  };
}
