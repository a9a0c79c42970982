/** Who is told of alarms. */
import * as aws from "@pulumi/aws";
import { AlarmTopic } from "../../components/observability/topic.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const topic = new AlarmTopic("alarm-topic", { site, keyArn, emails: ["ops@example.com"] });

    // An alarm that no component makes can go there too.
    new aws.cloudwatch.MetricAlarm("disk-full", {
      namespace: "AWS/RDS",
      metricName: "FreeStorageSpace",
      dimensions: { DBInstanceIdentifier: site.names.dbInstance("source") },
      ...{ statistic: "Minimum", comparisonOperator: "LessThanThreshold", threshold: 1_000_000_000 },
      ...{ period: 300, evaluationPeriods: 1 },
      alarmActions: [topic.topicArn],
    });
  });
  /// hide
}
