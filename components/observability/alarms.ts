/** The lake's alarms. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Queue } from "../events/queue.ts";
import type { What } from "../names.ts";
import type { Site } from "../site.ts";
import { awsMetric, lakeMetric, type Metric } from "./metric.ts";
import type { AlarmTopic } from "./topic.ts";

/** An alarm: which value of which metric is too much. */
export interface Alarm {
  readonly what: What<"alarm">;
  /** What happened and what to do, for whoever gets the message. */
  readonly description: string;
  readonly metric: Metric;
  readonly statistic: "Sum" | "Maximum";
  readonly comparison: "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold";
  /** In the unit of the metric. */
  readonly threshold: number;
  /** Over how long a value is taken. */
  readonly periodSeconds: number;
  /** How many periods in a row. @default 1 */
  readonly periods?: number;
  /** What no value at all means. @default "notBreaching": nothing happened, so nothing is wrong */
  readonly missing?: "notBreaching" | "breaching";
}

/** What {@link Alarms} are made of. */
export interface AlarmsArgs {
  readonly site: Site;
  /** Who is told. */
  readonly topic: AlarmTopic;
  /** What is watched, each once. */
  readonly alarms: readonly Alarm[];
}

/** Alarms that tell the topic when they go off and when it is over; without `alarmActions` they only show it. */
export class Alarms extends pulumi.ComponentResource {
  constructor(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, topic, alarms } = args;
    super("sluice:observability:Alarms", name, { alarms, topicArn: topic.topicArn }, opts);
    const actions = [topic.topicArn];
    for (const alarm of alarms) {
      new aws.cloudwatch.MetricAlarm(
        `${name}-${alarm.what}`,
        {
          name: site.names.alarm(alarm.what),
          alarmDescription: alarm.description,
          namespace: alarm.metric.namespace,
          metricName: alarm.metric.name,
          dimensions: { ...alarm.metric.dimensions },
          statistic: alarm.statistic,
          comparisonOperator: alarm.comparison,
          threshold: alarm.threshold,
          period: alarm.periodSeconds,
          evaluationPeriods: alarm.periods ?? 1,
          treatMissingData: alarm.missing ?? "notBreaching",
          actionsEnabled: site.settings.alarmActions,
          alarmActions: actions,
          okActions: actions,
        },
        { parent: this, dependsOn: [topic] },
      );
    }
    this.registerOutputs({});
  }
}

const FIVE_MINUTES = 300;
const HOUR = 3600;

/** The alarms of a function: it fails, or it is called more often than it may run. */
export function functionAlarms(what: What<"function">, functionName: string): Alarm[] {
  const dimensions = { FunctionName: functionName };
  return [
    {
      what: `${what}-errors`,
      description: `${functionName} failed. Its log says why: /aws/lambda/${functionName}`,
      metric: awsMetric("AWS/Lambda", "Errors", dimensions),
      ...above(0),
    },
    {
      what: `${what}-throttles`,
      description: `${functionName} was called more often than its concurrency allows; the calls come again`,
      metric: awsMetric("AWS/Lambda", "Throttles", dimensions),
      ...above(0),
      periods: 3,
    },
  ];
}

/** The alarm of a queue that should be empty: something could not be handled. */
export function deadLetterAlarm(what: What<"alarm">, { queueName }: Queue): Alarm {
  return {
    what,
    description: `${queueName} holds what could not be handled. Look at a message, correct the cause, then send it back or take it away`,
    metric: awsMetric("AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: queueName }),
    ...above(0),
    statistic: "Maximum",
  };
}

/** The alarm of a queue of work whose oldest message has waited too long. */
export function oldestEventAlarm(what: What<"alarm">, { queueName }: Queue, seconds: number): Alarm {
  return {
    what,
    description: `The oldest event in ${queueName} has waited for more than ${seconds} s: work does not keep up`,
    metric: awsMetric("AWS/SQS", "ApproximateAgeOfOldestMessage", { QueueName: queueName }),
    ...above(seconds),
    statistic: "Maximum",
  };
}

/** The alarm of a lake that rejects rows. */
export function rowsRejectedAlarm(lakeName: string, quarantineBucket: string): Alarm {
  return {
    what: "rows-rejected",
    description: `Rows broke their dataset's contract; they are in ${quarantineBucket} with the reason`,
    metric: lakeMetric("RowsRejected", lakeName),
    ...above(0),
  };
}

/** The alarm of a dataset that has had no new file for too long; a function that does not measure it is as bad. */
export function staleAlarm(lakeName: string, hours: number): Alarm {
  return {
    what: "curated-stale",
    description: `A dataset has had no new file for more than ${hours} hours, or nobody looked`,
    metric: lakeMetric("HoursWithoutNewFile", lakeName),
    ...above(hours),
    statistic: "Maximum",
    periodSeconds: HOUR,
    periods: 2,
    missing: "breaching",
  };
}

/** The alarm of a query that Athena stopped because it would have read too much. */
export function queryScanAlarm(what: What<"alarm">, workgroupName: string, limitBytes: number): Alarm {
  return {
    what,
    description: `A query in ${workgroupName} read ${limitBytes} bytes and was stopped; narrow it by partition`,
    metric: awsMetric("AWS/Athena", "ProcessedBytes", {
      ...{ QueryState: "CANCELED", QueryType: "DML" },
      WorkGroup: workgroupName,
    }),
    statistic: "Maximum",
    comparison: "GreaterThanOrEqualToThreshold",
    threshold: limitBytes,
    periodSeconds: FIVE_MINUTES,
  };
}

function above(threshold: number) {
  return {
    statistic: "Sum",
    comparison: "GreaterThanThreshold",
    threshold,
    periodSeconds: FIVE_MINUTES,
  } as const;
}
