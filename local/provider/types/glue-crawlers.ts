/** aws.glue.Crawler. */
import {
  CrawlerLineageSettings,
  CreateCrawlerCommand,
  DeleteBehavior,
  DeleteCrawlerCommand,
  GetCrawlerCommand,
  JdbcMetadataEntry,
  RecrawlBehavior,
  UpdateBehavior,
  UpdateCrawlerCommand,
  type Crawler,
  type CrawlerTargets,
} from "@aws-sdk/client-glue";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import type { Properties } from "../values.ts";
import { integer, nonEmpty, tags, text, unlessMissing } from "./common.ts";
import { changeGlueTags, GLUE_MISSING, glueArn, readGlueTags } from "./glue-common.ts";

const queues = { eventQueueArn: v.optional(text), dlqEventQueueArn: v.optional(text) };

const crawlerInputs = v.strictObject({
  name: text,
  role: text,
  databaseName: text,
  description: v.optional(text),
  schedule: v.optional(text),
  s3Targets: v.optional(
    v.array(
      v.strictObject({
        path: text,
        exclusions: v.optional(v.array(text)),
        sampleSize: v.optional(integer),
        connectionName: v.optional(text),
        ...queues,
      }),
    ),
  ),
  jdbcTargets: v.optional(
    v.array(
      v.strictObject({
        connectionName: text,
        path: text,
        exclusions: v.optional(v.array(text)),
        enableAdditionalMetadatas: v.optional(v.array(v.enum(JdbcMetadataEntry))),
      }),
    ),
  ),
  catalogTargets: v.optional(
    v.array(
      v.strictObject({
        databaseName: text,
        tables: v.array(text),
        connectionName: v.optional(text),
        ...queues,
      }),
    ),
  ),
  recrawlPolicy: v.optional(
    v.strictObject({
      recrawlBehavior: v.optional(v.enum(RecrawlBehavior), RecrawlBehavior.CRAWL_EVERYTHING),
    }),
  ),
  schemaChangePolicy: v.optional(
    v.strictObject({
      deleteBehavior: v.optional(v.enum(DeleteBehavior), DeleteBehavior.DEPRECATE_IN_DATABASE),
      updateBehavior: v.optional(v.enum(UpdateBehavior), UpdateBehavior.UPDATE_IN_DATABASE),
    }),
  ),
  lakeFormationConfiguration: v.optional(
    v.strictObject({
      accountId: v.optional(text),
      useLakeFormationCredentials: v.optional(v.boolean()),
    }),
  ),
  lineageConfiguration: v.optional(
    v.strictObject({
      crawlerLineageSettings: v.optional(v.enum(CrawlerLineageSettings), CrawlerLineageSettings.DISABLE),
    }),
  ),
  configuration: v.optional(text),
  classifiers: v.optional(v.array(text)),
  securityConfiguration: v.optional(text),
  tablePrefix: v.optional(text),
  tags,
});

type CrawlerInputs = v.InferOutput<typeof crawlerInputs>;

const crawler = defineType({
  token: "aws:glue/crawler:Crawler",
  inputs: crawlerInputs,
  documents: ["configuration"],
  replaceOn: ["name"],
  computed: ["arn", "tagsAll"],
  async create(inputs, { clients }) {
    await clients.glue.send(new CreateCrawlerCommand({ ...toCrawler(inputs), Tags: inputs.tags }));
    return inputs.name;
  },
  async configure(id, inputs, context, before) {
    if (before === undefined) return;
    const { glue } = context.clients;
    await glue.send(new UpdateCrawlerCommand(toCrawler(inputs)));
    await changeGlueTags(glue, glueArn(context, "crawler", id), inputs.tags, before);
  },
  async read(id, context) {
    const { glue } = context.clients;
    const found = (await unlessMissing(glue.send(new GetCrawlerCommand({ Name: id })), GLUE_MISSING))
      ?.Crawler;
    if (found === undefined) return undefined;
    const arn = glueArn(context, "crawler", id);
    return { ...fromCrawler(found), tags: await readGlueTags(glue, arn), arn };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.glue.send(new DeleteCrawlerCommand({ Name: id })), GLUE_MISSING);
  },
});

