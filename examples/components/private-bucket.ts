/** An archive beside the lake. */
import { deployLake } from "../../components/deploy.ts";
import { PrivateBucket } from "../../components/storage/private-bucket.ts";

/** Declares it. */
export function example(): void {
  /// show
  deployLake({
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
          expiresAfterDays: 3650,
        },
        { parent: lake },
      );
    },
  });
  /// hide
}
