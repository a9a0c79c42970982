/** The lake: how the parts go together. */
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { datasets } from "../datasets/index.ts";
import { Boundary } from "./access/boundary.ts";
import type { Grant } from "./access/grant.ts";
import { Key } from "./access/key.ts";
import { Crawls } from "./catalog/crawls.ts";
import { Database } from "./catalog/database.ts";
import { Table } from "./catalog/table.ts";
import { PullThroughCache } from "./compute/pull-through-cache.ts";
import { Bus } from "./events/bus.ts";
import { Governance } from "./governance/governance.ts";
import { LakeFormationPermissions } from "./governance/permissions.ts";
import { LakeFormationSettings } from "./governance/settings.ts";
import { Ingestion } from "./ingestion/ingestion.ts";
import { CATALOGUED_ZONES, ZONES, type CataloguedZone, type Named, type Zone } from "./names.ts";
import { Observability } from "./observability/observability.ts";
import { People } from "./people/people.ts";
import { Queries, readQueries } from "./query/queries.ts";
import { Workgroup } from "./query/workgroup.ts";
import type { Site } from "./site.ts";
import { PartnerDrop } from "./storage/partner-drop.ts";
import { ZoneBucket } from "./storage/zone-bucket.ts";

/** What a {@link Lake} is made of. */
export interface LakeArgs {
  readonly site: Site;
}

/** The folder of the queries that are kept as files. */
const QUERIES = path.resolve(import.meta.dirname, "..", "queries");

/**
 * A serverless data lake. A file that is dropped into the raw zone, under a dataset's name, becomes partitioned
 * Parquet in the curated zone, which Athena queries with what Lake Formation hands out; rows that break the dataset's
 * contract are kept in quarantine. Everything that can fail has an alarm, and every role its grants and a boundary.
 *
 * Whoever makes one says when its last role is declared ({@link Lake.closeAccess}), as `deployLake` does: the key and
 * the boundary wait for it, and the engine with them.
 */
export class Lake extends pulumi.ComponentResource {
  /** For whatever a program adds: its names, ARNs and boundary. */
  readonly site: Site;
  /** What everything in the lake is encrypted with. */
  readonly key: Key;
  /** The buckets: raw, curated, quarantine, results, and access-logs. */
  readonly zones: Readonly<Record<Zone, ZoneBucket>>;
  /** A database for each zone whose files are tables. */
  readonly databases: Readonly<Record<CataloguedZone, Database>>;
  /** A table of the curated zone for each dataset. */
  readonly tables: readonly Table[];
  /** `lake` for those who query, `engineering` for those who run the lake. */
  readonly workgroups: Readonly<Record<Named<"workgroup">, Workgroup>>;
  /** From files in the raw zone to rows in the curated zone. */
  readonly ingestion: Ingestion;
  /** The crawlers, and what they fill. */
  readonly crawls: Crawls;
  /** Alarms, their topic, and the dashboard. */
  readonly observability: Observability;
  /** The roles analyst and engineer. */
  readonly people: People;
  /** For the lake's own events. */
  readonly bus: Bus;
  /** Where partners drop files, if there are any. */
  readonly partnerDrop: PartnerDrop | undefined;
  readonly #governance: Governance;

  constructor(name: string, args: LakeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:index:Lake", name, args.site.settings, opts);
    const boundary = new Boundary("boundary", { site: args.site }, { parent: this });
    this.site = { ...args.site, beforeRoles: [boundary] };
    const { settings } = this.site;
    this.key = new Key(
      "key",
      { site: this.site, createsThrough: settings.source ? ["ecr", "rds", "secretsmanager"] : ["ecr"] },
      { parent: this },
    );
    this.zones = this.createZones();
    this.partnerDrop = this.createPartnerDrop();
    const governed = this.createLakeFormationSettings();
    this.databases = this.createDatabases(governed);
    this.tables = this.createTables();
    this.workgroups = this.createWorkgroups();
    this.ingestion = this.createIngestion();
    this.crawls = this.createCrawls(governed);
    this.bus = new Bus(
      "bus",
      { site: this.site, what: "lake", description: "What happens in the lake" },
      { parent: this },
    );
    this.observability = this.createObservability();
    this.#governance = this.createGovernance(governed);
    this.people = this.createPeople();
    this.registerOutputs({});
  }

