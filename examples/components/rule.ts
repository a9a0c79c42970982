/** Crawls that failed go into a queue. */
import { Queue } from "../../components/events/queue.ts";
import { Rule } from "../../components/events/rule.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site }) => {
    const ruleArns = [site.arns.rule(site.names.rule("crawl-failed"))];
    const failures = new Queue("failures", { site, what: "crawl-failed", ruleArns });
    const undelivered = new Queue("undelivered", { site, what: "crawl-failed-undelivered", ruleArns });

    new Rule("crawl-failed", {
      site,
      what: "crawl-failed",
      description: "Crawls that failed",
      pattern: {
        source: ["aws.glue"],
        "detail-type": ["Glue Crawler State Change"],
        detail: { crawlerName: [site.names.crawler("raw")], state: ["Failed"] },
      },
      target: { kind: "queue", queue: failures },
      undelivered,
    });
  });
  /// hide
}
