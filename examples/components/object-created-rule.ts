/** New CSV files of one folder go into a queue. */
import { ObjectCreatedRule } from "../../components/events/object-created-rule.ts";
import { Queue } from "../../components/events/queue.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const raw = new ZoneBucket("raw", { site, zone: "raw", keyArn, sendsEvents: true });
    const ruleArns = [site.arns.rule(site.names.rule("raw-object-created"))];
    const events = new Queue("events", { site, what: "ingest", ruleArns });
    const undelivered = new Queue("undelivered", { site, what: "ingest-undelivered", ruleArns });

    new ObjectCreatedRule(
      "raw-object-created",
      {
        site,
        what: "raw-object-created",
        bucketName: raw.bucketName,
        keys: { prefix: "seattle_weather/", suffix: ".csv" },
        target: { kind: "queue", queue: events },
        undelivered,
      },
      { dependsOn: [raw] },
    );
  });
  /// hide
}
