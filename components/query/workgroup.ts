/** An Athena workgroup. @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What a {@link Workgroup} is made of. */
export interface WorkgroupArgs {
  readonly workgroupName: string;
  readonly resultBucketName: string;
  /** The owner that the result bucket must have; Athena writes nowhere else. */
  readonly accountId: string;
  /** What one query may read, in MiB; Athena cancels one that would read more. */
  readonly scanLimitMiB: number;
  /** Whether the workgroup is deleted together with its queries' history. */
  readonly destroyData: boolean;
}

/**
 * A workgroup whose settings no client can override: encrypted results in the lake's own bucket, a scan limit, and
 * metrics.
 */
export class Workgroup extends pulumi.ComponentResource {
  readonly workgroupName: string;

  constructor(name: string, args: WorkgroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:query:Workgroup", name, args, opts);
    this.workgroupName = args.workgroupName;
    new aws.athena.Workgroup(
      name,
      {
        name: args.workgroupName,
        description: "Queries over the lake",
        forceDestroy: args.destroyData,
        configuration: {
          enforceWorkgroupConfiguration: true,
          publishCloudwatchMetricsEnabled: true,
          bytesScannedCutoffPerQuery: args.scanLimitMiB * 1024 * 1024,
          resultConfiguration: {
            outputLocation: `s3://${args.resultBucketName}/`,
            expectedBucketOwner: args.accountId,
            encryptionConfiguration: { encryptionOption: "SSE_S3" },
          },
        },
      },
      { parent: this },
    );
    this.registerOutputs({ workgroupName: this.workgroupName });
  }
}
