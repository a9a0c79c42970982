/** A function that is called each morning, by Berlin's clocks. */
import { bundleFunction } from "../../components/compute/bundle.ts";
import { ZipFunction } from "../../components/compute/zip-function.ts";
import { Queue } from "../../components/events/queue.ts";
import { Schedule, ScheduleGroup } from "../../components/events/schedule.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });
    const failed = new Queue("failed", { site, what: "report-failed" });
    const report = new ZipFunction("report", {
      site,
      what: "report",
      description: "Looks for new files",
      zip: bundleFunction({ name: "freshness" }),
      grants: [curated.canList()],
      environment: { LAKE_NAME: site.names.prefix, CURATED_BUCKET: curated.bucketName },
      keyArn,
      memoryMiB: 256,
      timeoutSeconds: 60,
      failed,
    });
    const group = new ScheduleGroup("schedules", { site, what: "lake" });
    const undelivered = new Queue("undelivered", { site, what: "report-undelivered" });

    new Schedule("every-morning", {
      site,
      what: "report",
      description: "At six in the morning",
      group,
      time: { kind: "cron", expression: "0 6 * * ? *", timeZone: "Europe/Berlin" },
      function: report,
      undelivered,
    });
  });
  /// hide
}
