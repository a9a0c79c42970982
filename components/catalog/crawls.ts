/** The lake's crawlers, and the databases that they fill. */
import * as pulumi from "@pulumi/pulumi";
import type { Site } from "../site.ts";
import { DatabaseSource } from "../source/database-source.ts";
import type { SourceSettings } from "../settings.ts";
import type { ZoneBucket } from "../storage/zone-bucket.ts";
import { Crawler } from "./crawler.ts";
import { Database } from "./database.ts";

/** What {@link Crawls} are made of. */
export interface CrawlsArgs {
  readonly site: Site;
  readonly keyArn: pulumi.Input<string>;
  /** The zone whose files are shown as tables. */
  readonly raw: ZoneBucket;
  /** Where these tables go. */
  readonly rawDatabase: Database;
}

/** A table that changes is changed; one whose data is gone stays, and the crawler's log says so. */
const MODE = { kind: "everything", onChange: "update-table", onGone: "log" } as const;

/** A crawler of the raw zone, and, where the settings name a source, the source and a crawler of its tables. */
export class Crawls extends pulumi.ComponentResource {
  /** The crawler of the raw zone, then the source's. */
  readonly crawlers: readonly Crawler[];
  /** The databases that the crawlers fill. */
  readonly databases: readonly Database[];

  constructor(name: string, args: CrawlsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, rawDatabase, raw } = args;
    const { source } = site.settings;
    super("sluice:catalog:Crawls", name, { bucketName: raw.bucketName, source }, opts);
    const ofRaw = new Crawler(
      "crawl-raw",
      {
        ...{ site, what: "raw", database: rawDatabase, ...this.schedule(site) },
        description: "Shows the files of the raw zone as tables",
        // The bucket, then the dataset.
        target: { kind: "s3", zone: raw, prefix: "", tableLevel: 2, mode: MODE },
      },
      { parent: this },
    );
    const ofSource = source === undefined ? [] : [this.createSource(args, source)];
    this.crawlers = [ofRaw, ...ofSource.map(({ crawler }) => crawler)];
    this.databases = [rawDatabase, ...ofSource.map(({ database }) => database)];
    this.registerOutputs({});
  }

  private createSource({ site, keyArn }: CrawlsArgs, settings: SourceSettings) {
    const database = new Database(
      "source-database",
      { site, of: "source", description: "The source database's tables" },
      { parent: this },
    );
    const source = new DatabaseSource("source", { site, keyArn, source: settings }, { parent: this });
    const { engine, databaseName } = settings;
    const crawler = new Crawler(
      "crawl-source",
      {
        ...{ site, what: "source", database, ...this.schedule(site) },
        description: `Shows the tables of database ${databaseName}`,
        target: {
          kind: "jdbc",
          source,
          path: engine === "postgres" ? `${databaseName}/public/%` : `${databaseName}/%`,
          mode: MODE,
        },
      },
      { parent: this, dependsOn: [source] },
    );
    return { database, crawler };
  }

  private schedule({ settings: { crawlSchedule: schedule } }: Site): { readonly schedule?: string } {
    return schedule === "" ? {} : { schedule };
  }
}
