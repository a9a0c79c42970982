/** A zone of the lake: one private bucket, and the rights that it gives. */
import * as pulumi from "@pulumi/pulumi";
import { combine, sidPart, type Call, type Grant, type Statement } from "../access/grant.ts";
import { allowAccessLogs } from "../access/resource-policies.ts";
import type { Zone } from "../names.ts";
import type { Site } from "../site.ts";
import { PrivateBucket } from "./private-bucket.ts";

/** What a {@link ZoneBucket} is made of. */
export interface ZoneBucketArgs {
  readonly site: Site;
  /** Which zone it is: its name follows. */
  readonly zone: Zone;
  /** The lake's key. The zone of access logs cannot be encrypted with it. */
  readonly keyArn?: pulumi.Input<string> | undefined;
  /** When objects are deleted, in days after they were written. @default never */
  readonly expiresAfterDays?: number | undefined;
  /** Whether S3 sends this bucket's events to EventBridge. @default false */
  readonly sendsEvents?: boolean;
}

/**
 * A zone: a bucket that is private by every route ({@link PrivateBucket}), whose grants are the only way to its
 * objects. A zone whose objects expire keeps no old version of them.
 */
export class ZoneBucket extends pulumi.ComponentResource {
  readonly zone: Zone;
  readonly bucketName: string;
  readonly #site: Site;

