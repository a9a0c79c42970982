/** What every provider server has: methods made of functions, the engine's first questions, a port of its own. */
import * as grpc from "@grpc/grpc-js";
import { emptyMessages, listen, pluginMessages, providerMessages } from "../proto.ts";
import { statusOf } from "./status.ts";

/** A provider that the engine can attach to with PULUMI_DEBUG_PROVIDERS. */
export interface RunningProvider {
  readonly port: number;
  /** Ends it at once. */
  stop(): void;
}

type Unary<Request, Response> = (request: Request, peer: string) => Promise<Response>;

/** Turns a function into a gRPC method; what it throws becomes the error that the engine shows. */
export function unary<Request, Response>(
  method: Unary<Request, Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    // Inside a promise, so that what is thrown at once is an answer too.
    Promise.resolve()
      .then(() => method(call.request, call.getPeer()))
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback(statusOf(error));
        },
      );
  };
}

/** What the engine asks of a provider before any resource: which package it serves, and in which version. */
export function lifecycleMethods(name: string, version: string): grpc.UntypedServiceImplementation {
  const empty = unary(() => Promise.resolve(new emptyMessages.Empty()));
  return {
    attach: empty,
    cancel: empty,
    getPluginInfo: unary(() => {
      const info = new pluginMessages.PluginInfo();
      info.setVersion(version);
      return Promise.resolve(info);
    }),
    getSchema: unary(() => {
      const schema = new providerMessages.GetSchemaResponse();
      schema.setSchema(JSON.stringify({ name, version }));
      return Promise.resolve(schema);
    }),
  };
}

/** Serves on a free loopback port. */
export async function serve(
  definition: grpc.ServiceDefinition,
  methods: grpc.UntypedServiceImplementation,
): Promise<RunningProvider> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(definition, methods);
  const port = await listen(server);
  return {
    port,
    stop: () => {
      server.forceShutdown();
    },
  };
}
