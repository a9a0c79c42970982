/** The metrics that alarms and the dashboard are made of: each is one that AWS defines or a function emits. */
import { LAKE_DIMENSION, METRIC_NAMESPACE, type MetricName } from "../../functions/metrics.ts";

/** A metric with its dimensions. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Metrics of AWS's own by namespace, each with the dimensions that it is published with. */
export const AWS_METRICS = {
  /** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  "AWS/Lambda": {
    Errors: ["FunctionName"],
    Throttles: ["FunctionName"],
    Invocations: ["FunctionName"],
    Duration: ["FunctionName"],
    AsyncEventAge: ["FunctionName"],
  },
  /** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
  "AWS/SQS": {
    ApproximateAgeOfOldestMessage: ["QueueName"],
    ApproximateNumberOfMessagesVisible: ["QueueName"],
  },
  /** @see https://docs.aws.amazon.com/athena/latest/ug/query-metrics-viewing.html */
  "AWS/Athena": { ProcessedBytes: ["QueryState", "QueryType", "WorkGroup"] },
} as const satisfies Record<string, Record<string, readonly string[]>>;

type AwsMetrics = typeof AWS_METRICS;

/** A metric that AWS publishes, with a value for each of its dimensions. */
export function awsMetric<Namespace extends keyof AwsMetrics>(
  namespace: Namespace,
  name: keyof AwsMetrics[Namespace] & string,
  dimensions: Readonly<Record<string, string>>,
): Metric {
  const known = (AWS_METRICS as Record<string, Record<string, readonly string[]>>)[namespace]?.[name] ?? [];
  const given = Object.keys(dimensions);
  if (known.length !== given.length || !known.every((dimension) => given.includes(dimension))) {
    // CloudWatch would take it, and never see a value.
    throw new Error(`${namespace} publishes ${name} by ${known.join(", ")}, not by ${given.join(", ")}`);
  }
  return { namespace, name, dimensions };
}

/** A metric that the lake's functions emit. */
export function lakeMetric(name: MetricName, lakeName: string): Metric {
  return { namespace: METRIC_NAMESPACE, name, dimensions: { [LAKE_DIMENSION]: lakeName } };
}
