/** Metrics in CloudWatch's embedded metric format: lines of the function's own log that CloudWatch counts. */
import { Metrics } from "@aws-lambda-powertools/metrics";
import { LAKE_DIMENSION, METRIC_NAMESPACE, METRICS, type EmitMetrics, type MetricName } from "./metrics.ts";

/**
 * A way to emit metrics of one lake.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function createMetrics(serviceName: string, lakeName: string): EmitMetrics {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  // The library makes the service a dimension: an alarm on the lake's metric would never see a value.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ [LAKE_DIMENSION]: lakeName });
  return (values) => {
    if (Object.keys(values).length === 0) return;
    for (const [name, value] of Object.entries(values)) {
      metrics.addMetric(name, METRICS[name as MetricName], value);
    }
    metrics.addMetadata("service", serviceName);
    metrics.publishStoredMetrics();
  };
}
