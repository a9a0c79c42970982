/**
 * The stand-in for the `awsx` provider: the components that build images. It speaks the published protocol itself and
 * declares the children with the engine's own service, so that nothing of the SDK is loaded to serve them.
 */
import { providerMessages, providerService, type ProviderMessages } from "../../proto.ts";
import { lifecycleMethods, serve, unary, type RunningProvider } from "../service.ts";
import { fromStruct, toStruct } from "../values.ts";
import { constructImage } from "./image.ts";
import { Monitor, type Component } from "./monitor.ts";
import { constructRepository } from "./repository.ts";

/** The version of @pulumi/awsx whose components are served. */
const SERVED_VERSION = "3.9.0";

const COMPONENTS: Readonly<Record<string, (monitor: Monitor) => Promise<Component>>> = {
  "awsx:ecr:Image": constructImage,
  "awsx:ecr:Repository": constructRepository,
};

/** Serves the provider on a free loopback port. */
export async function serveAwsx(): Promise<RunningProvider> {
  return serve(providerService, {
    ...lifecycleMethods("awsx", SERVED_VERSION),
    checkConfig: unary((request: ProviderMessages.CheckRequest) => {
      const response = new providerMessages.CheckResponse();
      response.setInputs(request.getNews());
      return Promise.resolve(response);
    }),
    diffConfig: unary(() => Promise.resolve(new providerMessages.DiffResponse())),
    configure: unary(() => {
      const response = new providerMessages.ConfigureResponse();
      // The engine lets no provider construct that does not take them.
      response.setAcceptsecrets(true);
      response.setAcceptresources(true);
      return Promise.resolve(response);
    }),
    construct: unary(construct),
  });
}

async function construct(
  request: ProviderMessages.ConstructRequest,
): Promise<ProviderMessages.ConstructResponse> {
  const make = COMPONENTS[request.getType()];
  if (make === undefined) throw new Error(`the local AWS does not serve the component ${request.getType()}`);
  const monitor = new Monitor(request, fromStruct(request.getInputs()));
  try {
    const { urn, outputs, dependencies } = await make(monitor);
    const response = new providerMessages.ConstructResponse();
    response.setUrn(urn);
    response.setState(toStruct(outputs));
    for (const name of Object.keys(outputs)) {
      const property = new providerMessages.ConstructResponse.PropertyDependencies();
      property.setUrnsList([...dependencies]);
      response.getStatedependenciesMap().set(name, property);
    }
    return response;
  } finally {
    monitor.close();
  }
}
