/** What the tables of types share. */
import * as v from "valibot";

/** A text. */
export const text = v.string();
/** A whole number. */
export const integer = v.pipe(v.number(), v.integer());
/** Tags by key. */
export const tags = v.optional(v.record(v.string(), v.string()));

/** The answer of a call, or `undefined` where the service says that the thing does not exist. */
export async function unlessMissing<T>(
  call: Promise<T>,
  ...missing: readonly string[]
): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && missing.includes(error.name)) return undefined;
    throw error;
  }
}

/** Tags as the APIs that take a list want them. */
export function tagList(
  byKey: Readonly<Record<string, string>> | undefined,
): { Key: string; Value: string }[] {
  return Object.entries(byKey ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags by key, from the list that some APIs answer with; `undefined` where there are none. */
export function tagMap(
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Record<string, string> | undefined {
  const entries = (list ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The map itself, or `undefined` where it is empty: absent and empty are the same to a program. */
export function nonEmpty<T extends object>(map: T | undefined): T | undefined {
  return map === undefined || Object.keys(map).length === 0 ? undefined : map;
}

/** Keys that one map has and another lacks. */
export function removedKeys(before: object | undefined, after: object | undefined): string[] {
  const kept = new Set(Object.keys(after ?? {}));
  return Object.keys(before ?? {}).filter((key) => !kept.has(key));
}