  constructor(name: string, args: ZoneBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, ...data } = args;
    super("sluice:storage:ZoneBucket", name, data, opts);
    this.zone = args.zone;
    this.bucketName = site.names.bucket(args.zone);
    this.#site = site;
    const isLogs = args.zone === "access-logs";
    new PrivateBucket(
      name,
      {
        site,
        bucketName: this.bucketName,
        keyArn: isLogs ? undefined : args.keyArn,
        accessLogBucketName: isLogs ? undefined : site.names.bucket("access-logs"),
        // An expired object lives on as an old version: what expires is to be gone.
        oldVersionRetentionDays:
          args.expiresAfterDays === undefined ? site.settings.oldVersionRetentionDays : 1,
        expiresAfterDays: args.expiresAfterDays,
        sendsEvents: args.sendsEvents ?? false,
        statements: isLogs ? [this.allowLogsOfTheLake()] : [],
      },
      { parent: this },
    );
    this.registerOutputs({ bucketName: this.bucketName });
  }

  /** The right to read the objects under a prefix as they are now, and nothing else of the bucket. */
  canRead(prefix = ""): Grant {
    return combine(`reads ${this.describe([prefix])}`, [
      this.read("GetObject", prefix),
      ...this.keyUse("read"),
    ]);
  }

  /**
   * The right to read each version of the objects under a prefix, by its id: what a function needs that is told of a
   * version, and what a person needs who looks for what was replaced.
   */
  canReadVersions(prefix = ""): Grant {
    return combine(`reads versions of ${this.describe([prefix])}`, [
      this.read("GetObjectVersion", prefix),
      ...this.keyUse("read"),
    ]);
  }

  /** The right to write objects under the prefixes, and nothing else of the bucket: no reading, no deleting, no ACLs. */
  canWrite(...prefixes: readonly string[]): Grant {
    const places = prefixes.length === 0 ? [""] : prefixes;
    return combine(`writes ${this.describe(places)}`, [this.write(places), ...this.keyUse("write")]);
  }

  /** The right to read and to write the objects under a prefix, with one use of the key for both. */
  canReadAndWrite(prefix = ""): Grant {
    return combine(`reads and writes ${this.describe([prefix])}`, [
      this.read("GetObject", prefix),
      this.write([prefix]),
      ...this.keyUse("write"),
    ]);
  }

  /** The right to see which objects there are under a prefix; not to read them. */
  canList(prefix = ""): Grant {
    const resource = this.arnOf(this.bucketName);
    const list = (value: string, context = "s3:prefix"): Call => ({
      action: "s3:ListBucket",
      resource,
      context: { [context]: value },
    });
    return {
      reason: `lists ${this.describe([prefix])}`,
      statements: [
        {
          Sid: `List${sidPart(this.zone)}${sidPart(prefix)}`,
          Effect: "Allow",
          Action: ["s3:ListBucket"],
          Resource: [resource],
          // Without a prefix there is nothing to limit, and a request need not name one.
          // https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html#condition-key-bucket-ops-2
          ...(prefix !== "" && { Condition: { StringLike: { "s3:prefix": `${prefix}*` } } }),
        },
      ],
      mustAllow: [
        list(prefix),
        list(`${prefix}2026/`),
        ...(prefix === "" ? [{ action: "s3:ListBucket", resource }] : []),
      ],
      mustNotAllow: [
        { ...list(prefix), resource: `${resource}-other` },
        { ...list(prefix), action: "s3:ListBucketVersions" },
        { action: "s3:GetObject", resource: this.exampleObject(prefix) },
        ...(prefix === "" ? [] : [list("~elsewhere/"), list(""), { action: "s3:ListBucket", resource }]),
      ],
    };
  }

  private read(operation: "GetObject" | "GetObjectVersion", prefix: string): Grant {
    const object = this.exampleObject(prefix);
    const action = `s3:${operation}`;
    return {
      reason: "",
      statements: [this.statement(operation === "GetObject" ? "Read" : "ReadVersions", [action], [prefix])],
      mustAllow: [{ action, resource: object }],
      mustNotAllow: [
        { action: operation === "GetObject" ? "s3:GetObjectVersion" : "s3:GetObject", resource: object },
        { action: `${action}Acl`, resource: object },
        { action: "s3:PutObject", resource: object },
        { action: "s3:DeleteObject", resource: object },
        { action, resource: `${this.arnOf(`${this.bucketName}-other`)}/object` },
        { action: "s3:ListBucket", resource: this.arnOf(this.bucketName) },
        ...this.elsewhere([prefix], action),
      ],
    };
  }

  private write(prefixes: readonly string[]): Grant {
    const objects = prefixes.map((prefix) => this.exampleObject(prefix));
    return {
      reason: "",
      statements: [this.statement("Write", ["s3:PutObject"], prefixes)],
      mustAllow: objects.map((resource) => ({ action: "s3:PutObject", resource })),
      mustNotAllow: [
        ...objects.flatMap((resource) =>
          ["s3:GetObject", "s3:DeleteObject", "s3:PutObjectAcl"].map((action) => ({ action, resource })),
        ),
        { action: "s3:PutBucketPolicy", resource: this.arnOf(this.bucketName) },
        { action: "s3:PutObject", resource: `${this.arnOf(`${this.bucketName}-other`)}/object` },
        ...this.elsewhere(prefixes, "s3:PutObject"),
      ],
    };
  }

  /** A call for an object of the bucket that has none of the prefixes, where there is one. */
  private elsewhere(prefixes: readonly string[], action: string): Call[] {
    return prefixes.includes("") ? [] : [{ action, resource: this.exampleObject("~elsewhere/") }];
  }

  private keyUse(use: "read" | "write"): Grant[] {
    return this.zone === "access-logs" ? [] : [this.#site.key.forObjects(this.bucketName, use)];
  }

  private statement(
    verb: "Read" | "ReadVersions" | "Write",
    actions: readonly string[],
    prefixes: readonly string[],
  ): Statement {
    return {
      Sid: `${verb}${sidPart(this.zone)}${prefixes.map(sidPart).join("And")}`,
      Effect: "Allow",
      Action: actions,
      Resource: prefixes.map((prefix) => this.#site.arns.objects(this.bucketName, prefix)),
    };
  }

  private describe(prefixes: readonly string[]): string {
    const under = prefixes.includes("") ? "" : ` under ${prefixes.join(", ")}`;
    return `the objects${under} of zone ${this.zone}`;
  }

  private exampleObject(prefix: string): string {
    return `${this.arnOf(this.bucketName)}/${prefix}object`;
  }

  private arnOf(bucketName: string): string {
    return this.#site.arns.bucket(bucketName);
  }

  private allowLogsOfTheLake() {
    const { arns, names } = this.#site;
    // Every bucket of the stack; a name's end is the account's id.
    const sources = arns.bucket(`${names.prefix}-*-${arns.accountId}`);
    return allowAccessLogs(arns, arns.objects(this.bucketName, ""), [sources]);
  }
}
