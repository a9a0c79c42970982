/** What the stack may cost. @see https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Site } from "../site.ts";
import type { AlarmTopic } from "./topic.ts";

/** What a {@link Budget} is made of. */
export interface BudgetArgs {
  readonly site: Site;
  /** US dollars a month. */
  readonly monthlyUsd: number;
  /** Who is told. */
  readonly topic: AlarmTopic;
}

/**
 * A monthly budget of what carries the stack's tags. It tells the topic when 80 % are spent, and when the month is
 * forecast to end above it. The tags `project` and `stack` must be activated as cost allocation tags in the account's
 * billing settings; until then AWS counts nothing under them.
 * @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html
 */
export class Budget extends pulumi.ComponentResource {
  constructor(name: string, args: BudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, topic, monthlyUsd } = args;
    super("sluice:observability:Budget", name, { monthlyUsd, topicArn: topic.topicArn }, opts);
    const { project, stack } = site.settings;
    new aws.budgets.Budget(
      name,
      {
        name: site.names.budget("monthly"),
        budgetType: "COST",
        limitAmount: String(monthlyUsd),
        limitUnit: "USD",
        timeUnit: "MONTHLY",
        costFilters: [{ name: "TagKeyValue", values: [`user:project$${project}`, `user:stack$${stack}`] }],
        notifications: [
          { ...atShare(80, "ACTUAL"), subscriberSnsTopicArns: [topic.topicArn] },
          { ...atShare(100, "FORECASTED"), subscriberSnsTopicArns: [topic.topicArn] },
        ],
      },
      { parent: this, dependsOn: [topic] },
    );
    this.registerOutputs({});
  }
}

function atShare(percent: number, notificationType: "ACTUAL" | "FORECASTED") {
  return {
    comparisonOperator: "GREATER_THAN",
    threshold: percent,
    thresholdType: "PERCENTAGE",
    notificationType,
  };
}
