/**
 * The stand-in for the `aws` provider: the published protocol (pulumi/provider.proto) over the table of types in
 * types/index.ts. It behaves as the official provider does in what a program and a policy pack can see of it.
 */
import { providerService } from "../proto.ts";
import type { Connection } from "./clients.ts";
import type { Methods } from "./methods.ts";
import { lifecycleMethods, serve, unary, type RunningProvider } from "./service.ts";

/** The version of @pulumi/aws whose types are served. */
export const SERVED_VERSION = "7.48.0";

/** The methods by name: all there are, before any of them is loaded. */
const METHODS = [
  "checkConfig",
  "diffConfig",
  "configure",
  "check",
  "diff",
  "create",
  "read",
  "update",
  "delete",
  "invoke",
] as const satisfies (keyof Methods)[];

/**
 * Serves the provider on a free loopback port, for one account and region.
 * @param notice told of what is not as on AWS, each time once
 */
export async function serveProvider(
  connection: Connection,
  accountId: string,
  notice: (line: string) => void = () => undefined,
): Promise<RunningProvider> {
  let loaded: Promise<Methods> | undefined;
  // The SDK of all the services takes its time to load: not every command has the engine ask for anything.
  const load = (): Promise<Methods> =>
    (loaded ??= import("./methods.ts").then(({ createMethods }) =>
      createMethods(connection, accountId, notice),
    ));
  return serve(providerService, {
    ...lifecycleMethods("aws", SERVED_VERSION),
    ...Object.fromEntries(METHODS.map((name) => [name, lazily(name, load)])),
  });
}

function lazily<K extends keyof Methods>(name: K, load: () => Promise<Methods>) {
  return unary(async (request: Parameters<Methods[K]>[0], peer) => {
    const methods = await load();
    const method = methods[name].bind(methods) as (
      request: Parameters<Methods[K]>[0],
      peer: string,
    ) => Promise<unknown>;
    return method(request, peer);
  });
}
