/** A rule's case as data: what is judged, and the codes of what is found. */
import type { Json, TestResource } from "../analyzer.ts";

/** Every rule has cases of all four kinds. */
export type CaseKind = "violates" | "complies" | "unknown" | "malformed";

/** One case: a resource for a resource rule, resources for a stack rule. */
export interface Case {
  readonly kind: CaseKind;
  /** Finishes "reports …", or for one that complies "lets … pass". */
  readonly name: string;
  readonly judged: TestResource | readonly TestResource[];
  /** The codes found, in order. */
  readonly finds: readonly string[];
  /** Texts that the messages contain between them. */
  readonly says?: readonly string[];
  /** The rule's configuration for this case. */
  readonly config?: Readonly<Record<string, Json>>;
}

/** A case whose resource violates the rule. */
export function violates(
  name: string,
  judged: Case["judged"],
  finds: readonly string[],
  more: Pick<Case, "says" | "config"> = {},
): Case {
  return { kind: "violates", name, judged, finds, ...more };
}

/** A case that complies: nothing is found. */
export function complies(name: string, judged: Case["judged"], more: Pick<Case, "config"> = {}): Case {
  return { kind: "complies", name, judged, finds: [], ...more };
}

/** A case decided by a value that is not known. */
export function undecided(
  name: string,
  judged: Case["judged"],
  finds: readonly string[] = ["unknown"],
  says: readonly string[] = [],
): Case {
  return { kind: "unknown", name, judged, finds, says };
}

/** A case that AWS would refuse. */
export function malformed(
  name: string,
  judged: Case["judged"],
  finds: readonly string[] = ["malformed"],
): Case {
  return { kind: "malformed", name, judged, finds };
}
