/** JSON text for the few properties that take nothing else. */

/** Plain data: an Output in it is a type error, since its JSON text would be its internals. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The JSON text of plain data. */
export function jsonText(value: Json): string {
  // eslint-disable-next-line no-restricted-syntax -- the type lets no Output in
  return JSON.stringify(value);
}
