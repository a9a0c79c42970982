/** aws.cloudwatch.MetricAlarm and aws.cloudwatch.CompositeAlarm. */
import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type AlarmType,
  ComparisonOperator,
  type Dimension,
  type MetricAlarm,
  type MetricDataQuery,
  StandardUnit,
  Statistic,
} from "@aws-sdk/client-cloudwatch";
import * as v from "valibot";
import { defineType, type Context } from "../resource-type.ts";
import type { Properties } from "../values.ts";
import { changeTags, integer, nonEmpty, tagList, tagMap, tags, text } from "./common.ts";

const actions = v.optional(v.array(text));
const dimensions = v.optional(v.record(text, text));

const metricQuery = v.strictObject({
  id: text,
  accountId: v.optional(text),
  expression: v.optional(text),
  label: v.optional(text),
  period: v.optional(integer),
  returnData: v.optional(v.boolean(), false),
  metric: v.optional(
    v.strictObject({
      metricName: text,
      namespace: v.optional(text),
      period: integer,
      stat: text,
      unit: v.optional(v.enum(StandardUnit)),
      dimensions,
    }),
  ),
});

const alarmInputs = v.strictObject({
  name: text,
  alarmDescription: v.optional(text),
  namespace: v.optional(text),
  metricName: v.optional(text),
  dimensions,
  statistic: v.optional(v.enum(Statistic)),
  extendedStatistic: v.optional(text),
  period: v.optional(integer),
  evaluationPeriods: integer,
  datapointsToAlarm: v.optional(integer),
  threshold: v.optional(v.number()),
  comparisonOperator: v.enum(ComparisonOperator),
  treatMissingData: v.optional(v.picklist(["missing", "ignore", "breaching", "notBreaching"]), "missing"),
  unit: v.optional(v.enum(StandardUnit)),
  metricQueries: v.optional(v.array(metricQuery)),
  alarmActions: actions,
  okActions: actions,
  insufficientDataActions: actions,
  actionsEnabled: v.optional(v.boolean(), true),
  tags,
});

const metricAlarm = defineType({
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  inputs: alarmInputs,
  replaceOn: ["name"],
  computed: ["arn", "tagsAll"],
  create: ({ name }) => Promise.resolve(name),
  async configure(id, inputs, context, before) {
    await context.clients.cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: id,
        AlarmDescription: inputs.alarmDescription,
        Namespace: inputs.namespace,
        MetricName: inputs.metricName,
        Dimensions: toDimensions(inputs.dimensions),
        Statistic: inputs.statistic,
        ExtendedStatistic: inputs.extendedStatistic,
        Period: inputs.period,
        EvaluationPeriods: inputs.evaluationPeriods,
        DatapointsToAlarm: inputs.datapointsToAlarm,
        Threshold: inputs.threshold,
        ComparisonOperator: inputs.comparisonOperator,
        TreatMissingData: inputs.treatMissingData,
        Unit: inputs.unit,
        Metrics: inputs.metricQueries?.map(toQuery),
        ...toActions(inputs),
        ...(before === undefined && { Tags: tagList(inputs.tags) }),
      }),
    );
    if (before !== undefined) await changeAlarmTags(id, before.tags, inputs.tags, context);
  },
  async read(id, context) {
    const found = await describe(id, "MetricAlarm", context);
    if (found === undefined) return undefined;
    return {
      ...fromMetricAlarm(found),
      ...fromActions(found),
      name: found.AlarmName,
      tags: await readTags(found.AlarmArn, context),
      arn: found.AlarmArn,
    };
  },
  async delete(id, _inputs, { clients }) {
    await clients.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [id] }));
  },
});

interface Actions {
  readonly alarmActions?: string[] | undefined;
  readonly okActions?: string[] | undefined;
  readonly insufficientDataActions?: string[] | undefined;
  readonly actionsEnabled: boolean;
}

function toActions(inputs: Actions) {
  return {
    AlarmActions: inputs.alarmActions ?? [],
    OKActions: inputs.okActions ?? [],
    InsufficientDataActions: inputs.insufficientDataActions ?? [],
    ActionsEnabled: inputs.actionsEnabled,
  };
}

function fromActions(
  found: Pick<MetricAlarm, "AlarmActions" | "OKActions" | "InsufficientDataActions" | "ActionsEnabled">,
): Properties {
  return {
    alarmActions: nonEmpty(found.AlarmActions),
    okActions: nonEmpty(found.OKActions),
    insufficientDataActions: nonEmpty(found.InsufficientDataActions),
    actionsEnabled: found.ActionsEnabled,
  };
}

