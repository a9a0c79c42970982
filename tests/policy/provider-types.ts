/** Reads from the type declarations of @pulumi/aws what every resource takes, without the compiler: it takes too long. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const AWS = fileURLToPath(new URL("../../node_modules/@pulumi/aws/", import.meta.url));

/** A property as it is declared. */
export interface Property {
  readonly name: string;
  readonly type: string;
  readonly doc: string;
}

/** A property of a resource, at any depth. */
export interface ResourceProperty extends Property {
  /** The type token. */
  readonly resource: string;
  /** As the pack's tables write it: `s3.[].cannedAcl`. */
  readonly path: string;
}

type Properties = readonly Property[];
type PropertyAt = Property & Pick<ResourceProperty, "path">;

/** The inputs of every resource type of the AWS package. */
export class ProviderTypes {
  /** Type token → properties. */
  readonly resources: ReadonlyMap<string, Properties>;
  /** `s3.BucketGrant` → properties: the types that `inputs.s3.BucketGrant` names. */
  readonly #nested: ReadonlyMap<string, Properties>;

  constructor() {
    this.resources = readResources();
    this.#nested = readNested();
  }

  /** Every property, at any depth, that is wanted. */
  find(isWanted: (property: Property) => boolean): ResourceProperty[] {
    const known = new Map<string, readonly PropertyAt[]>();
    const ofType = (name: string): readonly PropertyAt[] => {
      const found = known.get(name);
      if (found !== undefined) return found;
      known.set(name, []); // A type that holds itself ends here.
      const all = ofProperties(this.#nested.get(name) ?? []);
      known.set(name, all);
      return all;
    };
    const ofProperties = (properties: Properties): PropertyAt[] =>
      properties.flatMap((property) => {
        const own = isWanted(property) ? [{ ...property, path: property.name }] : [];
        const step = property.name + (property.type.includes("[]") ? ".[]" : "");
        const within = ofType(nestedTypeOf(property) ?? "");
        return [...own, ...within.map((each) => ({ ...each, path: `${step}.${each.path}` }))];
      });
    return [...this.resources].flatMap(([resource, properties]) =>
      ofProperties(properties).map((each) => ({ resource, ...each })),
    );
  }

  /** Whether a resource takes a property at a path; any key is taken by a map. */
  has(resource: string, path: string): boolean {
    let properties = this.resources.get(resource);
    let isList = false;
    for (const step of path.split(".")) {
      if (step === "[]") {
        if (!isList) return false;
        isList = false;
        continue;
      }
      if (isList) return false;
      const property = properties?.find(({ name }) => name === step);
      if (property === undefined) return false;
      if (property.type.includes("[key: string]")) return true;
      isList = property.type.includes("[]");
      properties = this.#nested.get(nestedTypeOf(property) ?? "");
    }
    return true;
  }
}

function nestedTypeOf({ type }: Property): string | undefined {
  return /\binputs\.([\w.]+)/.exec(type)?.[1];
}

function readResources(): Map<string, Properties> {
  const folders = readdirSync(AWS, { withFileTypes: true }).filter((each) => each.isDirectory());
  const services = folders
    .map(({ name }) => name)
    .filter((name) => !["node_modules", "types"].includes(name));
  const files = services.flatMap((service) =>
    readdirSync(AWS + service)
      .filter((file) => file.endsWith(".d.ts"))
      .map((file) => ({ service, text: readFileSync(`${AWS}${service}/${file}`, "utf8") })),
  );
  return new Map(
    files.flatMap(({ service, text }) => {
      const name = /^export declare class (\w+) extends pulumi\.CustomResource/m.exec(text)?.[1];
      if (name === undefined) return [];
      const module = name.charAt(0).toLowerCase() + name.slice(1);
      return [[`aws:${service}/${module}:${name}`, interfacesOf(text, "").get(`${name}Args`) ?? []] as const];
    }),
  );
}

function readNested(): Map<string, Properties> {
  const namespaces = readFileSync(`${AWS}types/input.d.ts`, "utf8").split(/^export declare namespace /m);
  return new Map(
    namespaces.flatMap((text): (readonly [string, Properties])[] => {
      const namespace = /^(\w+) \{/.exec(text)?.[1];
      if (namespace === undefined) return [...interfacesOf(text, "")];
      return [...interfacesOf(text, "    ")].map(([name, all]) => [`${namespace}.${name}`, all] as const);
    }),
  );
}

function interfacesOf(text: string, indent: string): Map<string, Properties> {
  const pattern = new RegExp(`^${indent}(?:export )?interface (\\w+) \\{\\n([^]*?)^${indent}\\}`, "gm");
  return new Map(
    Array.from(text.matchAll(pattern), ([, name = "", body = ""]) => [
      name,
      propertiesOf(body, `${indent}    `),
    ]),
  );
}

function propertiesOf(body: string, indent: string): Property[] {
  const doc = `(?:${indent}/\\*\\*\\n((?:${indent} \\*(?!/).*\\n)*)${indent} \\*/\\n)?`;
  const pattern = new RegExp(`${doc}^${indent}(\\w+)\\??: ([^]*?);\\n(?=${indent}\\S|$)`, "gm");
  return Array.from(body.matchAll(pattern), ([, doc = "", name = "", type = ""]) => ({ name, type, doc }));
}
