/** What came of an event, and what of it is counted. */
import type { MetricName } from "../metrics.ts";
import type { FileFault } from "./core.ts";

/** What came of an event. */
export type Result =
  | {
      readonly kind: "ingested";
      readonly dataset: string;
      readonly rowsWritten: number;
      readonly rowsRejected: number;
      /** Parquet files written: one a partition that has a good row. */
      readonly files: number;
      /** Columns or keys of the file that the contract doesn't have. */
      readonly ignoredColumns: readonly string[];
    }
  | { readonly kind: "quarantined"; readonly reason: FileFault["kind"] }
  | { readonly kind: "ignored"; readonly reason: "folder-marker" };

/** The metrics of a result. */
export function metricsOf(result: Result): Partial<Record<MetricName, number>> {
  switch (result.kind) {
    case "ingested":
      return {
        RowsWritten: result.rowsWritten,
        RowsRejected: result.rowsRejected,
        FilesWritten: result.files,
      };
    case "quarantined":
      return { FilesQuarantined: 1 };
    case "ignored":
      return {};
  }
}
