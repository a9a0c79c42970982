/** What the stand-in provider knows of a resource type, and the rules that hold for all of them. */
import * as v from "valibot";
import type { Clients } from "./clients.ts";
import { containsUnknown, isMap, isSame, UNKNOWN, type Properties } from "./values.ts";

/** What a resource's functions may use. */
export interface Context {
  readonly clients: Clients;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  /** Tells whoever runs the provider of something that is not as on AWS. */
  readonly notice?: (line: string) => void;
}

/** One row of the table of types. `Inputs` is what the schema makes of the program's arguments. */
export interface ResourceType<Inputs extends Properties = Properties> {
  /** As in the engine's URNs: "aws:s3/bucket:Bucket". */
  readonly token: string;
  /** Every supported input with the provider's default; one that is not listed is refused by name. */
  readonly inputs: v.GenericSchema<unknown, Inputs>;
  /** Inputs that hold a JSON document: given as object or text, kept as text, unknown as a whole if a leaf is. */
  readonly documents?: readonly (keyof Inputs & string)[];
  /** Inputs whose change makes a new resource. */
  readonly replaceOn: readonly (keyof Inputs & string)[];
  /** Outputs that AWS decides. Unknown in the preview of a create; `read` returns them. */
  readonly computed: readonly string[];
  /** Makes the resource and returns its id. */
  create(inputs: Inputs, context: Context): Promise<string>;
  /** Brings the resource to its inputs: called after `create` and on each update. Must be safe to repeat. */
  configure?(id: string, inputs: Inputs, context: Context, before?: Inputs): Promise<void>;
  /**
   * Inputs as AWS has them, and computed outputs; `undefined` if it is gone.
   * @param olds the inputs as they were, empty for an import: to give back the program's own words for the same thing
   */
  read(id: string, context: Context, olds: Properties): Promise<Properties | undefined>;
  /** Removes the resource; one that is gone already is removed. */
  delete(id: string, inputs: Inputs, context: Context): Promise<void>;
}

/** Declares a type: the schema's result is the type of the inputs. */
export function defineType<Inputs extends Properties>(type: ResourceType<Inputs>): ResourceType {
  // Inputs reach the functions only through the schema, which makes them what they say.
  return type as unknown as ResourceType;
}

/** A fault in a resource's inputs. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** The inputs as the provider takes them: documents as text, defaults filled in. */
export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly Failure[];
}

/** What Check does: collapses documents, fills in defaults, refuses what is not supported. */
export function checkInputs(
  type: ResourceType,
  given: Properties,
  region: string,
  defaultTags: Tags,
): Checked {
  const { region: wantedRegion, ...rest } = given;
  const documents = new Set(type.documents ?? []);
  const collapsed = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [name, documents.has(name) ? documentText(value) : value]),
  );
  const parsed = v.safeParse(type.inputs, collapsed);
  const failures = (parsed.issues ?? [])
    // What is unknown now is checked when it is known.
    .filter((issue) => issue.input !== UNKNOWN)
    .map((issue) => ({ property: v.getDotPath(issue) ?? "", reason: reasonOf(issue) }));
  if (wantedRegion !== undefined && wantedRegion !== region) {
    failures.push({ property: "region", reason: `the local AWS has one region, ${region}` });
  }
  const inputs = { ...(parsed.output as Properties), region };
  return {
    inputs: isTaggable(type) ? { ...inputs, tagsAll: allTags(inputs, defaultTags) } : inputs,
    failures,
  };
}

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

function isTaggable(type: ResourceType): boolean {
  return type.computed.includes("tagsAll");
}

function allTags(inputs: Properties, defaultTags: Tags): unknown {
  const own = inputs["tags"];
  return own === UNKNOWN ? UNKNOWN : { ...defaultTags, ...(isMap(own) ? own : {}) };
}

function reasonOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type === "raw_check") return issue.message;
  if (issue.expected === "never") return "the local AWS does not support this property of the resource";
  if (issue.input === undefined) return "it is missing, and must be there";
  return `expected ${issue.expected ?? "something else"}, found ${issue.received}`;
}

/** A document as the real provider keeps it: text, or unknown as a whole as soon as one leaf is. */
function documentText(value: unknown): unknown {
  if (containsUnknown(value)) return UNKNOWN;
  return isMap(value) || Array.isArray(value) ? JSON.stringify(value) : value;
}

/** The names of the inputs that differ, documents compared by content. */
export function changedInputs(type: ResourceType, olds: Properties, news: Properties): string[] {
  const documents = new Set(type.documents ?? []);
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  return names.filter((name) => {
    const [before, after] = [olds[name], news[name]];
    return documents.has(name)
      ? !isSame(parseDocument(before), parseDocument(after))
      : !isSame(before, after);
  });
}

function parseDocument(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value; // not JSON: compared as it stands
  }
}

/** The inputs as the functions of the type take them. */
export function typedInputs(type: ResourceType, inputs: Properties): Properties {
  const { region, tagsAll, ...rest } = inputs;
  // AWS gets the provider's default tags too.
  return v.parse(type.inputs, isTaggable(type) && tagsAll !== undefined ? { ...rest, tags: tagsAll } : rest);
}

/** What a preview of a create shows: all that AWS decides is unknown. */
export function previewOutputs(type: ResourceType, inputs: Properties): Properties {
  const unknowns = type.computed.filter((name) => name !== "tagsAll").map((name) => [name, UNKNOWN] as const);
  return { ...inputs, ...Object.fromEntries(unknowns) };
}

/**
 * Inputs after a read: as AWS has them where the type can tell, and else as they were; for an import, which has no
 * inputs yet, all that AWS has.
 */
export function readInputs(
  type: ResourceType,
  state: Properties,
  olds: Properties,
  region: string,
  defaultTags: Tags,
): Properties {
  const found = isTaggable(type)
    ? { ...state, tags: ownTags(state, olds, defaultTags), tagsAll: state["tags"] ?? {} }
    : state;
  if (Object.keys(olds).length > 0) return refreshedInputs(type, found, olds);
  const given = Object.entries(found).filter(
    ([name, value]) => value !== undefined && !type.computed.includes(name),
  );
  return checkInputs(type, Object.fromEntries(given), region, defaultTags).inputs;
}

function refreshedInputs(type: ResourceType, found: Properties, olds: Properties): Properties {
  const documents = new Set(type.documents ?? []);
  const refreshed = Object.entries(olds).map(([name, before]) => {
    if (!(name in found)) return [name, before] as const;
    const says = documents.has(name) && isSame(parseDocument(found[name]), parseDocument(before));
    return [name, says ? before : found[name]] as const;
  });
  return Object.fromEntries(refreshed.filter(([, value]) => value !== undefined));
}

/** A resource's tags less those that it has from the provider alone. */
function ownTags(state: Properties, olds: Properties, defaultTags: Tags): unknown {
  const tags = state["tags"];
  if (!isMap(tags)) return tags;
  const declared = isMap(olds["tags"]) ? olds["tags"] : {};
  const own = Object.entries(tags).filter(([key, value]) => key in declared || defaultTags[key] !== value);
  return own.length === 0 && olds["tags"] === undefined ? undefined : Object.fromEntries(own);
}
