/** How long a dataset has had no new file. Pure. */

/** When the newest file of a dataset came, in milliseconds; null where it has none. */
export type NewestFiles = ReadonlyMap<string, number | null>;

const MS_PER_HOUR = 3_600_000;

/** How long the dataset that has waited longest has had no new file. */
export interface Freshness {
  readonly dataset: string;
  /** In hours. */
  readonly hours: number;
}

/**
 * The dataset that has had no new file for the longest, and for how long; null where every dataset is empty: a lake
 * that nothing was ever dropped into is not stale. A clock that is behind makes no file younger than new.
 */
export function stalest(newest: NewestFiles, nowMs: number): Freshness | null {
  const waiting = [...newest].flatMap(([dataset, atMs]) =>
    atMs === null ? [] : [{ dataset, hours: Math.max(0, nowMs - atMs) / MS_PER_HOUR }],
  );
  return waiting.toSorted((a, b) => b.hours - a.hours)[0] ?? null;
}
