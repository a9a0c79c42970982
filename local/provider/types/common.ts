/** What the tables of types share. */
import * as v from "valibot";

/** A text. */
export const text = v.string();
/** A whole number. */
export const integer = v.pipe(v.number(), v.integer());
/** Tags as a type has them: `undefined` where there are none. */
export type OwnTags = Readonly<Record<string, string>> | undefined;
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
export function tagList(byKey: OwnTags): { Key: string; Value: string }[] {
  return Object.entries(byKey ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags by key, from the list that some APIs answer with; `undefined` where there are none. */
export function tagMap(
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Record<string, string> | undefined {
  return nonEmpty(Object.fromEntries((list ?? []).map(({ Key = "", Value = "" }) => [Key, Value])));
}

/** The map or list itself, or `undefined` where it is empty: absent and empty are the same to a program. */
export function nonEmpty<T extends object>(all: T | undefined): T | undefined {
  return all === undefined || Object.keys(all).length === 0 ? undefined : all;
}

/** Keys that one map has and another lacks. */
export function removedKeys(before: object | undefined, after: object | undefined): string[] {
  const kept = new Set(Object.keys(after ?? {}));
  return Object.keys(before ?? {}).filter((key) => !kept.has(key));
}

/** Brings a resource's tags to what they are to be: takes away what is gone, then sets the rest. */
export async function changeTags(
  before: OwnTags,
  after: OwnTags,
  remove: (keys: string[]) => Promise<unknown>,
  set: (byKey: Record<string, string>) => Promise<unknown>,
): Promise<void> {
  const removed = removedKeys(before, after);
  if (removed.length > 0) await remove(removed);
  if (after !== undefined) await set({ ...after });
}

/** Texts whose order means nothing, kept sorted: AWS answers in an order of its own. */
export const textSet = v.pipe(
  v.array(v.string()),
  v.transform((texts) => texts.toSorted()),
);
