/** An Athena workgroup. @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { combine, sidPart, type Call, type Grant } from "../access/grant.ts";
import type { What } from "../names.ts";
import type { Site } from "../site.ts";
import type { ZoneBucket } from "../storage/zone-bucket.ts";

/** What a {@link Workgroup} is made of. */
export interface WorkgroupArgs {
  readonly site: Site;
  readonly what: What<"workgroup">;
  readonly description: string;
  /** The zone that results go to, each workgroup's under its own name. */
  readonly results: ZoneBucket;
  readonly keyArn: pulumi.Input<string>;
  /** What one query may read, in MiB; Athena cancels one that would read more. */
  readonly scanLimitMiB: number;
}

/** What running a query takes, and getting its rows. @see https://docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html */
const RUN = [
  ...["athena:StartQueryExecution", "athena:StopQueryExecution"],
  ...["athena:GetQueryExecution", "athena:BatchGetQueryExecution", "athena:ListQueryExecutions"],
  ...["athena:GetQueryResults", "athena:GetQueryResultsStream", "athena:GetWorkGroup"],
  ...["athena:GetNamedQuery", "athena:BatchGetNamedQuery", "athena:ListNamedQueries"],
  ...["athena:GetPreparedStatement", "athena:ListPreparedStatements"],
];

/**
 * A workgroup whose settings no client can override: encrypted results in the lake's own bucket and under the
 * workgroup's own name, a scan limit, and metrics.
 */
export class Workgroup extends pulumi.ComponentResource {
  readonly workgroupName: string;
  readonly #site: Site;
  readonly #results: ZoneBucket;

  constructor(name: string, args: WorkgroupArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, results, ...data } = args;
    super("sluice:query:Workgroup", name, data, opts);
    this.#site = site;
    this.#results = results;
    this.workgroupName = site.names.workgroup(args.what);
    new aws.athena.Workgroup(
      name,
      {
        name: this.workgroupName,
        description: args.description,
        // What goes with it is the history of its queries, not their results.
        forceDestroy: true,
        configuration: {
          enforceWorkgroupConfiguration: true,
          publishCloudwatchMetricsEnabled: true,
          bytesScannedCutoffPerQuery: args.scanLimitMiB * 1024 * 1024,
          resultConfiguration: {
            outputLocation: `s3://${results.bucketName}/${this.resultPrefix}`,
            expectedBucketOwner: site.arns.accountId,
            encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: args.keyArn },
          },
        },
      },
      { parent: this },
    );
    this.registerOutputs({ workgroupName: this.workgroupName });
  }

  /**
   * The right to run queries in this workgroup, and all that it takes for one to succeed but the right to the tables:
   * to write its result, to read results of this workgroup, and to use the key for both. Whoever runs queries in a
   * workgroup reads the results of all who do: roles that may query different parts of a table need different ones.
   * @see https://docs.aws.amazon.com/athena/latest/ug/querying.html
   */
  canRun(): Grant {
    const prefix = this.resultPrefix;
    return combine(`runs queries in workgroup ${this.workgroupName}`, [
      this.canStart(),
      this.canLookUpDefault(),
      this.canLocateResults(),
      this.#results.canReadAndWrite(prefix),
      this.#results.canList(prefix),
    ]);
  }

  private get resultPrefix(): string {
    return `${this.workgroupName}/`;
  }

  private canStart(): Grant {
    const resource = this.#site.arns.workgroup(this.workgroupName);
    return {
      reason: "",
      statements: [
        { Sid: `Run${sidPart(this.workgroupName)}`, Effect: "Allow", Action: RUN, Resource: [resource] },
      ],
      mustAllow: RUN.map((action) => ({ action, resource })),
      mustNotAllow: [
        { action: "athena:StartQueryExecution", resource: `${resource}-other` },
        { action: "athena:GetQueryExecutions", resource },
        { action: "athena:UpdateWorkGroup", resource },
        { action: "athena:DeleteWorkGroup", resource },
        { action: "athena:DeletePreparedStatement", resource },
        { action: "athena:CreateNamedQuery", resource },
      ],
    };
  }

  /** Athena asks for the database "default", whichever a query names. @see https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html */
  private canLookUpDefault(): Grant {
    const { arns } = this.#site;
    const places = [arns.catalog, arns.database("default")];
    const action = "glue:GetDatabase";
    return {
      reason: "",
      statements: [{ Sid: "LookUpDefault", Effect: "Allow", Action: [action], Resource: places }],
      mustAllow: places.map((resource) => ({ action, resource })),
      mustNotAllow: [
        { action, resource: `${arns.catalog}/other` },
        { action, resource: arns.database("default_other") },
        { action: "glue:GetDatabases", resource: arns.catalog },
        { action: "glue:GetTables", resource: arns.database("default") },
      ],
    };
  }

  /** Athena asks where the bucket is before it writes; parts of a result that failed are put aside. */
  private canLocateResults(): Grant {
    const { arns } = this.#site;
    const bucket = arns.bucket(this.#results.bucketName);
    const object = (key: string): string => `${bucket}/${key}`;
    const parts = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
    const call = (action: string, resource: string): Call => ({ action, resource });
    return {
      reason: "",
      statements: [
        {
          Sid: `LocateResults${sidPart(this.workgroupName)}`,
          Effect: "Allow",
          Action: ["s3:GetBucketLocation"],
          Resource: [bucket],
        },
        {
          Sid: `WriteParts${sidPart(this.workgroupName)}`,
          Effect: "Allow",
          Action: parts,
          Resource: [arns.objects(this.#results.bucketName, this.resultPrefix)],
        },
      ],
      mustAllow: [
        call("s3:GetBucketLocation", bucket),
        ...parts.map((action) => call(action, object(`${this.resultPrefix}result.csv`))),
      ],
      mustNotAllow: [
        call("s3:GetBucketLocation", `${bucket}-other`),
        call("s3:GetBucketPolicy", bucket),
        call("s3:AbortMultipartUpload", object("~elsewhere/result.csv")),
        call("s3:DeleteObject", object(`${this.resultPrefix}result.csv`)),
      ],
    };
  }
}
