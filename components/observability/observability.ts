/** What tells people how the lake does. */
import * as pulumi from "@pulumi/pulumi";
import type { Crawler } from "../catalog/crawler.ts";
import { Queue } from "../events/queue.ts";
import { Rule } from "../events/rule.ts";
import type { Ingestion } from "../ingestion/ingestion.ts";
import type { Named } from "../names.ts";
import type { Workgroup } from "../query/workgroup.ts";
import type { Site } from "../site.ts";
import type { ZoneBucket } from "../storage/zone-bucket.ts";
import {
  Alarms,
  deadLetterAlarm,
  functionAlarms,
  oldestEventAlarm,
  queryScanAlarm,
  rowsRejectedAlarm,
  staleAlarm,
  type Alarm,
} from "./alarms.ts";
import { Budget } from "./budget.ts";
import { Dashboard, type Graph } from "./dashboard.ts";
import { Freshness } from "./freshness.ts";
import { awsMetric, lakeMetric } from "./metric.ts";
import { AlarmTopic } from "./topic.ts";

/** What {@link Observability} is made of. */
export interface ObservabilityArgs {
  readonly site: Site;
  readonly keyArn: pulumi.Input<string>;
  /** Its function and its queues are watched. */
  readonly ingestion: Ingestion;
  /** The zone that must have new files. */
  readonly curated: ZoneBucket;
  /** The zone that whoever gets an alarm is sent to. */
  readonly quarantine: ZoneBucket;
  /** The datasets' names. */
  readonly datasets: readonly string[];
  /** The workgroup whose queries are watched. */
  readonly workgroups: Readonly<Record<Named<"workgroup">, Workgroup>>;
  /** The crawlers whose failures are kept and told of. */
  readonly crawlers: readonly Crawler[];
}

/** Alarms on every edge that can fail, a topic that they go to, a dashboard, and a budget. */
export class Observability extends pulumi.ComponentResource {
  /** Where alarms go: other programs may send theirs there too. */
  readonly topic: AlarmTopic;
  /** What measures how long no file has come. */
  readonly freshness: Freshness;
  /** Runs of crawlers that failed. */
  readonly failedCrawls: Queue;
  /** Events of failed runs that could not be handed over. */
  readonly undeliveredCrawls: Queue;

