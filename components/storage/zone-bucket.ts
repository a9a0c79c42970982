/** A zone of the lake: one private bucket. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sidPart, type Grant, type Statement } from "../access/grant.ts";
import type { Arns } from "../arns.ts";
import type { Zone } from "../names.ts";

/** What a {@link ZoneBucket} is made of. */
export interface ZoneBucketArgs {
  readonly zone: Zone;
  readonly bucketName: string;
  readonly arns: Arns;
  /** How long replaced and deleted versions are kept, in days. */
  readonly oldVersionRetentionDays: number;
  /** When objects are deleted, in days after they were written. @default never */
  readonly expiresAfterDays?: number | undefined;
  /** Whether S3 sends this bucket's events to EventBridge. @default false */
  readonly sendsEvents?: boolean;
  /**
   * Whether bucket and objects are deleted with the stack. Without it, `pulumi destroy` leaves the bucket as it is,
   * with all its settings: objects that stay must not lose what protects them.
   */
  readonly destroyData: boolean;
}

/** Days after which the parts of an upload that was never finished are deleted. */
const UNFINISHED_UPLOAD_DAYS = 7;

/**
 * A bucket that is private by every route: ACLs are off, all four public-access flags are on, what does not come over
 * TLS is refused; encrypted, versioned, old versions and unfinished uploads expire. Checked by the rules
 * `s3-public-access-block-missing`, `s3-public-access-block-incomplete` and `s3-acl-public`.
 */
export class ZoneBucket extends pulumi.ComponentResource {
  readonly zone: Zone;
  readonly bucketName: string;
  readonly #arns: Arns;

  constructor(name: string, args: ZoneBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:storage:ZoneBucket", name, withoutFunctions(args), opts);
    this.zone = args.zone;
    this.bucketName = args.bucketName;
    this.#arns = args.arns;
    const bucket = new aws.s3.Bucket(
      name,
      { bucket: args.bucketName, forceDestroy: args.destroyData },
      { parent: this, retainOnDelete: !args.destroyData },
    );
    const onBucket = { parent: this, dependsOn: [bucket], retainOnDelete: !args.destroyData };
    this.createPublicAccessBlock(name, onBucket);
    this.createOwnership(name, onBucket);
    this.createEncryption(name, onBucket);
    const versioning = this.createVersioning(name, onBucket);
    this.createLifecycle(name, args, { ...onBucket, dependsOn: [versioning] });
    this.createTlsPolicy(name, onBucket);
    if (args.sendsEvents === true) {
      new aws.s3.BucketNotification(
        `${name}-events`,
        { bucket: this.bucketName, eventbridge: true },
        onBucket,
      );
    }
    this.registerOutputs({ bucketName: this.bucketName });
  }

  /** The right to read the objects under a prefix, each version of them, and nothing else of the bucket. */
  canRead(prefix = ""): Grant {
    const object = this.exampleObject(prefix);
    return {
      reason: `reads ${this.describe([prefix])}`,
      statements: [this.statement("Read", ["s3:GetObject", "s3:GetObjectVersion"], [prefix])],
      mustAllow: [
        { action: "s3:GetObject", resource: object },
        { action: "s3:GetObjectVersion", resource: object },
      ],
      mustNotAllow: [
        { action: "s3:PutObject", resource: object },
        { action: "s3:DeleteObject", resource: object },
        { action: "s3:GetObject", resource: `${this.#arns.bucket(`${this.bucketName}-other`)}/object` },
        { action: "s3:ListBucket", resource: this.#arns.bucket(this.bucketName) },
      ],
    };
  }

  /** The right to write objects under the prefixes, and nothing else of the bucket: no reading, no deleting, no ACLs. */
  canWrite(...prefixes: readonly string[]): Grant {
    const places = prefixes.length === 0 ? [""] : prefixes;
    const objects = places.map((prefix) => this.exampleObject(prefix));
    return {
      reason: `writes ${this.describe(places)}`,
      statements: [this.statement("Write", ["s3:PutObject"], places)],
      mustAllow: objects.map((resource) => ({ action: "s3:PutObject", resource })),
      mustNotAllow: [
        ...objects.flatMap((resource) =>
          ["s3:GetObject", "s3:DeleteObject", "s3:PutObjectAcl"].map((action) => ({ action, resource })),
        ),
        { action: "s3:PutBucketPolicy", resource: this.#arns.bucket(this.bucketName) },
        ...(places.includes("")
          ? []
          : [{ action: "s3:PutObject", resource: this.exampleObject("~elsewhere/") }]),
      ],
    };
  }

  private statement(
    verb: "Read" | "Write",
    actions: readonly string[],
    prefixes: readonly string[],
  ): Statement {
    return {
      Sid: `${verb}${sidPart(this.zone)}${prefixes.map(sidPart).join("And")}`,
      Effect: "Allow",
      Action: actions,
      Resource: prefixes.map((prefix) => this.#arns.objects(this.bucketName, prefix)),
    };
  }

  private describe(prefixes: readonly string[]): string {
    const under = prefixes.includes("") ? "" : ` under ${prefixes.join(", ")}`;
    return `the objects${under} of zone ${this.zone}`;
  }

  private exampleObject(prefix: string): string {
    return `${this.#arns.bucket(this.bucketName)}/${prefix}object`;
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

  private createOwnership(name: string, opts: pulumi.CustomResourceOptions): void {
    new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket: this.bucketName, rule: { objectOwnership: "BucketOwnerEnforced" } },
      opts,
    );
  }

  private createEncryption(name: string, opts: pulumi.CustomResourceOptions): void {
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket: this.bucketName,
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      },
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

  private createLifecycle(name: string, args: ZoneBucketArgs, opts: pulumi.CustomResourceOptions): void {
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket: this.bucketName,
        rules: [
          {
            id: "old-versions-and-unfinished-uploads",
            status: "Enabled",
            filter: { prefix: "" },
            noncurrentVersionExpiration: { noncurrentDays: args.oldVersionRetentionDays },
            abortIncompleteMultipartUpload: { daysAfterInitiation: UNFINISHED_UPLOAD_DAYS },
          },
          ...(args.expiresAfterDays === undefined
            ? []
            : [
                {
                  id: "expiry",
                  status: "Enabled",
                  filter: { prefix: "" },
                  expiration: { days: args.expiresAfterDays },
                },
              ]),
        ],
      },
      opts,
    );
  }

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html#example-bucket-policies-HTTP-HTTPS */
  private createTlsPolicy(name: string, opts: pulumi.CustomResourceOptions): void {
    const bucketArn = this.#arns.bucket(this.bucketName);
    new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket: this.bucketName,
        policy: {
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "DenyWithoutTls",
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: [bucketArn, `${bucketArn}/*`],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        },
      },
      opts,
    );
  }
}

/** The arguments that a policy pack can read: data only. */
function withoutFunctions({ arns, ...data }: ZoneBucketArgs): Omit<ZoneBucketArgs, "arns"> {
  return data;
}
