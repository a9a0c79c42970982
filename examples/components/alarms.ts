/** Alarms of a function and of its failure queue. */
import { bundleFunction } from "../../components/compute/bundle.ts";
import { ZipFunction } from "../../components/compute/zip-function.ts";
import { Queue } from "../../components/events/queue.ts";
import { Alarms, deadLetterAlarm, functionAlarms } from "../../components/observability/alarms.ts";
import { AlarmTopic } from "../../components/observability/topic.ts";
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
    const topic = new AlarmTopic("alarm-topic", { site, keyArn, emails: ["ops@example.com"] });

    new Alarms("alarms", {
      site,
      topic,
      alarms: [...functionAlarms("report", report.functionName), deadLetterAlarm("report-failed", failed)],
    });
  });
  /// hide
}
