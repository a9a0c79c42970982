/** Freshness: looks for the newest file of each dataset in the curated zone, and emits how old it is. */
import type { Log } from "../log.ts";
import type { EmitMetrics } from "../metrics.ts";
import { stalest, type Freshness } from "./core.ts";

/** What the function works with. */
export interface Dependencies {
  readonly datasets: readonly string[];
  /** When each file of a folder was written, in milliseconds, in any order. */
  readonly listTimes: (prefix: string) => AsyncIterable<number>;
  readonly emit: EmitMetrics;
  readonly log: Pick<Log, "info">;
  /** The time in milliseconds. */
  readonly now: () => number;
}

/** The function: what it finds is a metric and a line of log. Rejects if the zone cannot be listed. */
export function createApp(dependencies: Dependencies): () => Promise<Freshness | null> {
  const { datasets, listTimes, emit, log, now } = dependencies;
  return async () => {
    const newest = new Map<string, number | null>();
    for (const dataset of datasets) {
      let latest: number | null = null;
      for await (const atMs of listTimes(`${dataset}/`)) latest = Math.max(latest ?? atMs, atMs);
      newest.set(dataset, latest);
    }
    const found = stalest(newest, now());
    emit({ HoursWithoutNewFile: found?.hours ?? 0 });
    log.info("freshness", { ...found });
    return found;
  };
}
