/** A Lambda function from a zip. @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sidPart, type Grant } from "../access/grant.ts";
import { ServiceRole } from "../access/service-role.ts";
import type { Arns } from "../arns.ts";
import type { FailureQueue } from "../events/failure-queue.ts";
import type { FunctionName, Names } from "../names.ts";

/** What a {@link ZipFunction} is made of. */
export interface ZipFunctionArgs {
  readonly names: Names;
  readonly arns: Arns;
  /** What it is called in the names of function and role. */
  readonly what: FunctionName;
  readonly description: string;
  /** The path of the zip; bundle.ts makes it. */
  readonly zip: Promise<string>;
  /** Everything it may do besides writing its own log and failure queue. */
  readonly grants: readonly Grant[];
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  /** Space under /tmp. @default 512 */
  readonly temporaryStorageMiB?: number;
  readonly logRetentionDays: number;
  /** Whether the log is deleted with the stack. */
  readonly destroyData: boolean;
  /** Where events go that the function failed on every time. */
  readonly failed: FailureQueue;
}

/** The runtime that the functions are bundled for. @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const RUNTIME = "nodejs24.x";

/**
 * A function with a role of its own, a log group of its own that expires and that it cannot replace, and a place for
 * the events that it failed on.
 */
export class ZipFunction extends pulumi.ComponentResource {
  readonly functionName: string;
  readonly functionArn: string;
  readonly logGroupName: string;
  readonly role: ServiceRole;

  constructor(name: string, args: ZipFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:compute:ZipFunction", name, withoutResources(args), opts);
    this.functionName = args.names.function(args.what);
    this.functionArn = args.arns.function(this.functionName);
    this.logGroupName = args.names.logGroup(this.functionName);

    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      { name: this.logGroupName, retentionInDays: args.logRetentionDays },
      { parent: this, retainOnDelete: !args.destroyData },
    );
    this.role = this.createRole(name, args);
    const lambda = this.createFunction(name, args, [this.role.policy, logGroup]);
    this.createFailureDestination(name, args.failed, [lambda]);
    this.registerOutputs({ functionName: this.functionName });
  }

  private createRole(name: string, args: ZipFunctionArgs): ServiceRole {
    const roleName = args.names.role(args.what);
    return new ServiceRole(
      `${name}-role`,
      {
        roleName,
        roleArn: args.arns.role(roleName),
        description: args.description,
        service: "lambda.amazonaws.com",
        grants: [...args.grants, canWriteLog(args.arns, this.logGroupName), args.failed.canSend()],
      },
      { parent: this },
    );
  }

  private createFunction(
    name: string,
    args: ZipFunctionArgs,
    dependsOn: pulumi.Resource[],
  ): aws.lambda.Function {
    return new aws.lambda.Function(
      name,
      {
        name: this.functionName,
        description: args.description,
        role: this.role.roleArn,
        code: args.zip.then((file) => new pulumi.asset.FileArchive(file)),
        handler: "index.handler",
        runtime: RUNTIME,
        architectures: ["x86_64"],
        memorySize: args.memoryMiB,
        timeout: args.timeoutSeconds,
        ephemeralStorage: { size: args.temporaryStorageMiB ?? 512 },
        environment: { variables: args.environment },
        loggingConfig: { logFormat: "JSON", logGroup: this.logGroupName },
      },
      { parent: this, dependsOn },
    );
  }

  /** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
  private createFailureDestination(name: string, failed: FailureQueue, dependsOn: pulumi.Resource[]): void {
    new aws.lambda.FunctionEventInvokeConfig(
      `${name}-failures`,
      {
        functionName: this.functionName,
        maximumRetryAttempts: 2,
        destinationConfig: { onFailure: { destination: failed.queueArn } },
      },
      { parent: this, dependsOn: [...dependsOn, failed] },
    );
  }
}

/** The right to write the streams of one log group. The group itself is the stack's: the function cannot make one. */
function canWriteLog(arns: Arns, logGroupName: string): Grant {
  const stream = arns.logGroup(logGroupName).replace(/\*$/, "log-stream:example");
  return {
    reason: `writes its log to ${logGroupName}`,
    statements: [
      {
        Sid: `WriteLog${sidPart(logGroupName)}`,
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [arns.logGroup(logGroupName)],
      },
    ],
    mustAllow: [{ action: "logs:PutLogEvents", resource: stream }],
    mustNotAllow: [
      { action: "logs:DeleteLogStream", resource: stream },
      { action: "logs:CreateLogGroup", resource: arns.logGroup(logGroupName) },
      { action: "logs:PutLogEvents", resource: arns.logGroup(`${logGroupName}-other`) },
    ],
  };
}

/** The arguments that a policy pack can read: data only. */
function withoutResources({ names, arns, zip, failed, ...data }: ZipFunctionArgs): object {
  return { ...data, failed: failed.queueArn };
}
