/**
 * The stand-in for the `aws` provider: the published protocol (pulumi/provider.proto) over the table of types in
 * types/index.ts. It behaves as the official provider does in what a program and a policy pack can see of it.
 */
import * as grpc from "@grpc/grpc-js";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import {
  emptyMessages,
  listen,
  pluginMessages,
  providerMessages,
  providerService,
  type ProviderMessages as Messages,
} from "../proto.ts";
import { createClients, type Connection } from "./clients.ts";
import { checkSettings, configure, type Settings } from "./configuration.ts";
import { InitializationError, statusOf } from "./status.ts";
import {
  changedInputs,
  checkInputs,
  previewOutputs,
  readInputs,
  typedInputs,
  type Context,
  type ResourceType,
} from "./resource-type.ts";
import { resourceTypes } from "./types/index.ts";
import { fromStruct, toStruct, type Properties } from "./values.ts";

/** The version of @pulumi/aws whose types are served. */
export const SERVED_VERSION = "7.48.0";

/** A provider that the engine can attach to with PULUMI_DEBUG_PROVIDERS. */
export interface RunningProvider {
  readonly port: number;
  /** Ends it at once. */
  stop(): void;
}

/** Serves the provider on a free loopback port, for one account and region. */
export async function serveProvider(connection: Connection, accountId: string): Promise<RunningProvider> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  const context: Context = {
    clients: createClients(connection),
    region: connection.region,
    accountId,
    partition: "aws",
  };
  server.addService(providerService, createService(context));
  const port = await listen(server);
  return {
    port,
    stop: () => {
      server.forceShutdown();
    },
  };
}

type Unary<Request, Response> = (request: Request, peer: string) => Promise<Response>;

