/** The lake: how the parts go together. */
import * as pulumi from "@pulumi/pulumi";
import { datasets } from "../datasets/index.ts";
import { unknownFolder } from "../functions/ingest/core.ts";
import { createArns, type Arns } from "./arns.ts";
import { Database } from "./catalog/database.ts";
import { Table } from "./catalog/table.ts";
import { bundleFunction } from "./compute/bundle.ts";
import { ZipFunction } from "./compute/zip-function.ts";
import { FailureQueue } from "./events/failure-queue.ts";
import { ObjectCreatedRule } from "./events/object-created-rule.ts";
import { ZONES, type Names, type QueueName, type Zone } from "./names.ts";
import { Workgroup } from "./query/workgroup.ts";
import type { Settings } from "./settings.ts";
import { ZoneBucket } from "./storage/zone-bucket.ts";

/** DuckDB's machine code for Lambda's x86_64 on Amazon Linux 2023. */
const DUCKDB = "@duckdb/node-bindings-linux-x64";

/** What a {@link Lake} is made of. */
export interface LakeArgs {
  readonly settings: Settings;
  /** The names of the settings' stack. */
  readonly names: Names;
}

/**
 * A serverless data lake. A file that is dropped into the raw zone, under a dataset's name, becomes partitioned
 * Parquet in the curated zone, which Athena queries; rows that break the dataset's contract are kept in quarantine.
 */
export class Lake extends pulumi.ComponentResource {
  readonly zones: Readonly<Record<Zone, ZoneBucket>>;
  readonly ingest: ZipFunction;
  /** Events that the ingestion failed on every time. */
  readonly failedEvents: FailureQueue;
  /** Events that could not be handed to the ingestion. */
  readonly undeliveredEvents: FailureQueue;
  readonly database: Database;
  readonly workgroup: Workgroup;
  readonly #settings: Settings;
  readonly #names: Names;
  readonly #arns: Arns;

  constructor(name: string, { settings, names }: LakeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:index:Lake", name, settings, opts);
    this.#settings = settings;
    this.#names = names;
    this.#arns = createArns(settings);

    this.zones = this.createZones();
    this.database = this.createCatalog();
    this.workgroup = this.createWorkgroup();
    const ruleName = this.#names.rule("raw-object-created");
    this.failedEvents = this.createFailureQueue("ingest-failed");
    this.undeliveredEvents = this.createFailureQueue("ingest-undelivered", [this.#arns.rule(ruleName)]);
    this.ingest = this.createIngestion();
    this.createRule(ruleName);
    this.registerOutputs({});
  }

  private createZones(): Record<Zone, ZoneBucket> {
    const entries = ZONES.map((zone) => [zone, this.createZone(zone)] as const);
    return Object.fromEntries(entries) as Record<Zone, ZoneBucket>;
  }

  private createZone(zone: Zone): ZoneBucket {
    const { oldVersionRetentionDays, resultRetentionDays, destroyData } = this.#settings;
    const isResults = zone === "results";
    return new ZoneBucket(
      zone,
      {
        zone,
        bucketName: this.#names.bucket(zone),
        arns: this.#arns,
        // An expired object lives on as an old version: results are to be gone when they expire.
        oldVersionRetentionDays: isResults ? 1 : oldVersionRetentionDays,
        expiresAfterDays: isResults ? resultRetentionDays : undefined,
        sendsEvents: zone === "raw",
        destroyData,
      },
      { parent: this },
    );
  }

  private createCatalog(): Database {
    const database = new Database(
      "curated-database",
      {
        databaseName: this.#names.database("curated"),
        description: "The curated zone's tables",
        accountId: this.#settings.accountId,
      },
      { parent: this },
    );
    for (const dataset of datasets.values()) {
      const bucketName = this.zones.curated.bucketName;
      new Table(`${dataset.name}-table`, { database, dataset, bucketName }, { parent: this });
    }
    return database;
  }

  private createWorkgroup(): Workgroup {
    return new Workgroup(
      "workgroup",
      {
        workgroupName: this.#names.workgroup("lake"),
        resultBucketName: this.zones.results.bucketName,
        accountId: this.#settings.accountId,
        scanLimitMiB: this.#settings.queryScanLimitMiB,
        destroyData: this.#settings.destroyData,
      },
      { parent: this, dependsOn: [this.zones.results] },
    );
  }

  private createIngestion(): ZipFunction {
    const { raw, curated, quarantine } = this.zones;
    const folders = [...datasets.keys()].map((dataset) => `${dataset}/`);
    return new ZipFunction(
      "ingest",
      {
        names: this.#names,
        arns: this.#arns,
        what: "ingest",
        description: "Turns the files of the raw zone into Parquet in the curated zone",
        zip: bundleFunction({ name: "ingest", nativePackages: [DUCKDB] }),
        grants: [
          raw.canRead(),
          curated.canWrite(...folders),
          quarantine.canWrite(...folders, `${unknownFolder}/`),
        ],
        environment: {
          CURATED_BUCKET: curated.bucketName,
          QUARANTINE_BUCKET: quarantine.bucketName,
        },
        memoryMiB: 1024,
        timeoutSeconds: 300,
        temporaryStorageMiB: 4096,
        logRetentionDays: this.#settings.logRetentionDays,
        destroyData: this.#settings.destroyData,
        failed: this.failedEvents,
      },
      { parent: this, dependsOn: [curated, quarantine] },
    );
  }

  private createRule(ruleName: string): void {
    new ObjectCreatedRule(
      "raw-object-created",
      {
        ruleName,
        ruleArn: this.#arns.rule(ruleName),
        accountId: this.#settings.accountId,
        bucketName: this.zones.raw.bucketName,
        function: this.ingest,
        undelivered: this.undeliveredEvents,
      },
      { parent: this, dependsOn: [this.zones.raw, this.ingest] },
    );
  }

  private createFailureQueue(what: QueueName, ruleArns: readonly string[] = []): FailureQueue {
    const queueName = this.#names.queue(what);
    const { destroyData } = this.#settings;
    return new FailureQueue(
      what,
      { queueName, queueArn: this.#arns.queue(queueName), ruleArns, destroyData },
      { parent: this },
    );
  }
}
