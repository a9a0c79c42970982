/** Runs a program against Pulumi's mocks and returns what it declared. */
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { parseSettings } from "../../components/settings.ts";
import { createSite, type Site } from "../../components/site.ts";

/** A resource as the program declared it. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  /** Its type and name, which no other resource has. */
  readonly key: string;
  /** A value that is unknown in a preview is `undefined` here. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The provider that it is given to, as URN and id; empty for the default one. */
  readonly provider: string;
  /** The parent's name. */
  readonly parent: string;
  /** The parent's key; empty for none. */
  readonly parentKey: string;
  /** The names of what must be there before. */
  readonly after: readonly string[];
  /** The keys of what must be there before: of a component, whatever it is made of. */
  readonly afterKeys: readonly string[];
  /** Whether it stays in AWS when the stack goes. */
  readonly isRetained: boolean;
  /** Whether the engine refuses to destroy it. */
  readonly isProtected: boolean;
  /** The providers that a component hands on, by package. */
  readonly providers: Readonly<Record<string, string>>;
}

/** How to run it. */
export interface DeployOptions {
  /** In a preview, ids and whatever AWS decides are unknown. */
  readonly mode: "preview" | "update";
  /** The stack's configuration by full key. */
  readonly config?: Readonly<Record<string, string>>;
  /** @default "dev" */
  readonly stack?: string;
}

/** A configuration that deploys. */
export const validConfig = {
  "aws:region": "eu-west-1",
  "sluice:accountId": "123456789012",
  "sluice:profile": "dev",
  "sluice:baseImage": `public.ecr.aws/lambda/nodejs:24@sha256:${"0".repeat(64)}`,
  "sluice:lakeFormationAdmins": '["arn:aws:iam::123456789012:user/deployer"]',
  "sluice:analysts": '["arn:aws:iam::123456789012:user/ada"]',
  "sluice:engineers": '["arn:aws:iam::123456789012:user/grace"]',
} as const;

/** What the account's Lake Formation settings are before the program runs, unless a test says otherwise. */
export const lakeFormationSettings = {
  admins: ["arn:aws:iam::123456789012:role/another-stack"],
  readOnlyAdmins: ["arn:aws:iam::123456789012:role/auditor"],
  createDatabaseDefaultPermissions: [{ permissions: ["ALL"], principal: "IAM_ALLOWED_PRINCIPALS" }],
  createTableDefaultPermissions: [{ permissions: ["ALL"], principal: "IAM_ALLOWED_PRINCIPALS" }],
  trustedResourceOwners: ["210987654321"],
  allowExternalDataFiltering: true,
  allowFullTableExternalDataAccess: false,
  externalDataFilteringAllowLists: ["210987654321"],
  authorizedSessionTagValueLists: [],
  parameters: { CROSS_ACCOUNT_VERSION: "4", SET_CONTEXT: "TRUE" },
};