/** Turns a function into a gRPC method; what it throws becomes the error that the engine shows. */
function unary<Request, Response>(method: Unary<Request, Response>): grpc.handleUnaryCall<Request, Response> {
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

function createService(context: Context): grpc.UntypedServiceImplementation {
  // Each provider of the program dials for itself, so its connection tells which settings are meant.
  const settings = new Map<string, Settings>();
  const settingsOf = (peer: string): Settings =>
    settings.get(peer) ?? { region: context.region, defaultTags: {} };
  return {
    ...lifecycleMethods(),
    ...configurationMethods(context, settings),
    ...resourceMethods(context, settingsOf),
    invoke: unary(async (request: Messages.InvokeRequest) => invoke(request, context)),
  };
}

function lifecycleMethods(): grpc.UntypedServiceImplementation {
  const empty = unary(() => Promise.resolve(new emptyMessages.Empty()));
  return {
    attach: empty,
    cancel: empty,
    getPluginInfo: unary(() => {
      const info = new pluginMessages.PluginInfo();
      info.setVersion(SERVED_VERSION);
      return Promise.resolve(info);
    }),
    getSchema: unary(() => {
      const schema = new providerMessages.GetSchemaResponse();
      schema.setSchema(JSON.stringify({ name: "aws", version: SERVED_VERSION }));
      return Promise.resolve(schema);
    }),
  };
}

function configurationMethods(
  context: Context,
  settings: Map<string, Settings>,
): grpc.UntypedServiceImplementation {
  return {
    checkConfig: unary((request: Messages.CheckRequest) => {
      const response = new providerMessages.CheckResponse();
      response.setInputs(request.getNews());
      const failures = checkSettings(fromStruct(request.getNews()));
      response.setFailuresList(failures.map(({ property, reason }) => failure(property, reason)));
      return Promise.resolve(response);
    }),
    diffConfig: unary(() => Promise.resolve(new providerMessages.DiffResponse())),
    configure: unary(async (request: Messages.ConfigureRequest, peer) => {
      settings.set(peer, await configure(fromStruct(request.getArgs()), context));
      const response = new providerMessages.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    }),
  };
}

function resourceMethods(
  context: Context,
  settingsOf: (peer: string) => Settings,
): grpc.UntypedServiceImplementation {
  return {
    check: unary((request: Messages.CheckRequest, peer) => {
      const type = typeOf(request.getUrn());
      const { region, defaultTags } = settingsOf(peer);
      const checked = checkInputs(type, fromStruct(request.getNews()), region, defaultTags);
      const response = new providerMessages.CheckResponse();
      response.setInputs(toStruct(checked.inputs));
      response.setFailuresList(checked.failures.map(({ property, reason }) => failure(property, reason)));
      return Promise.resolve(response);
    }),
    diff: unary((request: Messages.DiffRequest) => Promise.resolve(diff(request))),
    create: unary((request: Messages.CreateRequest) => create(request, context)),
    read: unary((request: Messages.ReadRequest, peer) => read(request, context, settingsOf(peer))),
    update: unary((request: Messages.UpdateRequest) => update(request, context)),
    delete: unary(async (request: Messages.DeleteRequest) => {
      const type = typeOf(request.getUrn());
      const inputs = typedInputs(type, inputsOf(request.getOldInputs(), request.getProperties(), type));
      await type.delete(request.getId(), inputs, context);
      return new emptyMessages.Empty();
    }),
  };
}

function diff(request: Messages.DiffRequest): Messages.DiffResponse {
  const type = typeOf(request.getUrn());
  const olds = inputsOf(request.getOldInputs(), request.getOlds(), type);
  const ignored = new Set(request.getIgnorechangesList());
  const changed = changedInputs(type, olds, fromStruct(request.getNews())).filter(
    (name) => !ignored.has(name),
  );
  const replaces = changed.filter((name) => type.replaceOn.includes(name));
  const response = new providerMessages.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = providerMessages.DiffResponse.DiffChanges;
  response.setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setDiffsList(changed);
  response.setReplacesList(replaces);
  // Names are given by the program: the new one cannot be made while the old one has them.
  response.setDeletebeforereplace(replaces.length > 0);
  return response;
}

async function create(request: Messages.CreateRequest, context: Context): Promise<Messages.CreateResponse> {
  const type = typeOf(request.getUrn());
  const inputs = fromStruct(request.getProperties());
  const response = new providerMessages.CreateResponse();
  if (request.getPreview()) {
    response.setProperties(toStruct(previewOutputs(type, inputs)));
    return response;
  }
  const typed = typedInputs(type, inputs);
  const id = await type.create(typed, context);
  response.setId(id);
  try {
    await type.configure?.(id, typed, context);
    response.setProperties(toStruct(await outputs(type, id, inputs, context)));
  } catch (error) {
    throw new InitializationError(id, inputs, { cause: error });
  }
  return response;
}

async function update(request: Messages.UpdateRequest, context: Context): Promise<Messages.UpdateResponse> {
  const type = typeOf(request.getUrn());
  const inputs = fromStruct(request.getNews());
  const olds = fromStruct(request.getOlds());
  const response = new providerMessages.UpdateResponse();
  if (request.getPreview()) {
    const kept = type.computed.map((name) => [name, name in inputs ? inputs[name] : olds[name]] as const);
    response.setProperties(toStruct({ ...inputs, ...Object.fromEntries(kept) }));
    return response;
  }
  if (type.configure === undefined)
    throw new Error(`the local AWS cannot update a resource of type ${type.token}`);
  const before = typedInputs(type, inputsOf(request.getOldInputs(), request.getOlds(), type));
  await type.configure(request.getId(), typedInputs(type, inputs), context, before);
  response.setProperties(toStruct(await outputs(type, request.getId(), inputs, context)));
  return response;
}

async function outputs(
  type: ResourceType,
  id: string,
  inputs: Properties,
  context: Context,
): Promise<Properties> {
  const state = await type.read(id, context);
  if (state === undefined) throw new Error(`${type.token} ${id} is gone right after it was written`);
  const computed = type.computed
    .filter((name) => name !== "tagsAll")
    .map((name) => [name, state[name]] as const);
  return { ...inputs, ...Object.fromEntries(computed) };
}

async function read(
  request: Messages.ReadRequest,
  context: Context,
  settings: Settings,
): Promise<Messages.ReadResponse> {
  const type = typeOf(request.getUrn());
  const response = new providerMessages.ReadResponse();
  const state = await type.read(request.getId(), context);
  if (state === undefined) return response; // no id: the engine forgets the resource
  const inputs = readInputs(
    type,
    state,
    fromStruct(request.getInputs()),
    settings.region,
    settings.defaultTags,
  );
  const computed = type.computed
    .filter((name) => name !== "tagsAll")
    .map((name) => [name, state[name]] as const);
  response.setId(request.getId());
  response.setInputs(toStruct(inputs));
  response.setProperties(toStruct({ ...inputs, ...Object.fromEntries(computed) }));
  return response;
}

async function invoke(request: Messages.InvokeRequest, context: Context): Promise<Messages.InvokeResponse> {
  const response = new providerMessages.InvokeResponse();
  const { accountId, region, partition } = context;
  switch (request.getTok()) {
    case "aws:index/getCallerIdentity:getCallerIdentity": {
      const { Arn, UserId } = await context.clients.sts.send(new GetCallerIdentityCommand({}));
      response.setReturn(toStruct({ accountId, arn: Arn, id: accountId, userId: UserId }));
      return response;
    }
    case "aws:index/getRegion:getRegion":
      response.setReturn(toStruct({ id: region, name: region, region }));
      return response;
    case "aws:index/getPartition:getPartition":
      response.setReturn(toStruct({ id: partition, partition, dnsSuffix: "amazonaws.com" }));
      return response;
    default:
      throw new Error(`the local AWS does not serve the function ${request.getTok()}`);
  }
}

/** Old inputs where the engine sends them, else the part of the old outputs that are inputs. */
function inputsOf(
  oldInputs: Parameters<typeof fromStruct>[0],
  olds: Parameters<typeof fromStruct>[0],
  type: ResourceType,
): Properties {
  const inputs = fromStruct(oldInputs);
  if (Object.keys(inputs).length > 0) return inputs;
  const computed = new Set(type.computed.filter((name) => name !== "tagsAll"));
  return Object.fromEntries(Object.entries(fromStruct(olds)).filter(([name]) => !computed.has(name)));
}

function typeOf(urn: string): ResourceType {
  // urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME
  const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const type = resourceTypes.get(token);
  if (type === undefined) throw new Error(`the local AWS does not serve the resource type ${token}`);
  return type;
}

function failure(property: string, reason: string): Messages.CheckFailure {
  const message = new providerMessages.CheckFailure();
  message.setProperty(property);
  message.setReason(reason);
  return message;
}
