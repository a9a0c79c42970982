/** The lake at a glance. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { jsonText, type Json } from "../json.ts";
import type { Site } from "../site.ts";
import type { Metric } from "./metric.ts";

/** A line of a graph. */
export interface Line {
  readonly label: string;
  readonly metric: Metric;
  readonly statistic: "Sum" | "Maximum" | "Average" | "p99";
}

/** A graph: what it answers, and its lines. */
export interface Graph {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** What a {@link Dashboard} is made of. */
export interface DashboardArgs {
  readonly site: Site;
  /** What the reader should know first, in Markdown. */
  readonly introduction: string;
  /** The graphs, three a row. */
  readonly graphs: readonly Graph[];
  /** The alarms to show the state of, by ARN. */
  readonly alarmArns: readonly string[];
  /** The log whose errors are listed. */
  readonly logGroupName: string;
}

/** A dashboard's grid has 24 columns. */
const COLUMNS = 24;
const GRAPH_WIDTH = 8;
const GRAPH_HEIGHT = 6;

/** A dashboard that answers, top to bottom: is anything wrong, does data come in, what fails, what do queries read. */
export class Dashboard extends pulumi.ComponentResource {
  constructor(name: string, args: DashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, ...data } = args;
    super("sluice:observability:Dashboard", name, data, opts);
    new aws.cloudwatch.Dashboard(
      name,
      {
        dashboardName: site.names.dashboard("lake"),
        dashboardBody: jsonText({ widgets: widgetsOf(data, site.settings.region) }),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

type DashboardContent = Omit<DashboardArgs, "site">;

/** The widgets, from top to bottom. */
export function widgetsOf(
  { introduction, graphs, alarmArns, logGroupName }: DashboardContent,
  region: string,
): Json[] {
  const graphsTop = 6;
  const rows = Math.ceil(graphs.length / (COLUMNS / GRAPH_WIDTH));
  return [
    widget("text", { x: 0, y: 0, width: COLUMNS, height: 2 }, { markdown: introduction }),
    widget("alarm", { x: 0, y: 2, width: COLUMNS, height: 4 }, { title: "Alarms", alarms: [...alarmArns] }),
    ...graphs.map((graph, index) =>
      widget("metric", placeOf(index, graphsTop), {
        title: graph.title,
        region,
        view: "timeSeries",
        period: 300,
        metrics: graph.lines.map(({ label, metric, statistic }) => [
          metric.namespace,
          metric.name,
          ...Object.entries(metric.dimensions).flat(),
          { label, stat: statistic },
        ]),
      }),
    ),
    widget(
      "log",
      { x: 0, y: graphsTop + rows * GRAPH_HEIGHT, width: COLUMNS, height: 6 },
      {
        title: "What failed last",
        region,
        view: "table",
        query: `SOURCE '${logGroupName}' | fields @timestamp, message, source.key, error.message | filter level = "ERROR" | sort @timestamp desc | limit 20`,
      },
    ),
  ];
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function placeOf(index: number, top: number): Place {
  const perRow = COLUMNS / GRAPH_WIDTH;
  return {
    x: (index % perRow) * GRAPH_WIDTH,
    y: top + Math.floor(index / perRow) * GRAPH_HEIGHT,
    width: GRAPH_WIDTH,
    height: GRAPH_HEIGHT,
  };
}

function widget(type: string, place: Place, properties: Readonly<Record<string, Json>>): Json {
  return { type, ...place, properties };
}
