/** What the engine asks of the stand-in provider, answered from the table of types in types/index.ts. */
import { emptyMessages, providerMessages, type ProviderMessages as Messages } from "../proto.ts";
import { createClients, type Connection } from "./clients.ts";
import { checkSettings, configure, type Settings } from "./configuration.ts";
import { callFunction } from "./functions.ts";
import { InitializationError } from "./status.ts";
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

/** What the engine asks, by the protocol's names. */
export interface Methods {
  /** Whether a provider's settings are such as are served. */
  checkConfig(request: Messages.CheckRequest, peer: string): Promise<Messages.CheckResponse>;
  /** Nothing of the settings makes a provider anew. */
  diffConfig(request: Messages.DiffRequest, peer: string): Promise<Messages.DiffResponse>;
  /** Takes the settings over, for the connection that they come by. */
  configure(request: Messages.ConfigureRequest, peer: string): Promise<Messages.ConfigureResponse>;
  /** The inputs as the provider takes them, and their faults. */
  check(request: Messages.CheckRequest, peer: string): Promise<Messages.CheckResponse>;
  /** Which inputs differ, and whether that makes a new resource. */
  diff(request: Messages.DiffRequest, peer: string): Promise<Messages.DiffResponse>;
  /** Makes a resource, or says what it would be. */
  create(request: Messages.CreateRequest, peer: string): Promise<Messages.CreateResponse>;
  /** A resource as AWS has it. */
  read(request: Messages.ReadRequest, peer: string): Promise<Messages.ReadResponse>;
  /** Brings a resource to its inputs, or says what it would be. */
  update(request: Messages.UpdateRequest, peer: string): Promise<Messages.UpdateResponse>;
  /** Takes a resource away. */
  delete(request: Messages.DeleteRequest, peer: string): Promise<InstanceType<typeof emptyMessages.Empty>>;
  /** Calls a function of the provider. */
  invoke(request: Messages.InvokeRequest, peer: string): Promise<Messages.InvokeResponse>;
}

/**
 * Makes the methods for one account and region.
 * @param notice told of what is not as on AWS, each time once
 */
export function createMethods(
  connection: Connection,
  accountId: string,
  notice: (line: string) => void,
): Methods {
  const context: Context = {
    clients: createClients(connection),
    region: connection.region,
    accountId,
    partition: "aws",
    notice: once(notice),
  };
  // Each provider of the program dials for itself, so its connection tells which settings are meant.
  const settings = new Map<string, Settings>();
  const settingsOf = (peer: string): Settings =>
    settings.get(peer) ?? { region: context.region, defaultTags: {} };
  return {
    ...configurationMethods(context, settings),
    ...resourceMethods(context, settingsOf),
    invoke: (request: Messages.InvokeRequest) => invoke(request, context),
  };
}

/** Passes each line on the first time only. */
function once(notice: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line)) return;
    said.add(line);
    notice(line);
  };
}

function configurationMethods(context: Context, settings: Map<string, Settings>) {
  return {
    checkConfig: (request: Messages.CheckRequest) => {
      const response = new providerMessages.CheckResponse();
      response.setInputs(request.getNews());
      const failures = checkSettings(fromStruct(request.getNews()));
      response.setFailuresList(failures.map(({ property, reason }) => failure(property, reason)));
      return Promise.resolve(response);
    },
    diffConfig: () => Promise.resolve(new providerMessages.DiffResponse()),
    configure: async (request: Messages.ConfigureRequest, peer: string) => {
      settings.set(peer, await configure(fromStruct(request.getArgs()), context));
      const response = new providerMessages.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    },
  };
}

function resourceMethods(context: Context, settingsOf: (peer: string) => Settings) {
  return {
    check: (request: Messages.CheckRequest, peer: string) => {
      const type = typeOf(request.getUrn());
      const { region, defaultTags } = settingsOf(peer);
      const checked = checkInputs(type, fromStruct(request.getNews()), region, defaultTags);
      const response = new providerMessages.CheckResponse();
      response.setInputs(toStruct(checked.inputs));
      response.setFailuresList(checked.failures.map(({ property, reason }) => failure(property, reason)));
      return Promise.resolve(response);
    },
    diff: (request: Messages.DiffRequest) => Promise.resolve(diff(request)),
    create: (request: Messages.CreateRequest) => create(request, context),
    read: (request: Messages.ReadRequest, peer: string) => read(request, context, settingsOf(peer)),
    update: (request: Messages.UpdateRequest) => update(request, context),
    delete: async (request: Messages.DeleteRequest) => {
      const type = typeOf(request.getUrn());
      const inputs = typedInputs(type, inputsOf(request.getOldInputs(), request.getProperties(), type));
      await type.delete(request.getId(), inputs, context);
      return new emptyMessages.Empty();
    },
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
  const state = await type.read(id, context, inputs);
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
  const state = await type.read(request.getId(), context, fromStruct(request.getInputs()));
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
  const found = await callFunction(request.getTok(), fromStruct(request.getArgs()), context);
  response.setReturn(toStruct(found));
  return response;
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
