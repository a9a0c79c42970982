/** A Glue crawler. @see https://docs.aws.amazon.com/glue/latest/dg/define-crawler.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sidPart, type Call, type Grant } from "../access/grant.ts";
import { Role } from "../access/role.ts";
import { jsonText } from "../json.ts";
import type { What } from "../names.ts";
import type { Site } from "../site.ts";
import type { ZoneBucket } from "../storage/zone-bucket.ts";
import { crawlPolicies, type JdbcCrawlMode, type S3CrawlMode } from "./crawl-mode.ts";
import type { Database } from "./database.ts";

/** Files that a crawler reads. */
export interface S3Target {
  readonly kind: "s3";
  /** Where the files are. */
  readonly zone: ZoneBucket;
  /** The folder, with a slash at its end; the whole zone for "". */
  readonly prefix: string;
  /**
   * Which level of folders is a table, counted from the bucket, which is 1. Left to itself a crawler may make a table
   * of each partition.
   * @see https://docs.aws.amazon.com/glue/latest/dg/crawler-table-level.html
   */
  readonly tableLevel: number;
  readonly mode: S3CrawlMode;
}

/** What a crawler needs to know of a database that it reaches through a connection. */
export interface JdbcSource {
  readonly connectionName: string;
  /** What the crawler's role must be able to do to get there. */
  canConnect(): Grant;
}

/** Tables of a database that a crawler reads. */
export interface JdbcTarget {
  readonly kind: "jdbc";
  readonly source: JdbcSource;
  /** `DATABASE/SCHEMA/TABLE`, `%` for any. @see https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html */
  readonly path: string;
  readonly mode: JdbcCrawlMode;
}

/** What a {@link Crawler} is made of. */
export interface CrawlerArgs {
  readonly site: Site;
  readonly what: What<"crawler">;
  readonly description: string;
  /** What it reads. */
  readonly target: S3Target | JdbcTarget;
  /** Where the tables go. */
  readonly database: Database;
  /** When it runs, as a cron expression of AWS in UTC. @default only when it is told to */
  readonly schedule?: string;
}

/** Glue's own log group of all crawlers of an account. @see https://docs.aws.amazon.com/glue/latest/dg/monitor-crawler.html */
const CRAWLER_LOG_GROUP = "/aws-glue/crawlers";

/**
 * A crawler with a role of its own: it reads its target, and makes tables of its one database, and nothing else. AWS's
 * managed role for Glue is not used: that reads any bucket of the account whose name begins with aws-glue, and
 * changes any table.
 */
export class Crawler extends pulumi.ComponentResource {
  readonly crawlerName: string;
  /** Reads the target, makes the tables, and writes the log. */
  readonly role: Role;
  readonly #site: Site;

  constructor(name: string, args: CrawlerArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, target, database, ...data } = args;
    super("sluice:catalog:Crawler", name, { ...data, database: database.databaseName }, opts);
    this.#site = site;
    this.crawlerName = site.names.crawler(args.what);
    this.role = new Role(
      `${name}-role`,
      {
        site,
        what: `crawl-${args.what}`,
        description: args.description,
        service: "glue.amazonaws.com",
        grants: [...reads(target), database.canMakeTables(), this.canWriteLog()],
      },
      { parent: this },
    );
    new aws.glue.Crawler(
      name,
      {
        name: this.crawlerName,
        description: args.description,
        role: this.role.roleArn,
        databaseName: database.databaseName,
        ...(args.schedule !== undefined && { schedule: args.schedule }),
        ...targetOf(target),
        ...crawlPolicies(target.mode),
        configuration: jsonText(configurationOf(target)),
      },
      {
        parent: this,
        dependsOn: [this.role.policy, database, ...(target.kind === "s3" ? [target.zone] : [])],
      },
    );
    this.registerOutputs({ crawlerName: this.crawlerName });
  }

  /** The right to run the crawler and to see how it went; not to change it. */
  canStart(): Grant {
    const { arns } = this.#site;
    const resource = arns.crawler(this.crawlerName);
    const actions = ["glue:StartCrawler", "glue:StopCrawler", "glue:GetCrawler"];
    const role = arns.role(this.role.roleName);
    return {
      reason: `runs crawler ${this.crawlerName}`,
      statements: [
        { Sid: `Crawl${sidPart(this.crawlerName)}`, Effect: "Allow", Action: actions, Resource: [resource] },
      ],
      mustAllow: actions.map((action) => ({ action, resource })),
      mustNotAllow: [
        { action: "glue:StartCrawler", resource: `${resource}-other` },
        ...["glue:StartCrawlerSchedule", "glue:StopCrawlerSchedule", "glue:GetCrawlers"].map((action) => ({
          action,
          resource,
        })),
        { action: "glue:UpdateCrawler", resource },
        { action: "glue:DeleteCrawler", resource },
        { action: "iam:PassRole", resource: role },
      ],
    };
  }

  /** Glue makes the group when the first crawler of the account runs, with the crawler's rights. */
  private canWriteLog(): Grant {
    const { arns } = this.#site;
    const resource = arns.logGroup(CRAWLER_LOG_GROUP);
    const actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
    const stream = (action: string, group = CRAWLER_LOG_GROUP): Call => ({
      action,
      resource: arns.logGroup(group).replace(/\*$/, `log-stream:${this.crawlerName}`),
    });
    return {
      reason: `writes its log to ${CRAWLER_LOG_GROUP}`,
      statements: [{ Sid: "WriteCrawlerLog", Effect: "Allow", Action: actions, Resource: [resource] }],
      mustAllow: actions.map((action) => stream(action)),
      mustNotAllow: [
        stream("logs:DeleteLogStream"),
        stream("logs:GetLogEvents"),
        stream("logs:PutLogEvents", `${CRAWLER_LOG_GROUP}-other`),
      ],
    };
  }
}

function reads(target: S3Target | JdbcTarget): Grant[] {
  switch (target.kind) {
    case "s3":
      return [target.zone.canRead(target.prefix), target.zone.canList(target.prefix)];
    case "jdbc":
      return [target.source.canConnect()];
  }
}

function targetOf(target: S3Target | JdbcTarget): Pick<aws.glue.CrawlerArgs, "s3Targets" | "jdbcTargets"> {
  switch (target.kind) {
    case "s3":
      return { s3Targets: [{ path: `s3://${target.zone.bucketName}/${target.prefix}` }] };
    case "jdbc":
      return { jdbcTargets: [{ connectionName: target.source.connectionName, path: target.path }] };
  }
}

/** @see https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html */
function configurationOf(target: S3Target | JdbcTarget) {
  return {
    Version: 1,
    CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
    ...(target.kind === "s3" && {
      Grouping: {
        TableGroupingPolicy: "CombineCompatibleSchemas",
        TableLevelConfiguration: target.tableLevel,
      },
    }),
  };
}
