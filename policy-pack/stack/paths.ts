/** Property paths, as the tables of this folder write them: `stages.[].actions.[].name`; `[]` is each element. */
import { isPlainArray, isPlainObject } from "../plain.ts";
import type { Plain, PlainObject } from "../plain.ts";

/** Where a path has led. */
export interface Reached {
  /** As the program writes it: `stages[0].actions[1].name`. */
  readonly path: string;
  /** The index taken at each `[]`, in order. */
  readonly indices: readonly number[];
  readonly value: Plain;
  /** False where the path stops early, at a value that is unknown or is not what the path says. */
  readonly isEnd: boolean;
}

/**
 * Everything a path leads to. A property that is absent, null or "" is nothing. Where the path leads through
 * something that is not what it says (unknown, or malformed), that value is given, so that a reader meets it.
 */
export function follow(props: PlainObject, path: string): Reached[] {
  return followSteps(props, path.split("."), { walked: "", indices: [] });
}

/** The value at a path whose every `[]` is the index given for it; undefined where there is none. */
export function valueAt(
  props: PlainObject,
  path: string,
  indices: readonly number[] = [],
): Plain | undefined {
  const left = [...indices];
  let value: Plain | undefined = props;
  for (const step of path.split(".")) {
    if (step === "[]") value = isPlainArray(value) ? value[left.shift() ?? -1] : undefined;
    else value = isPlainObject(value) ? value[step] : undefined;
  }
  return value;
}

interface Walk {
  readonly walked: string;
  readonly indices: readonly number[];
}

function followSteps(value: Plain | undefined, steps: readonly string[], walk: Walk): Reached[] {
  const { walked, indices } = walk;
  if (value === undefined || value === null || value === "") return [];
  const [step, ...rest] = steps;
  if (step === undefined) return [{ path: walked, indices, value, isEnd: true }];
  if (step === "[]") {
    if (!isPlainArray(value)) return [{ path: walked, indices, value, isEnd: false }];
    return value.flatMap((element, index) =>
      followSteps(element, rest, { walked: `${walked}[${String(index)}]`, indices: [...indices, index] }),
    );
  }
  if (!isPlainObject(value)) return [{ path: walked, indices, value, isEnd: false }];
  return followSteps(value[step], rest, { walked: walked === "" ? step : `${walked}.${step}`, indices });
}
