/** What comes before what, by the dependencies that the program gave the engine. */
import type { Declared } from "./deploy.ts";

/** The order of what was declared. */
export class Order {
  readonly #byKey: ReadonlyMap<string, Declared>;
  readonly #parts = new Map<string, Declared[]>();
  readonly #before = new Map<string, ReadonlySet<string>>();

  constructor(declared: readonly Declared[]) {
    this.#byKey = new Map(declared.map((resource) => [resource.key, resource]));
    for (const resource of declared) {
      this.#parts.set(resource.parentKey, [...(this.#parts.get(resource.parentKey) ?? []), resource]);
    }
  }

  /** Whether the second is begun only once the first is there. */
  comesBefore(first: Declared, second: Declared): boolean {
    return this.#allBefore(second.key).has(first.key);
  }

  /** What a resource, or what it is a part of, depends on, and what that depends on. */
  #allBefore(key: string): ReadonlySet<string> {
    const known = this.#before.get(key);
    if (known !== undefined) return known;
    const resource = this.#byKey.get(key);
    const found = new Set<string>();
    // Whatever is asked about again meanwhile is being looked at already.
    this.#before.set(key, found);
    if (resource === undefined) return found;
    for (const before of resource.afterKeys.flatMap((each) => this.#withParts(each))) {
      found.add(before);
      for (const earlier of this.#allBefore(before)) found.add(earlier);
    }
    for (const earlier of this.#allBefore(resource.parentKey)) found.add(earlier);
    return found;
  }

  #withParts(key: string): string[] {
    return [key, ...(this.#parts.get(key) ?? []).flatMap((part) => this.#withParts(part.key))];
  }
}
