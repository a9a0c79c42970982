/** Measures by the hour how long no file has come. */
import * as pulumi from "@pulumi/pulumi";
import { bundleFunction } from "../compute/bundle.ts";
import { ZipFunction } from "../compute/zip-function.ts";
import { Queue } from "../events/queue.ts";
import { Schedule, ScheduleGroup } from "../events/schedule.ts";
import type { Site } from "../site.ts";
import type { ZoneBucket } from "../storage/zone-bucket.ts";

/** What {@link Freshness} is made of. */
export interface FreshnessArgs {
  readonly site: Site;
  readonly keyArn: pulumi.Input<string>;
  /** The zone to look at. */
  readonly zone: ZoneBucket;
  /** The datasets' names: the folders that are listed. */
  readonly datasets: readonly string[];
}

/**
 * A function that lists the zone's datasets every hour and emits how long the one that has waited longest has had no
 * new file. It lists, and reads nothing. A listing costs a request for each thousand files.
 */
export class Freshness extends pulumi.ComponentResource {
  /** What measures. */
  readonly function: ZipFunction;
  /** Calls that the function failed on every time. */
  readonly failed: Queue;
  /** Calls that the schedule could not make. */
  readonly undelivered: Queue;

  constructor(name: string, args: FreshnessArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, keyArn, zone, datasets } = args;
    super("sluice:observability:Freshness", name, { bucketName: zone.bucketName, datasets }, opts);
    this.failed = new Queue(`${name}-failed`, { site, what: "freshness-failed" }, { parent: this });
    this.undelivered = new Queue(
      `${name}-undelivered`,
      { site, what: "freshness-undelivered" },
      { parent: this },
    );
    this.function = new ZipFunction(
      name,
      {
        ...{ site, keyArn },
        what: "freshness",
        description: `Measures how long zone ${zone.zone} has had no new file`,
        zip: bundleFunction({ name: "freshness" }),
        grants: datasets.map((dataset) => zone.canList(`${dataset}/`)),
        environment: { LAKE_NAME: site.names.prefix, CURATED_BUCKET: zone.bucketName },
        memoryMiB: 256,
        timeoutSeconds: 300,
        failed: this.failed,
      },
      { parent: this, dependsOn: [zone] },
    );
    const group = new ScheduleGroup("schedules", { site, what: "lake" }, { parent: this });
    new Schedule(
      `${name}-schedule`,
      {
        ...{ site, group, what: "freshness" },
        description: "Every hour",
        time: { kind: "rate", every: 1, unit: "hours" },
        function: this.function,
        undelivered: this.undelivered,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
