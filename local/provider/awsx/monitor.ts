/** How a component declares itself and its children: with the engine's own service (pulumi/resource.proto). */
import * as grpc from "@grpc/grpc-js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import * as v from "valibot";
import {
  resourceMessages,
  resourceMonitorService,
  type ProviderMessages,
  type ResourceMessages,
} from "../../proto.ts";
import { SERVED_VERSION } from "../server.ts";
import { fromStruct, isMap, SIGNATURE, toStruct, UNKNOWN, type Properties } from "../values.ts";

/** A component that was declared. */
export interface Component {
  readonly urn: string;
  readonly outputs: Properties;
  /** What the outputs come from. */
  readonly dependencies: readonly string[];
}

/** A resource that was declared. */
export interface Declared {
  readonly urn: string;
  /** Empty in the preview of a create. */
  readonly id: string;
  readonly outputs: Properties;
}

/** The mark of a reference to a resource. */
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
/** The mark of a secret. */
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

type Call<Request, Response> = (
  request: Request,
  done: (error: grpc.ServiceError | null, response: Response) => void,
) => void;

/** The calls that components need, of the many that the engine's service has. */
interface Client extends grpc.Client {
  readonly registerResource: Call<
    ResourceMessages.RegisterResourceRequest,
    ResourceMessages.RegisterResourceResponse
  >;
  readonly registerResourceOutputs: Call<ResourceMessages.RegisterResourceOutputsRequest, Empty>;
}

/** One Construct: what the engine asks for, and the means to declare it. */
export class Monitor {
  readonly name: string;
  readonly isPreview: boolean;
  /** What the component's arguments come from. */
  readonly argumentDependencies: readonly string[];
  /** The arguments as they came: a secret is still one. */
  readonly given: Properties;
  readonly #request: ProviderMessages.ConstructRequest;
  readonly #client: Client;

  constructor(request: ProviderMessages.ConstructRequest, inputs: Properties) {
    this.name = request.getName();
    this.isPreview = request.getDryrun();
    const byInput = [...request.getInputdependenciesMap().entries()] as [
      string,
      ProviderMessages.ConstructRequest.PropertyDependencies,
    ][];
    this.argumentDependencies = [...new Set(byInput.flatMap(([, list]) => list.getUrnsList()))];
    this.#request = request;
    this.given = inputs;
    const Service = grpc.makeGenericClientConstructor(resourceMonitorService, "ResourceMonitor");
    const options = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
    const client = new Service(request.getMonitorendpoint(), grpc.credentials.createInsecure(), options);
    // Made of the service's definition, which has these calls.
    this.#client = client as unknown as Client;
  }

  /** The component's arguments. @throws for one that is wrong or not served, which it names */
  arguments<Args>(schema: v.GenericSchema<unknown, Args>): Args {
    const parsed = v.safeParse(schema, withoutSecrets(this.given));
    const issues = (parsed.issues ?? []).filter((issue) => issue.input !== UNKNOWN);
    if (issues.length === 0) return parsed.output as Args;
    const faults = issues.map((issue) => {
      const path = v.getDotPath(issue) ?? "";
      if (issue.expected === "never") return `the local AWS does not support the argument ${path}`;
      return `argument ${path}: expected ${issue.expected ?? "something else"}, found ${issue.received}`;
    });
    throw new Error(`${this.#request.getType()} ${this.name}: ${faults.join("; ")}`);
  }

  /** Declares the component itself and returns its URN. */
  async declareComponent(): Promise<string> {
    const request = this.#registration(this.#request.getType(), this.name);
    request.setParent(this.#request.getParent());
    request.setDependenciesList(this.#request.getDependenciesList());
    request.setAliasspecs(true);
    request.setAliasesList(this.#request.getAliasesList());
    request.setIgnorechangesList(this.#request.getIgnorechangesList());
    request.setReplaceonchangesList(this.#request.getReplaceonchangesList());
    for (const [name, reference] of this.#providers()) request.getProvidersMap().set(name, reference);
    return (await this.#register(request)).urn;
  }

  /** Declares a resource of the `aws` provider as a child of the component. */
  async declareChild(
    parent: string,
    type: string,
    name: string,
    inputs: Properties,
    dependsOn: readonly string[] = [],
  ): Promise<Declared> {
    const request = this.#registration(type, name);
    request.setParent(parent);
    request.setCustom(true);
    request.setVersion(SERVED_VERSION);
    request.setProvider(new Map(this.#providers()).get("aws") ?? "");
    request.setObject(toStruct(inputs));
    const ownDependencies = this.#request.getDependenciesList();
    request.setDependenciesList([
      ...new Set([...ownDependencies, ...this.argumentDependencies, ...dependsOn]),
    ]);
    return this.#register(request);
  }

  /** Ends the declaration of the component: its outputs. */
  async finish(urn: string, outputs: Properties): Promise<void> {
    const request = new resourceMessages.RegisterResourceOutputsRequest();
    request.setUrn(urn);
    request.setOutputs(toStruct(outputs));
    await new Promise<void>((resolve, reject) => {
      this.#client.registerResourceOutputs(request, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Ends the connection. */
  close(): void {
    this.#client.close();
  }

  #providers(): [string, string][] {
    return [...this.#request.getProvidersMap().entries()] as [string, string][];
  }

  #registration(type: string, name: string): ResourceMessages.RegisterResourceRequest {
    const request = new resourceMessages.RegisterResourceRequest();
    request.setType(type);
    request.setName(name);
    request.setSupportspartialvalues(true);
    request.setObject(toStruct({}));
    const [protect, retain] = [this.#request.getProtect(), this.#request.getRetainondelete()];
    if (protect !== undefined) request.setProtect(protect);
    if (retain !== undefined) request.setRetainondelete(retain);
    return request;
  }

  async #register(request: ResourceMessages.RegisterResourceRequest): Promise<Declared> {
    return new Promise((resolve, reject) => {
      this.#client.registerResource(request, (error, response) => {
        if (error) reject(error);
        else
          resolve({
            urn: response.getUrn(),
            id: response.getId(),
            outputs: fromStruct(response.getObject()),
          });
      });
    });
  }
}

/** The value itself, also where it or a part of it is a secret. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isMap(value)) return value;
  if (isSecret(value)) return withoutSecrets(value["value"]);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutSecrets(part)]));
}

/** Whether an argument is a secret. */
export function isSecret(value: unknown): boolean {
  return isMap(value) && value[SIGNATURE] === SECRET;
}

/** A value that the engine is to keep as a secret. */
export function secret(value: unknown): Properties {
  return { [SIGNATURE]: SECRET, value };
}

/** A reference to a declared resource of the `aws` provider, as an output carries it. */
export function referenceTo({ urn, id }: Declared): Properties {
  return { [SIGNATURE]: RESOURCE, urn, id, packageVersion: SERVED_VERSION };
}