  /**
   * Says that every role is declared. Lake Formation's permissions, the key's policy and the boundary follow from the
   * roles' grants; one that is declared later is refused.
   */
  closeAccess(): void {
    new LakeFormationPermissions(
      "permissions",
      { arns: this.site.arns, holders: this.site.access.holders },
      {
        parent: this,
        dependsOn: [...this.tables, ...Object.values(this.databases), this.crawls, this.#governance],
      },
    );
    this.site.access.close();
  }

  private createZones(): Record<Zone, ZoneBucket> {
    const { resultRetentionDays, accessLogRetentionDays } = this.site.settings;
    const expiry: Partial<Record<Zone, number>> = {
      results: resultRetentionDays,
      "access-logs": accessLogRetentionDays,
    };
    const logs = this.createZone("access-logs", expiry["access-logs"], []);
    const entries = ZONES.filter((zone) => zone !== "access-logs").map(
      (zone) => [zone, this.createZone(zone, expiry[zone], [logs])] as const,
    );
    return { ...Object.fromEntries(entries), "access-logs": logs } as Record<Zone, ZoneBucket>;
  }

  private createZone(
    zone: Zone,
    expiresAfterDays: number | undefined,
    before: pulumi.Resource[],
  ): ZoneBucket {
    return new ZoneBucket(
      zone,
      {
        site: this.site,
        zone,
        keyArn: this.key.keyArn,
        expiresAfterDays,
        sendsEvents: zone === "raw",
      },
      { parent: this, dependsOn: before },
    );
  }

  private createPartnerDrop(): PartnerDrop | undefined {
    const { partnerAccountIds } = this.site.settings;
    if (partnerAccountIds.length === 0) return undefined;
    return new PartnerDrop(
      "partner-drop",
      { site: this.site, partnerAccountIds },
      { parent: this, dependsOn: [this.zones["access-logs"]] },
    );
  }

  private createDatabases(before: readonly pulumi.Resource[]): Record<CataloguedZone, Database> {
    const entries = CATALOGUED_ZONES.map((zone) => {
      const args = { site: this.site, of: zone, description: `The ${zone} zone's tables` } as const;
      return [
        zone,
        new Database(`${zone}-database`, args, { parent: this, dependsOn: [...before] }),
      ] as const;
    });
    return Object.fromEntries(entries) as Record<CataloguedZone, Database>;
  }

  private createTables(): Table[] {
    return [...datasets.values()].map(
      (dataset) =>
        new Table(
          `${dataset.name}-table`,
          { site: this.site, database: this.databases.curated, dataset, zone: this.zones.curated },
          { parent: this },
        ),
    );
  }

  private createWorkgroups(): Record<Named<"workgroup">, Workgroup> {
    const create = (what: Named<"workgroup">, description: string): Workgroup =>
      new Workgroup(
        what === "lake" ? "workgroup" : `${what}-workgroup`,
        {
          ...{ site: this.site, what, description },
          results: this.zones.results,
          keyArn: this.key.keyArn,
          scanLimitMiB: this.site.settings.queryScanLimitMiB,
        },
        { parent: this, dependsOn: [this.zones.results] },
      );
    const workgroups = {
      lake: create("lake", "Queries over the lake"),
      engineering: create("engineering", "Queries of those who run the lake"),
    };
    new Queries(
      "queries",
      { workgroup: workgroups.lake, database: this.databases.curated, queries: readQueries(QUERIES) },
      { parent: this, dependsOn: [...this.tables] },
    );
    return workgroups;
  }

  /** Where the settings ask for one: the image is built from what it keeps. */
  private createImageCache(): pulumi.Resource[] {
    const { pullThroughCache: repositoryPrefix } = this.site.settings;
    if (repositoryPrefix === undefined) return [];
    const args = { repositoryPrefix, registry: { kind: "ecr-public" } } as const;
    return [new PullThroughCache("pull-through-cache", args, { parent: this })];
  }

  private createIngestion(): Ingestion {
    const { raw, curated, quarantine } = this.zones;
    return new Ingestion(
      "ingest",
      {
        ...{ site: this.site, keyArn: this.key.keyArn, raw, curated, quarantine },
        datasets: [...datasets.keys()],
      },
      { parent: this, dependsOn: this.createImageCache() },
    );
  }

  private createCrawls(before: readonly pulumi.Resource[]): Crawls {
    return new Crawls(
      "crawls",
      {
        ...{ site: this.site, keyArn: this.key.keyArn, raw: this.zones.raw },
        rawDatabase: this.databases.raw,
      },
      { parent: this, dependsOn: [...before] },
    );
  }

  private createObservability(): Observability {
    const { curated, quarantine } = this.zones;
    return new Observability(
      "observability",
      {
        ...{ site: this.site, keyArn: this.key.keyArn, curated, quarantine },
        ingestion: this.ingestion,
        datasets: [...datasets.keys()],
        workgroups: this.workgroups,
        crawlers: this.crawls.crawlers,
      },
      { parent: this },
    );
  }

  /** Before any database is made, so that none is open to everybody. */
  private createLakeFormationSettings(): pulumi.Resource[] {
    const { lakeFormationSettings, lakeFormationAdmins: admins, accountId } = this.site.settings;
    if (lakeFormationSettings === "external") return [];
    return [new LakeFormationSettings("lake-formation-settings", { accountId, admins }, { parent: this })];
  }

  private createGovernance(before: readonly pulumi.Resource[]): Governance {
    const databases = [...new Set([...Object.values(this.databases), ...this.crawls.databases])];
    return new Governance(
      "governance",
      { site: this.site, governed: this.zones.curated, databases },
      { parent: this, dependsOn: [...before] },
    );
  }

  private createPeople(): People {
    const { raw, quarantine } = this.zones;
    const { events, dead, failed, undelivered, function: ingest } = this.ingestion;
    const query: Grant[] = this.tables.map((table) => table.canQuery());
    const { freshness, failedCrawls, undeliveredCrawls } = this.observability;
    const waiting = [
      ...[failed, undelivered, freshness.failed, freshness.undelivered],
      ...[failedCrawls, undeliveredCrawls],
    ];
    return new People(
      "people",
      {
        site: this.site,
        analyst: [...query, this.workgroups.lake.canRun()],
        engineer: [
          this.databases.curated.canQueryTables(),
          this.workgroups.engineering.canRun(),
          ...[raw.canReadAndWrite(), raw.canReadVersions(), raw.canList()],
          ...[quarantine.canRead(), quarantine.canList()],
          dead.canRedrive(),
          ...waiting.map((queue) => queue.canHandle()),
          ...this.crawls.databases.map((database) => database.canQueryTables()),
          ...(this.partnerDrop === undefined ? [] : [this.partnerDrop.canRead()]),
          events.canSend(),
          ...this.crawls.crawlers.map((crawler) => crawler.canStart()),
          ...[ingest.canInvoke(), ingest.canReadLog()],
        ],
      },
      { parent: this },
    );
  }
}
