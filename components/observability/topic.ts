/** Where alarms go. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { resourcePolicy, sdkDocument } from "../access/documents.ts";
import { allowAlarms, denyWithoutTls } from "../access/resource-policies.ts";
import type { Site } from "../site.ts";

/** What an {@link AlarmTopic} is made of. */
export interface AlarmTopicArgs {
  readonly site: Site;
  readonly keyArn: pulumi.Input<string>;
  /** Who is told; each confirms a message of SNS's first. */
  readonly emails: readonly string[];
}

/** An encrypted topic that this account's alarms and budgets publish to, and nobody else. */
export class AlarmTopic extends pulumi.ComponentResource {
  readonly topicArn: string;

  constructor(name: string, args: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, ...data } = args;
    super("sluice:observability:AlarmTopic", name, data, opts);
    const topicName = site.names.topic("alarms");
    this.topicArn = site.arns.topic(topicName);
    const topic = new aws.sns.Topic(name, { name: topicName, kmsMasterKeyId: args.keyArn }, { parent: this });
    new aws.sns.TopicPolicy(
      `${name}-policy`,
      {
        arn: this.topicArn,
        policy: sdkDocument(
          resourcePolicy([denyWithoutTls("sns", [this.topicArn]), ...allowAlarms(site.arns, this.topicArn)]),
        ),
      },
      { parent: this, dependsOn: [topic] },
    );
    for (const email of args.emails) {
      new aws.sns.TopicSubscription(
        `${name}-${email}`,
        { topic: this.topicArn, protocol: "email", endpoint: email },
        { parent: this, dependsOn: [topic] },
      );
    }
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
