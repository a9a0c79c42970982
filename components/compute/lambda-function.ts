/** What a function has whichever way its code comes. @see https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sidPart, type Call, type Grant } from "../access/grant.ts";
import { Role } from "../access/role.ts";
import type { Arns } from "../arns.ts";
import type { Queue } from "../events/queue.ts";
import type { What } from "../names.ts";
import { keepsData, type Site } from "../site.ts";

/** What a function is made of, beside its code. */
export interface LambdaFunctionArgs {
  readonly site: Site;
  /** What it is called in the names of function and role. */
  readonly what: What<"function">;
  readonly description: string;
  /** Everything it may do besides writing its own log and traces, and its failure queue. */
  readonly grants: readonly Grant[];
  /** Environment variables by name. No secrets: whoever may look at the function reads them. */
  readonly environment: Readonly<Record<string, string>>;
  /** The key that encrypts the log. */
  readonly keyArn: pulumi.Input<string>;
  /** 128 to 10240. CPU comes with memory: a whole one at 1769. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
  readonly memoryMiB: number;
  /** After how long a call is broken off: 900 at most. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
  readonly timeoutSeconds: number;
  /** Space under /tmp. @default 512 */
  readonly temporaryStorageMiB?: number;
  /** How many calls it works on at once at most. @default what the account has left */
  readonly concurrency?: number | undefined;
  /** Where events go that it was called with asynchronously and failed on every time. */
  readonly failed: Queue;
}

/** The code of a function, as the provider's resource takes it. */
export type FunctionCode = Pick<
  aws.lambda.FunctionArgs,
  "code" | "handler" | "runtime" | "packageType" | "imageUri" | "imageConfig"
>;

/** How often Lambda tries an asynchronous call again. @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const RETRIES = 2;

/**
 * A function with a role of its own, an encrypted log group of its own that expires and that it cannot replace, and a
 * place for the events that it failed on.
 */
export abstract class LambdaFunction extends pulumi.ComponentResource {
  readonly functionName: string;
  readonly functionArn: string;
  /** Where it writes its log. */
  readonly logGroupName: string;
  readonly role: Role;
  readonly #arns: Arns;