/** What AWS tells of a resource beside its inputs, once it is there. */
const OUTPUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "aws:kms/key:Key": {
    arn: "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555",
    keyId: "11111111-2222-3333-4444-555555555555",
  },
  "aws:sqs/queue:Queue": { url: "https://sqs.eu-west-1.amazonaws.com/123456789012/queue" },
  "aws:rds/instance:Instance": { endpoint: "source.example.eu-west-1.rds.amazonaws.com:5432" },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { prefixListId: "pl-0123456789abcdef0" },
  "awsx:ecr:Repository": { url: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/sluice-dev/ingest" },
  "awsx:ecr:Image": {
    imageUri: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/sluice-dev/ingest@sha256:${"1".repeat(64)}`,
  },
};

/** Longer than what a program that failed still has under way. */
const WAIT_AFTER_ERROR_MS = 5000;

/**
 * Runs the program to its end.
 * @param declared gets the resources as they are declared, also where the program then fails
 * @throws the first error of the program, also where it came inside an `apply`
 */
export async function deploy(
  build: () => unknown,
  options: DeployOptions,
  declared: Declared[] = [],
): Promise<Declared[]> {
  const errors: unknown[] = [];
  const requests = new RequestTap();
  const collect = (error: unknown): void => void errors.push(error);
  // What fails inside an output reaches nobody but this event; mocha's own listeners would end the process.
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", collect);
  try {
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs, id, provider = "" }) => {
          declared.push({
            ...{ type, name, provider, key: `${type} ${name}` },
            inputs: withoutUnknown(inputs) as Record<string, unknown>,
            ...requests.options(),
          });
          if (options.mode === "preview") return { id: undefined, state: inputs as Record<string, unknown> };
          const state = { ...(inputs as Record<string, unknown>), ...OUTPUTS[type] };
          return { id: (id ?? "") || `${name}-id`, state };
        },
        call: ({ token }) => {
          if (token === "aws:lakeformation/getDataLakeSettings:getDataLakeSettings") {
            return { ...lakeFormationSettings };
          }
          const error = new Error(`the program called ${token}, which no test answers`);
          errors.push(error);
          throw error;
        },
      },
      "sluice",
      options.stack ?? "dev",
      options.mode === "preview",
    );
    requests.listen();
    pulumi.runtime.setAllConfig({ ...(options.config ?? validConfig) });
    await new Promise((resolve) => {
      resolve(build());
    }).catch(collect);
    // After an error something may wait for ever for what never comes.
    await Promise.race([
      pulumi.runtime.disconnect(),
      ...(errors.length > 0 ? [sleep(WAIT_AFTER_ERROR_MS, undefined, { ref: false })] : []),
    ]);
    await nextTurn(); // the event comes after the promise's own turn
  } finally {
    process.off("unhandledRejection", collect);
    for (const listener of others) process.on("unhandledRejection", listener);
  }
  if (errors.length > 0) throw errors[0];
  return declared;
}

/** Sees what the mocks are not told: the options of each resource. */
class RequestTap {
  #last: RegisterResourceRequest | undefined;
  readonly #handedOn = new Map<string, Readonly<Record<string, string>>>();

  /** Stands before the mocks' monitor. */
  listen(): void {
    const monitor = pulumi.runtime.getMonitor() as unknown as {
      registerResource: (request: RegisterResourceRequest, ...rest: unknown[]) => unknown;
    };
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, ...rest) => {
      // The monitor asks the mocks before it returns.
      this.#last = request;
      const answer = register(request, ...rest);
      this.#last = undefined;
      return answer;
    };
  }

  /** As the engine does it, what a component was handed it hands on. */
  #providersOf(request: RegisterResourceRequest): Readonly<Record<string, string>> {
    const own = Object.fromEntries(request.getProvidersMap().getEntryList());
    const providers = { ...this.#handedOn.get(typeAndName(request.getParent())), ...own };
    this.#handedOn.set(`${request.getType()} ${request.getName()}`, providers);
    return providers;
  }

  /** The options of the resource that the mocks are asked about. */
  options(): Omit<Declared, "type" | "name" | "key" | "inputs" | "provider"> {
    const request = this.#last;
    return {
      parent: nameOf(request?.getParent() ?? ""),
      parentKey: typeAndName(request?.getParent() ?? ""),
      after: (request?.getDependenciesList() ?? []).map(nameOf),
      afterKeys: (request?.getDependenciesList() ?? []).map(typeAndName),
      isRetained: request?.getRetainondelete() ?? false,
      isProtected: request?.getProtect() ?? false,
      providers: request === undefined ? {} : this.#providersOf(request),
    };
  }
}

/** The type itself and the name: what a URN has without the types of its parents. */
function typeAndName(urn: string): string {
  return urn.split("$").at(-1)?.split("::").slice(-2).join(" ") ?? "";
}

/** The same with `undefined` for what is not known; only lists and plain objects are looked into, not archives. */
function withoutUnknown(value: unknown): unknown {
  if (pulumi.isUnknown(value)) return undefined;
  if (Array.isArray(value)) return value.map(withoutUnknown);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutUnknown(part)]));
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/** A site of a stack with this configuration. */
export function siteOf(config: Readonly<Record<string, string>> = validConfig): Site {
  return createSite(parseSettings("sluice", "dev", config));
}

/** Runs a part of the program: what it declares, where every role is declared within it. */
export function deployPart(
  build: (site: Site) => unknown,
  { mode = "preview", config }: Partial<DeployOptions> = {},
): Promise<Declared[]> {
  return deploy(
    async () => {
      const site = siteOf(config);
      try {
        await build(site);
      } finally {
        site.access.close();
      }
    },
    { mode, ...(config && { config }) },
  );
}

/** Every resource of a type. */
export function all(declared: readonly Declared[], type: string): Declared[] {
  return declared.filter((resource) => resource.type === type);
}

/** The statements of a document: an object, or JSON. */
export function statementsOf(document: unknown): AnyStatement[] {
  const plain: unknown = typeof document === "string" ? JSON.parse(document) : document;
  if (typeof plain !== "object" || plain === null || !("Statement" in plain)) {
    throw new Error(`this is no policy document: ${JSON.stringify(plain)}`);
  }
  return plain.Statement as AnyStatement[];
}

/** A statement of any policy, as a program writes it. */
export interface AnyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** The only resource of a type with a name, or the only one of the type. */
export function one(declared: readonly Declared[], type: string, name?: string): Declared {
  const found = declared.filter(
    (resource) => resource.type === type && (name ?? resource.name) === resource.name,
  );
  const [first] = found;
  if (found.length !== 1 || first === undefined) {
    throw new Error(
      `${found.length} resources are of type ${type}${name === undefined ? "" : ` and called ${name}`}`,
    );
  }
  return first;
}
