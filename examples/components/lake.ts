/** The whole lake, with a change of one resource and a bucket beside it. */
import * as aws from "@pulumi/aws";
import { deployLake } from "../../components/deploy.ts";
import { PrivateBucket } from "../../components/storage/private-bucket.ts";
import { patch } from "../../components/transform.ts";

/** Declares it. */
export function example(): void {
  /// show
  deployLake({
    // Whatever a component's own arguments leave out, a patch of the resource sets.
    patches: [patch(aws.lambda.Function, "ingest", (args) => ({ ...args, memorySize: 2048 }))],
    // What is added is the lake's child: it has the lake's provider and tags.
    extend: (lake) => {
      const { names, arns } = lake.site;
      new PrivateBucket(
        "archive",
        {
          site: lake.site,
          bucketName: `${names.prefix}-archive-${arns.accountId}`,
          keyArn: lake.key.keyArn,
          accessLogBucketName: lake.zones["access-logs"].bucketName,
          oldVersionRetentionDays: 90,
        },
        { parent: lake },
      );
    },
  });
  /// hide
}
