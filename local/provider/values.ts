/** Property values as the engine sends them, and as the rest of the provider sees them: plain data. */
import { readFile } from "node:fs/promises";
import { structMessages, type StructMessages } from "../proto.ts";

/** A value that is not known before the update. */
export const UNKNOWN = Symbol("unknown");

/** A resource's properties by name. */
export type Properties = Record<string, unknown>;

/** How the engine writes an unknown value (sdk/go/common/resource/plugin/rpc.go, UnknownStringValue and its kin). */
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS = new Set([
  UNKNOWN_STRING,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** The key that marks an object as something else than a map (sdk/nodejs/runtime/rpc.ts). */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
/** The mark of an archive. */
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** Reads properties from a message; a missing message is no properties. */
export function fromStruct(struct: StructMessages.Struct | undefined): Properties {
  return (decode(struct?.toJavaScript() ?? {}) ?? {}) as Properties;
}

/** The name that google-protobuf drops without a word: it keeps a message's fields in a plain object. */
const LOST = "__proto__";

/**
 * Writes properties into a message. A property that is `undefined` is left out.
 * @throws for the one name that no message can have, at any depth
 */
export function toStruct(properties: Properties): StructMessages.Struct {
  return structMessages.Struct.fromJavaScript(
    encode(properties) as Record<string, StructMessages.JavaScriptValue>,
  );
}

function decode(value: unknown): unknown {
  if (typeof value === "string") return UNKNOWNS.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map(decode);
  return isMap(value) ? mapValues(value, decode) : value;
}

function encode(value: unknown): unknown {
  if (value === UNKNOWN) return UNKNOWN_STRING;
  if (Array.isArray(value)) return value.map(encode);
  if (!isMap(value)) return value;
  if (Object.hasOwn(value, LOST)) throw new Error(`no message can carry a property with the name ${LOST}`);
  return mapValues(value, encode);
}

/** Whether any leaf of a value is unknown. */
export function containsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isMap(value) && Object.values(value).some(containsUnknown);
}

/** Whether two values are the same data. An unknown equals nothing, an archive the one with the same hash. */
export function isSame(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isSame(item, right[index]));
  }
  if (isMap(left) && isMap(right)) {
    if (left[SIGNATURE] === ARCHIVE && right[SIGNATURE] === ARCHIVE) return left["hash"] === right["hash"];
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
      isSame(left[key], right[key]),
    );
  }
  return left === right && left !== UNKNOWN;
}

/**
 * Reads an archive that the program gave as a path to a .zip file.
 * @throws for an archive of any other kind
 */
export async function readZip(archive: unknown): Promise<Buffer> {
  const file = isMap(archive) && archive[SIGNATURE] === ARCHIVE ? archive["path"] : undefined;
  if (typeof file !== "string" || !file.endsWith(".zip")) {
    throw new Error("the local AWS takes code as a FileArchive of a .zip file only");
  }
  return readFile(file);
}

/** Whether a value is an object with string keys. */
export function isMap(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapValues(map: Properties, change: (value: unknown) => unknown): Properties {
  return Object.fromEntries(
    Object.entries(map).flatMap(([key, value]) => (value === undefined ? [] : [[key, change(value)]])),
  );
}
