/**
 * Pulumi's published gRPC messages and services, typed. They are CommonJS modules that fill their exports at run
 * time, so they are required: an ES import would find no names in them.
 */
import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import type * as LanguageMessages from "@pulumi/pulumi/proto/language_pb.js";
import type * as PluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as ProviderMessages from "@pulumi/pulumi/proto/provider_pb.js";
import type * as ResourceMessages from "@pulumi/pulumi/proto/resource_pb.js";
import type * as StatusMessages from "@pulumi/pulumi/proto/status_pb.js";
import type * as AnyMessages from "google-protobuf/google/protobuf/any_pb.js";
import type * as EmptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import type * as StructMessages from "google-protobuf/google/protobuf/struct_pb.js";

const require = createRequire(import.meta.url);

export type { LanguageMessages, PluginMessages, ProviderMessages, ResourceMessages, StructMessages };

/** Messages of pulumi/language.proto. */
export const languageMessages = require("@pulumi/pulumi/proto/language_pb.js") as typeof LanguageMessages;
/** Messages of pulumi/plugin.proto. */
export const pluginMessages = require("@pulumi/pulumi/proto/plugin_pb.js") as typeof PluginMessages;
/** Messages of pulumi/provider.proto. */
export const providerMessages = require("@pulumi/pulumi/proto/provider_pb.js") as typeof ProviderMessages;
/** Messages of pulumi/resource.proto. */
export const resourceMessages = require("@pulumi/pulumi/proto/resource_pb.js") as typeof ResourceMessages;
/** Messages of google/rpc/status.proto. */
export const statusMessages = require("@pulumi/pulumi/proto/status_pb.js") as typeof StatusMessages;
/** google.protobuf.Any. */
export const anyMessages = require("google-protobuf/google/protobuf/any_pb.js") as typeof AnyMessages;
/** google.protobuf.Empty. */
export const emptyMessages = require("google-protobuf/google/protobuf/empty_pb.js") as typeof EmptyMessages;
/** google.protobuf.Struct and Value. */
export const structMessages =
  require("google-protobuf/google/protobuf/struct_pb.js") as typeof StructMessages;

/** The service that the engine calls to run programs and packs. */
export const languageService = (
  require("@pulumi/pulumi/proto/language_grpc_pb.js") as { LanguageRuntimeService: grpc.ServiceDefinition }
).LanguageRuntimeService;

/** The service that the engine calls to manage resources. */
export const providerService = (
  require("@pulumi/pulumi/proto/provider_grpc_pb.js") as { ResourceProviderService: grpc.ServiceDefinition }
).ResourceProviderService;

/** The engine's own service, with which a component declares its children. */
export const resourceMonitorService = (
  require("@pulumi/pulumi/proto/resource_grpc_pb.js") as { ResourceMonitorService: grpc.ServiceDefinition }
).ResourceMonitorService;

/** Binds a server to a free loopback port and returns the port. */
export async function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}