  constructor(
    type: string,
    name: string,
    args: LambdaFunctionArgs,
    data: object,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, data, opts);
    const { site } = args;
    this.#arns = site.arns;
    this.functionName = site.names.function(args.what);
    this.functionArn = site.arns.function(this.functionName);
    this.logGroupName = site.names.logGroup(this.functionName);
    this.role = new Role(
      `${name}-role`,
      {
        site,
        what: args.what,
        description: args.description,
        service: "lambda.amazonaws.com",
        grants: [
          ...args.grants,
          this.canWriteLog(),
          ...(site.settings.tracing ? [canTrace()] : []),
          args.failed.canSend(),
        ],
      },
      { parent: this },
    );
  }

  /** The right to call the function. */
  canInvoke(): Grant {
    const resource = this.functionArn;
    const call = (action: string, of = resource): Call => ({ action, resource: of });
    return {
      reason: `calls ${this.functionName}`,
      statements: [
        {
          Sid: `Invoke${sidPart(this.functionName)}`,
          Effect: "Allow",
          Action: ["lambda:InvokeFunction"],
          Resource: [resource],
        },
      ],
      mustAllow: [call("lambda:InvokeFunction")],
      mustNotAllow: [
        call("lambda:InvokeFunction", `${resource}-other`),
        call("lambda:InvokeFunctionUrl"),
        call("lambda:UpdateFunctionCode"),
        call("lambda:UpdateFunctionConfiguration"),
        call("lambda:AddPermission"),
        call("lambda:GetFunction"),
      ],
    };
  }

  /** The right to read the function's log. */
  canReadLog(): Grant {
    const group = this.#arns.logGroup(this.logGroupName);
    return this.logGrant("Read", ["logs:FilterLogEvents", "logs:DescribeLogStreams", "logs:GetLogEvents"], {
      // Some of these are asked for the group alone, and some for its streams.
      resources: [group.replace(/:\*$/, ""), group],
      others: ["logs:PutLogEvents", "logs:DeleteLogGroup"],
    });
  }

  /** The group itself is the stack's: the function cannot make one. */
  private canWriteLog(): Grant {
    return this.logGrant("Write", ["logs:CreateLogStream", "logs:PutLogEvents"], {
      resources: [this.#arns.logGroup(this.logGroupName)],
      others: ["logs:CreateLogGroup", "logs:DeleteLogStream", "logs:GetLogEvents"],
    });
  }

  private logGrant(
    verb: "Read" | "Write",
    actions: readonly string[],
    { resources, others }: { readonly resources: readonly string[]; readonly others: readonly string[] },
  ): Grant {
    const examples = resources.map((arn) => arn.replace(/\*$/, "log-stream:example"));
    const calls = (names: readonly string[], of: readonly string[]): Call[] =>
      names.flatMap((action) => of.map((resource) => ({ action, resource })));
    const otherGroup = examples.map((arn) => arn.replace(this.logGroupName, `${this.logGroupName}-other`));
    return {
      reason: `${verb.toLowerCase()}s the log ${this.logGroupName}`,
      statements: [
        {
          Sid: `${verb}Log${sidPart(this.logGroupName)}`,
          Effect: "Allow",
          Action: actions,
          Resource: resources,
        },
      ],
      mustAllow: calls(actions, examples),
      mustNotAllow: [...calls(others, examples), ...calls(actions, otherGroup)],
    };
  }

  /** The function itself, once its role, log and code are there. */
  protected createFunction(
    name: string,
    args: LambdaFunctionArgs,
    code: FunctionCode,
    before: readonly pulumi.Resource[] = [],
  ): void {
    const { settings } = args.site;
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      {
        name: this.logGroupName,
        retentionInDays: settings.logRetentionDays,
        kmsKeyId: args.keyArn,
      },
      keepsData(args.site, { parent: this }),
    );
    const lambda = new aws.lambda.Function(
      name,
      {
        name: this.functionName,
        description: args.description,
        role: this.role.roleArn,
        ...code,
        architectures: ["x86_64"],
        memorySize: args.memoryMiB,
        timeout: args.timeoutSeconds,
        ephemeralStorage: { size: args.temporaryStorageMiB ?? 512 },
        environment: { variables: args.environment },
        loggingConfig: { logFormat: "JSON", logGroup: this.logGroupName },
        tracingConfig: { mode: settings.tracing ? "Active" : "PassThrough" },
        ...(args.concurrency !== undefined && { reservedConcurrentExecutions: args.concurrency }),
      },
      { parent: this, dependsOn: [this.role.policy, logGroup, ...before] },
    );
    new aws.lambda.FunctionEventInvokeConfig(
      `${name}-failures`,
      {
        functionName: this.functionName,
        maximumRetryAttempts: RETRIES,
        destinationConfig: { onFailure: { destination: args.failed.queueArn } },
      },
      { parent: this, dependsOn: [lambda, args.failed] },
    );
  }
}

/** AWS lets nobody narrow these. @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html */
function canTrace(): Grant {
  const actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
  return {
    reason: "writes its traces",
    statements: [{ Sid: "WriteTraces", Effect: "Allow", Action: actions, Resource: ["*"] }],
    mustAllow: actions.map((action) => ({ action, resource: "*" })),
    mustNotAllow: [
      { action: "xray:GetTraceSummaries", resource: "*" },
      { action: "xray:PutResourcePolicy", resource: "*" },
    ],
  };
}

/** What a policy pack can read of a function's arguments: data only. */
export function dataOf({ site, failed, grants, ...data }: LambdaFunctionArgs): object {
  return { ...data, failed: failed.queueName, grants: grants.map(({ reason }) => reason) };
}
