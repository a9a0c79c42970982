/** The metrics that the functions emit: names, units, and what each counts. Alarms and dashboard are made of the same. */

/** The namespace of every metric of the lake. */
export const METRIC_NAMESPACE = "Sluice";

/** The one dimension: which lake, by the beginning of its names. */
export const LAKE_DIMENSION = "Lake";

/** Every metric that a function emits, by name. */
export const METRICS = {
  /** Rows that are in the curated zone now. */
  RowsWritten: "Count",
  /** Rows that broke their contract and are in quarantine. */
  RowsRejected: "Count",
  /** Files that could not be read and are in quarantine whole. */
  FilesQuarantined: "Count",
  /** Parquet files written. */
  FilesWritten: "Count",
  /** Hours since the newest file of the dataset that has had none for the longest. */
  HoursWithoutNewFile: "Count",
} as const;

/** A metric by name. */
export type MetricName = keyof typeof METRICS;

/** Emits values of metrics, together, in CloudWatch's embedded metric format. */
export type EmitMetrics = (values: Readonly<Partial<Record<MetricName, number>>>) => void;
