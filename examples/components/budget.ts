/** Fifty dollars a month. */
import { Budget } from "../../components/observability/budget.ts";
import { AlarmTopic } from "../../components/observability/topic.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const topic = new AlarmTopic("alarm-topic", { site, keyArn, emails: ["ops@example.com"] });

    new Budget("budget", { site, monthlyUsd: 50, topic });
  });
  /// hide
}
