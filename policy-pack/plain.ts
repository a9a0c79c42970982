/** A resource's properties as plain data, in which what a preview cannot know is one symbol. */

/** The one value that stands for everything a preview cannot know. */
export const UNKNOWN: unique symbol = Symbol("unknown");
/** The type of {@link UNKNOWN}. */
export type Unknown = typeof UNKNOWN;

/** JSON, with unknown leaves. */
export type Plain = null | boolean | number | string | Unknown | readonly Plain[] | PlainObject;
/** A JSON object with unknown leaves. */
export interface PlainObject {
  readonly [key: string]: Plain;
}

/**
 * The strings that the engine sends in place of an unknown boolean, number, string, array, asset, archive
 * and object. A test holds them equal to those of `@pulumi/policy`, which does not export them.
 */
export const UNKNOWN_SENTINELS: readonly string[] = [
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

// No policy document or resource nests this deep; deeper data would overflow the stack, so it stays unread.
const MAX_DEPTH = 100;

/** Whether a value is a JSON object: neither an array nor unknown. */
export function isPlainObject(value: Plain | undefined): value is PlainObject {
  return typeof value === "object" && value !== null && !isPlainArray(value);
}

/** Whether a value is an array (narrows read-only arrays, which `Array.isArray` does not). */
export function isPlainArray(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value);
}

/** What kind of JSON a value is, for messages that must not print the value itself. */
export function kindOf(value: Plain | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (value === UNKNOWN) return "an unknown value";
  if (isPlainArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/**
 * The plain form of any value. Never throws. Unknown are: the engine's sentinels, a string that contains
 * one, assets and archives, functions, and whatever nests deeper than 100 levels. A JSON document in a string
 * that contains a sentinel is opened, so that its known part is still judged.
 */
export function toPlain(value: unknown, depth = 0): Plain {
  if (depth > MAX_DEPTH) return UNKNOWN;
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "string") return stringToPlain(value, depth);
  if (Array.isArray(value)) return value.map((element: unknown) => toPlain(element, depth + 1));
  if (!isRecord(value)) return UNKNOWN;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.map(([key, field]) => [key, toPlain(field, depth + 1)]));
}

/**
 * The plain form of the properties that the policy server hands to a rule. They come behind a proxy that
 * throws when an unknown is read; this reads the object behind it, and so never throws.
 */
export function plainProps(props: unknown): PlainObject {
  const target: unknown =
    typeof props === "object" && props !== null ? Reflect.get(props, "__getSpecialProxyTarget") : undefined;
  const plain = toPlain(target ?? props);
  return isPlainObject(plain) ? plain : {};
}

function stringToPlain(value: string, depth: number): Plain {
  if (!UNKNOWN_SENTINELS.some((sentinel) => value.includes(sentinel))) return value;
  if (!/^\s*[[{]/.test(value)) return UNKNOWN;
  try {
    const parsed: unknown = JSON.parse(value);
    return toPlain(parsed, depth + 1);
  } catch {
    return UNKNOWN;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