function fromMetricAlarm(found: MetricAlarm): Properties {
  return {
    alarmDescription: found.AlarmDescription || undefined,
    namespace: found.Namespace || undefined,
    metricName: found.MetricName || undefined,
    dimensions: fromDimensions(found.Dimensions),
    statistic: found.Statistic,
    extendedStatistic: found.ExtendedStatistic,
    period: found.Period,
    evaluationPeriods: found.EvaluationPeriods,
    datapointsToAlarm: found.DatapointsToAlarm,
    threshold: found.Threshold,
    comparisonOperator: found.ComparisonOperator,
    treatMissingData: found.TreatMissingData ?? "missing",
    unit: found.Unit,
    // The emulator forgets an alarm's queries: what is not there is not told of.
    ...(found.Metrics?.length ? { metricQueries: found.Metrics.map(fromQuery) } : {}),
  };
}

function toQuery(query: v.InferOutput<typeof metricQuery>): MetricDataQuery {
  const { metric } = query;
  return {
    Id: query.id,
    AccountId: query.accountId,
    Expression: query.expression,
    Label: query.label,
    Period: query.period,
    ReturnData: query.returnData,
    ...(metric && {
      MetricStat: {
        Metric: {
          MetricName: metric.metricName,
          Namespace: metric.namespace,
          Dimensions: toDimensions(metric.dimensions),
        },
        Period: metric.period,
        Stat: metric.stat,
        Unit: metric.unit,
      },
    }),
  };
}

function fromQuery(query: MetricDataQuery): Properties {
  const stat = query.MetricStat;
  return {
    id: query.Id,
    accountId: query.AccountId,
    expression: query.Expression || undefined,
    label: query.Label || undefined,
    period: query.Period,
    returnData: query.ReturnData ?? false,
    metric: stat && {
      metricName: stat.Metric?.MetricName,
      namespace: stat.Metric?.Namespace,
      period: stat.Period,
      stat: stat.Stat,
      unit: stat.Unit,
      dimensions: fromDimensions(stat.Metric?.Dimensions),
    },
  };
}

function toDimensions(byName: Readonly<Record<string, string>> | undefined): Dimension[] {
  return Object.entries(byName ?? {}).map(([Name, Value]) => ({ Name, Value }));
}

function fromDimensions(list: readonly Dimension[] | undefined): Record<string, string> | undefined {
  return nonEmpty(Object.fromEntries((list ?? []).map(({ Name = "", Value = "" }) => [Name, Value])));
}

async function describe(name: string, type: AlarmType, { clients }: Context) {
  const found = await clients.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: [type] }),
  );
  const alarms = type === "MetricAlarm" ? found.MetricAlarms : found.CompositeAlarms;
  return alarms?.find(({ AlarmName }) => AlarmName === name);
}

async function readTags(
  ResourceARN: string | undefined,
  { clients }: Context,
): Promise<Record<string, string> | undefined> {
  return tagMap((await clients.cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags);
}

async function changeAlarmTags(
  name: string,
  before: Record<string, string> | undefined,
  after: Record<string, string> | undefined,
  { clients: { cloudwatch }, partition, region, accountId }: Context,
): Promise<void> {
  const ResourceARN = `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${name}`;
  await changeTags(
    before,
    after,
    (TagKeys) => cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys })),
    (all) => cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: tagList(all) })),
  );
}

const compositeAlarm = defineType({
  token: "aws:cloudwatch/compositeAlarm:CompositeAlarm",
  inputs: v.strictObject({
    alarmName: text,
    alarmRule: text,
    alarmDescription: v.optional(text),
    alarmActions: actions,
    okActions: actions,
    insufficientDataActions: actions,
    actionsEnabled: v.optional(v.boolean(), true),
    tags,
  }),
  replaceOn: ["alarmName", "actionsEnabled"],
  computed: ["arn", "tagsAll"],
  create: ({ alarmName }) => Promise.resolve(alarmName),
  async configure(id, inputs, context, before) {
    await context.clients.cloudwatch.send(
      new PutCompositeAlarmCommand({
        AlarmName: id,
        AlarmRule: inputs.alarmRule,
        AlarmDescription: inputs.alarmDescription,
        ...toActions(inputs),
        ...(before === undefined && { Tags: tagList(inputs.tags) }),
      }),
    );
    if (before !== undefined) await changeAlarmTags(id, before.tags, inputs.tags, context);
  },
  async read(id, context) {
    const found = await describe(id, "CompositeAlarm", context);
    if (found === undefined) return undefined;
    return {
      alarmName: found.AlarmName,
      alarmRule: "AlarmRule" in found ? found.AlarmRule : undefined,
      alarmDescription: found.AlarmDescription || undefined,
      ...fromActions(found),
      tags: await readTags(found.AlarmArn, context),
      arn: found.AlarmArn,
    };
  },
  async delete(id, _inputs, { clients }) {
    await clients.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [id] }));
  },
});

/** Types of CloudWatch's alarms. */
export const cloudwatchTypes = [metricAlarm, compositeAlarm];