function toCrawler(inputs: CrawlerInputs) {
  const { recrawlPolicy, schemaChangePolicy: change, lakeFormationConfiguration: lake } = inputs;
  return {
    Name: inputs.name,
    Role: inputs.role,
    DatabaseName: inputs.databaseName,
    // Empty takes away what was there; absent would leave it.
    Description: inputs.description ?? "",
    Schedule: inputs.schedule ?? "",
    Targets: toTargets(inputs),
    Classifiers: inputs.classifiers ?? [],
    TablePrefix: inputs.tablePrefix ?? "",
    RecrawlPolicy: { RecrawlBehavior: recrawlPolicy?.recrawlBehavior ?? RecrawlBehavior.CRAWL_EVERYTHING },
    SchemaChangePolicy: {
      DeleteBehavior: change?.deleteBehavior ?? DeleteBehavior.DEPRECATE_IN_DATABASE,
      UpdateBehavior: change?.updateBehavior ?? UpdateBehavior.UPDATE_IN_DATABASE,
    },
    LakeFormationConfiguration: {
      AccountId: lake?.accountId,
      UseLakeFormationCredentials: lake?.useLakeFormationCredentials ?? false,
    },
    LineageConfiguration: {
      CrawlerLineageSettings:
        inputs.lineageConfiguration?.crawlerLineageSettings ?? CrawlerLineageSettings.DISABLE,
    },
    Configuration: inputs.configuration ?? "",
    CrawlerSecurityConfiguration: inputs.securityConfiguration ?? "",
  };
}

function toTargets(inputs: CrawlerInputs): CrawlerTargets {
  return {
    S3Targets: inputs.s3Targets?.map((target) => ({
      Path: target.path,
      Exclusions: target.exclusions,
      SampleSize: target.sampleSize,
      ConnectionName: target.connectionName,
      EventQueueArn: target.eventQueueArn,
      DlqEventQueueArn: target.dlqEventQueueArn,
    })),
    JdbcTargets: inputs.jdbcTargets?.map((target) => ({
      ConnectionName: target.connectionName,
      Path: target.path,
      Exclusions: target.exclusions,
      EnableAdditionalMetadata: target.enableAdditionalMetadatas,
    })),
    CatalogTargets: inputs.catalogTargets?.map((target) => ({
      DatabaseName: target.databaseName,
      Tables: target.tables,
      ConnectionName: target.connectionName,
      EventQueueArn: target.eventQueueArn,
      DlqEventQueueArn: target.dlqEventQueueArn,
    })),
  };
}

function fromCrawler(found: Crawler): Properties {
  const { RecrawlPolicy, SchemaChangePolicy: change, LakeFormationConfiguration: lake } = found;
  const lineage = found.LineageConfiguration?.CrawlerLineageSettings;
  return {
    name: found.Name,
    role: found.Role,
    databaseName: found.DatabaseName,
    description: found.Description || undefined,
    schedule: found.Schedule?.ScheduleExpression || undefined,
    ...fromTargets(found.Targets ?? {}),
    recrawlPolicy: RecrawlPolicy && { recrawlBehavior: RecrawlPolicy.RecrawlBehavior },
    schemaChangePolicy: change && {
      deleteBehavior: change.DeleteBehavior,
      updateBehavior: change.UpdateBehavior,
    },
    lakeFormationConfiguration: lake && {
      accountId: lake.AccountId,
      useLakeFormationCredentials: lake.UseLakeFormationCredentials,
    },
    lineageConfiguration: lineage && { crawlerLineageSettings: lineage },
    configuration: found.Configuration || undefined,
    classifiers: nonEmpty(found.Classifiers),
    securityConfiguration: found.CrawlerSecurityConfiguration || undefined,
    tablePrefix: found.TablePrefix || undefined,
  };
}

function fromTargets(targets: CrawlerTargets): Properties {
  const s3 = targets.S3Targets?.map((target) => ({
    path: target.Path,
    exclusions: nonEmpty(target.Exclusions),
    sampleSize: target.SampleSize,
    connectionName: target.ConnectionName,
    eventQueueArn: target.EventQueueArn,
    dlqEventQueueArn: target.DlqEventQueueArn,
  }));
  const jdbc = targets.JdbcTargets?.map((target) => ({
    connectionName: target.ConnectionName,
    path: target.Path,
    exclusions: nonEmpty(target.Exclusions),
    enableAdditionalMetadatas: nonEmpty(target.EnableAdditionalMetadata),
  }));
  const catalog = targets.CatalogTargets?.map((target) => ({
    databaseName: target.DatabaseName,
    tables: target.Tables,
    connectionName: target.ConnectionName,
    eventQueueArn: target.EventQueueArn,
    dlqEventQueueArn: target.DlqEventQueueArn,
  }));
  return {
    s3Targets: nonEmpty(s3),
    jdbcTargets: nonEmpty(jdbc),
    catalogTargets: nonEmpty(catalog),
  };
}

/** Types of Glue's crawlers. */
export const glueCrawlerTypes = [crawler];