  constructor(name: string, args: ObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, keyArn, curated, datasets } = args;
    super("sluice:observability:Observability", name, { datasets }, opts);
    const { alarmEmails: emails, monthlyBudgetUsd: monthlyUsd } = site.settings;
    this.topic = new AlarmTopic("alarm-topic", { site, keyArn, emails }, { parent: this });
    this.freshness = new Freshness("freshness", { site, keyArn, zone: curated, datasets }, { parent: this });
    const ruleArns = [site.arns.rule(site.names.rule("crawl-failed"))];
    this.failedCrawls = new Queue(
      "crawl-failed-events",
      { site, what: "crawl-failed", ruleArns },
      { parent: this },
    );
    this.undeliveredCrawls = new Queue(
      "crawl-failed-undelivered",
      { site, what: "crawl-failed-undelivered", ruleArns },
      { parent: this },
    );
    this.createCrawlRule(site, args.crawlers);
    const alarms = this.alarms(args);
    new Alarms("alarms", { site, topic: this.topic, alarms }, { parent: this });
    this.createDashboard(args, alarms);
    if (monthlyUsd > 0) new Budget("budget", { site, monthlyUsd, topic: this.topic }, { parent: this });
    this.registerOutputs({});
  }

  /** Glue publishes no metric of crawls that failed, but an event. @see https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-glue.html */
  private createCrawlRule(site: Site, crawlers: readonly Crawler[]): void {
    new Rule(
      "crawl-failed",
      {
        site,
        what: "crawl-failed",
        description: "Crawls that failed",
        pattern: {
          source: ["aws.glue"],
          "detail-type": ["Glue Crawler State Change"],
          account: [site.arns.accountId],
          detail: { crawlerName: crawlers.map(({ crawlerName }) => crawlerName), state: ["Failed"] },
        },
        target: { kind: "queue", queue: this.failedCrawls },
        undelivered: this.undeliveredCrawls,
      },
      { parent: this },
    );
  }

  private alarms({ site, ingestion, quarantine, workgroups }: ObservabilityArgs): Alarm[] {
    const { freshnessHours, queryScanLimitMiB } = site.settings;
    return [
      ...functionAlarms("ingest", ingestion.function.functionName),
      // One try that failed is no reason yet.
      oldestEventAlarm("ingest-oldest-event", ingestion.events, 2 * ingestion.retryAfterSeconds),
      deadLetterAlarm("ingest-dead", ingestion.dead),
      deadLetterAlarm("ingest-failed", ingestion.failed),
      deadLetterAlarm("ingest-undelivered", ingestion.undelivered),
      rowsRejectedAlarm(site.names.prefix, quarantine.bucketName),
      ...functionAlarms("freshness", this.freshness.function.functionName),
      deadLetterAlarm("freshness-failed", this.freshness.failed),
      deadLetterAlarm("freshness-undelivered", this.freshness.undelivered),
      deadLetterAlarm("crawl-failed", this.failedCrawls),
      deadLetterAlarm("crawl-failed-undelivered", this.undeliveredCrawls),
      ...(freshnessHours > 0 ? [staleAlarm(site.names.prefix, freshnessHours)] : []),
      ...Object.entries(workgroups).map(([what, { workgroupName }]) =>
        queryScanAlarm(`query-scan-${what}`, workgroupName, queryScanLimitMiB * 1024 * 1024),
      ),
    ];
  }

  private createDashboard(
    { site, ingestion, workgroups }: ObservabilityArgs,
    alarms: readonly Alarm[],
  ): void {
    const { names, arns } = site;
    new Dashboard(
      "dashboard",
      {
        site,
        introduction: `# ${names.prefix}\nFiles go to \`${names.bucket("raw")}\`; queries run in workgroup \`${workgroups.lake.workgroupName}\`.`,
        graphs: graphsOf(names.prefix, ingestion, Object.values(workgroups)),
        alarmArns: alarms.map(({ what }) => arns.alarm(names.alarm(what))),
        logGroupName: ingestion.function.logGroupName,
      },
      { parent: this },
    );
  }
}

/** The questions that the dashboard answers. */
function graphsOf(lakeName: string, ingestion: Ingestion, workgroups: readonly Workgroup[]): Graph[] {
  const ofFunction = { FunctionName: ingestion.function.functionName };
  const sum = (label: string, metric: Graph["lines"][number]["metric"]) =>
    ({ label, metric, statistic: "Sum" }) as const;
  const waiting = (label: string, queueName: string) =>
    ({
      label,
      metric: awsMetric("AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: queueName }),
      statistic: "Maximum",
    }) as const;
  return [
    {
      title: "Rows in",
      lines: [
        sum("written", lakeMetric("RowsWritten", lakeName)),
        sum("rejected", lakeMetric("RowsRejected", lakeName)),
      ],
    },
    {
      title: "Files",
      lines: [
        sum("Parquet written", lakeMetric("FilesWritten", lakeName)),
        sum("quarantined", lakeMetric("FilesQuarantined", lakeName)),
      ],
    },
    {
      title: "Hours without a new file",
      lines: [{ label: "hours", metric: lakeMetric("HoursWithoutNewFile", lakeName), statistic: "Maximum" }],
    },
    {
      title: "Events that wait",
      lines: [
        waiting("to be ingested", ingestion.events.queueName),
        waiting("failed", ingestion.dead.queueName),
        waiting("undelivered", ingestion.undelivered.queueName),
      ],
    },
    {
      title: "Ingestion",
      lines: [
        sum("calls", awsMetric("AWS/Lambda", "Invocations", ofFunction)),
        sum("errors", awsMetric("AWS/Lambda", "Errors", ofFunction)),
        sum("throttles", awsMetric("AWS/Lambda", "Throttles", ofFunction)),
        { label: "ms, 99 of 100", metric: awsMetric("AWS/Lambda", "Duration", ofFunction), statistic: "p99" },
      ],
    },
    {
      title: "Bytes that queries read",
      lines: workgroups.map(({ workgroupName }) =>
        sum(
          workgroupName,
          awsMetric("AWS/Athena", "ProcessedBytes", {
            ...{ QueryState: "SUCCEEDED", QueryType: "DML" },
            WorkGroup: workgroupName,
          }),
        ),
      ),
    },
  ];
}
