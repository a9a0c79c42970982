/** A private bucket, with every setting that keeps it so. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { resourcePolicy, sdkDocument, type ResourceStatement } from "../access/documents.ts";
import { denyWithoutTls } from "../access/resource-policies.ts";
import { keepsData, type Site } from "../site.ts";
import { BucketAcl, type BucketAclSetting } from "./bucket-acl.ts";

/** What a {@link PrivateBucket} is made of. */
export interface PrivateBucketArgs {
  readonly site: Site;
  /** Its name, which no other bucket in the world may have. */
  readonly bucketName: string;
  /** The key that encrypts the objects. @default S3's own, where AWS allows no other: a bucket of access logs */
  readonly keyArn?: pulumi.Input<string> | undefined;
  /** The bucket that its access logs go to. @default none: for the bucket of access logs itself */
  readonly accessLogBucketName?: string | undefined;
  /** How long replaced and deleted versions are kept, in days. */
  readonly oldVersionRetentionDays: number;
  /** When objects are deleted, in days after they were written. @default never */
  readonly expiresAfterDays?: number | undefined;
  /** Whether S3 sends this bucket's events to EventBridge. @default false */
  readonly sendsEvents?: boolean;
  /** Who else comes in, beside the account's roles. @default nobody */
  readonly statements?: readonly ResourceStatement[];
  /** An ACL, where somebody outside knows no other way. @default ACLs are off */
  readonly acl?: BucketAclSetting | undefined;
}

/** Days after which the parts of an upload that was never finished are deleted. */
const UNFINISHED_UPLOAD_DAYS = 7;

/**
 * A bucket that is private by every route: ACLs are off unless one is asked for, which cannot be public; all four
 * public-access flags are on; what does not come over TLS is refused. Encrypted, versioned, logged; old versions and
 * unfinished uploads expire. Bucket and objects go with the stack only if both keys to destroy data say so: else the
 * bucket stays as it is, with all that protects it. Checked by the rules `s3-public-access-block-missing`,
 * `s3-public-access-block-incomplete` and `s3-acl-public`.
 */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucketName: string;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, ...data } = args;
    super("sluice:storage:PrivateBucket", name, data, opts);
    this.bucketName = args.bucketName;
    const bucket = new aws.s3.Bucket(
      name,
      { bucket: args.bucketName, forceDestroy: site.settings.destroyData },
      keepsData(site, { parent: this }),
    );
    const onBucket = keepsData(site, { parent: this, dependsOn: [bucket] });
    this.createPublicAccessBlock(name, onBucket);
    this.createOwnership(name, args.acl, onBucket);
    this.createEncryption(name, args.keyArn, onBucket);
    const versioning = this.createVersioning(name, onBucket);
    this.createLifecycle(name, args, { ...onBucket, dependsOn: [versioning] });
    this.createPolicy(name, args, onBucket);
    this.createLogging(name, args.accessLogBucketName, onBucket);
    if (args.sendsEvents === true) {
      // The only notification setting of the bucket: another would overwrite it.
      new aws.s3.BucketNotification(
        `${name}-events`,
        { bucket: this.bucketName, eventbridge: true },
        onBucket,
      );
    }
    this.registerOutputs({ bucketName: this.bucketName });
  }

  private createPublicAccessBlock(name: string, opts: pulumi.CustomResourceOptions): void {
    new aws.s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      {
        bucket: this.bucketName,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      opts,
    );
  }

  private createOwnership(
    name: string,
    acl: BucketAclSetting | undefined,
    opts: pulumi.CustomResourceOptions,
  ): void {
    if (acl !== undefined) {
      new BucketAcl(name, { bucketName: this.bucketName, acl }, opts);
      return;
    }
    new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket: this.bucketName, rule: { objectOwnership: "BucketOwnerEnforced" } },
      opts,
    );
  }

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html */
  private createEncryption(
    name: string,
    keyArn: pulumi.Input<string> | undefined,
    opts: pulumi.CustomResourceOptions,
  ): void {
    const rule =
      keyArn === undefined
        ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
        : {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
            bucketKeyEnabled: true,
          };
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket: this.bucketName, rules: [rule] },
      opts,
    );
  }

  private createVersioning(name: string, opts: pulumi.CustomResourceOptions): aws.s3.BucketVersioning {
    return new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: this.bucketName, versioningConfiguration: { status: "Enabled" } },
      opts,
    );
  }

  private createLifecycle(name: string, args: PrivateBucketArgs, opts: pulumi.CustomResourceOptions): void {
    const everything = { status: "Enabled", filter: { prefix: "" } };
    const expiry = {
      ...everything,
      id: "expiry",
      expiration: { days: args.expiresAfterDays },
    };
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket: this.bucketName,
        rules: [
          {
            ...everything,
            id: "old-versions-and-unfinished-uploads",
            noncurrentVersionExpiration: { noncurrentDays: args.oldVersionRetentionDays },
            abortIncompleteMultipartUpload: { daysAfterInitiation: UNFINISHED_UPLOAD_DAYS },
          },
          ...(args.expiresAfterDays === undefined ? [] : [expiry]),
        ],
      },
      opts,
    );
  }

  private createPolicy(name: string, args: PrivateBucketArgs, opts: pulumi.CustomResourceOptions): void {
    const bucketArn = args.site.arns.bucket(this.bucketName);
    const tls = denyWithoutTls("s3", [bucketArn, `${bucketArn}/*`]);
    new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket: this.bucketName,
        policy: sdkDocument(resourcePolicy([tls, ...(args.statements ?? [])])),
      },
      opts,
    );
  }

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html */
  private createLogging(
    name: string,
    targetBucket: string | undefined,
    opts: pulumi.CustomResourceOptions,
  ): void {
    if (targetBucket === undefined) return;
    new aws.s3.BucketLogging(
      `${name}-logging`,
      {
        bucket: this.bucketName,
        targetBucket,
        targetPrefix: `${this.bucketName}/`,
        // By the day on which things happened: what a query of the logs asks for.
        targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
      },
      opts,
    );
  }
}
