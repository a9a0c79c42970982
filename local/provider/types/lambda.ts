/** aws.lambda.Function, aws.lambda.Permission and aws.lambda.FunctionEventInvokeConfig. */
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
  type Architecture,
  type FunctionConfiguration,
  type Runtime,
} from "@aws-sdk/client-lambda";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { isSame, readZip, type Properties } from "../values.ts";
import { integer, nonEmpty, removedKeys, tags, text, unlessMissing } from "./common.ts";

const MISSING = "ResourceNotFoundException";
const WAIT_SECONDS = 60;

const functionInputs = v.strictObject({
  name: text,
  role: text,
  code: v.looseObject({}),
  handler: text,
  runtime: text,
  description: v.optional(text),
  packageType: v.optional(v.literal("Zip"), "Zip"),
  architectures: v.optional(v.array(text), ["x86_64"]),
  memorySize: v.optional(integer, 128),
  timeout: v.optional(integer, 3),
  publish: v.optional(v.literal(false), false),
  skipDestroy: v.optional(v.literal(false), false),
  reservedConcurrentExecutions: v.optional(integer, -1),
  environment: v.optional(v.strictObject({ variables: v.optional(v.record(text, text)) })),
  ephemeralStorage: v.optional(v.strictObject({ size: integer })),
  loggingConfig: v.optional(
    v.strictObject({
      logFormat: v.picklist(["JSON", "Text"]),
      logGroup: v.optional(text),
      applicationLogLevel: v.optional(text),
      systemLogLevel: v.optional(text),
    }),
  ),
  tracingConfig: v.optional(v.strictObject({ mode: v.picklist(["Active", "PassThrough"]) })),
  tags,
});

type FunctionInputs = v.InferOutput<typeof functionInputs>;

const lambdaFunction = defineType({
  token: "aws:lambda/function:Function",
  inputs: functionInputs,
  replaceOn: ["name", "packageType"],
  computed: [
    "arn",
    "invokeArn",
    "qualifiedArn",
    "lastModified",
    "codeSha256",
    "sourceCodeSize",
    "version",
    "tagsAll",
  ],
  async create(inputs, { clients }) {
    await clients.lambda.send(
      new CreateFunctionCommand({
        ...toConfiguration(inputs),
        Code: { ZipFile: await readZip(inputs.code) },
        PackageType: "Zip",
        Architectures: inputs.architectures as Architecture[],
        Tags: inputs.tags,
      }),
    );
    return inputs.name;
  },
  async configure(id, inputs, { clients, region, accountId, partition }, before) {
    const { lambda } = clients;
    const target = { FunctionName: id };
    const waiter = { client: lambda, maxWaitTime: WAIT_SECONDS, minDelay: 1, maxDelay: 1 };
    await waitUntilFunctionActiveV2(waiter, target);
    if (before !== undefined) {
      if (!isSame(before.code, inputs.code)) {
        const Architectures = inputs.architectures as Architecture[];
        await lambda.send(
          new UpdateFunctionCodeCommand({ ...target, ZipFile: await readZip(inputs.code), Architectures }),
        );
        await waitUntilFunctionUpdatedV2(waiter, target);
      }
      await lambda.send(new UpdateFunctionConfigurationCommand(toConfiguration(inputs)));
      await waitUntilFunctionUpdatedV2(waiter, target);
      const Resource = `arn:${partition}:lambda:${region}:${accountId}:function:${id}`;
      const removed = removedKeys(before.tags, inputs.tags);
      if (removed.length > 0) await lambda.send(new UntagResourceCommand({ Resource, TagKeys: removed }));
      if (inputs.tags !== undefined)
        await lambda.send(new TagResourceCommand({ Resource, Tags: inputs.tags }));
    }
    const reserved = inputs.reservedConcurrentExecutions;
    if (reserved >= 0) {
      await lambda.send(
        new PutFunctionConcurrencyCommand({ ...target, ReservedConcurrentExecutions: reserved }),
      );
    } else if (before !== undefined && before.reservedConcurrentExecutions >= 0) {
      await lambda.send(new DeleteFunctionConcurrencyCommand(target));
    }
  },
  async read(id, { clients, region, partition }) {
    const call = clients.lambda.send(new GetFunctionCommand({ FunctionName: id }));
    const found = await unlessMissing(call, MISSING);
    if (found?.Configuration === undefined) return undefined;
    const concurrency = await clients.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: id }));
    const { FunctionArn: arn, CodeSha256, CodeSize, LastModified, Version } = found.Configuration;
    return {
      ...fromConfiguration(found.Configuration),
      reservedConcurrentExecutions: concurrency.ReservedConcurrentExecutions ?? -1,
      tags: nonEmpty(found.Tags),
      arn,
      invokeArn: `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${String(arn)}/invocations`,
      qualifiedArn: `${String(arn)}:${String(Version)}`,
      lastModified: LastModified,
      codeSha256: CodeSha256,
      sourceCodeSize: CodeSize,
      version: Version,
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.lambda.send(new DeleteFunctionCommand({ FunctionName: id })), MISSING);
  },
});

function toConfiguration(inputs: FunctionInputs) {
  return {
    FunctionName: inputs.name,
    Role: inputs.role,
    Handler: inputs.handler,
    Runtime: inputs.runtime as Runtime,
    Description: inputs.description ?? "",
    MemorySize: inputs.memorySize,
    Timeout: inputs.timeout,
    Environment: { Variables: inputs.environment?.variables ?? {} },
    EphemeralStorage: { Size: inputs.ephemeralStorage?.size ?? 512 },
    TracingConfig: { Mode: inputs.tracingConfig?.mode ?? "PassThrough" },
    ...(inputs.loggingConfig && {
      LoggingConfig: {
        LogFormat: inputs.loggingConfig.logFormat,
        LogGroup: inputs.loggingConfig.logGroup,
        ApplicationLogLevel: inputs.loggingConfig.applicationLogLevel as "INFO" | undefined,
        SystemLogLevel: inputs.loggingConfig.systemLogLevel as "INFO" | undefined,
      },
    }),
  };
}

function fromConfiguration(found: FunctionConfiguration): Properties {
  return {
    name: found.FunctionName,
    role: found.Role,
    handler: found.Handler,
    runtime: found.Runtime,
    description: found.Description || undefined,
    packageType: found.PackageType,
    architectures: found.Architectures,
    memorySize: found.MemorySize,
    timeout: found.Timeout,
    environment: nonEmpty(found.Environment?.Variables) && { variables: found.Environment?.Variables },
    ephemeralStorage: found.EphemeralStorage && { size: found.EphemeralStorage.Size },
    tracingConfig: found.TracingConfig && { mode: found.TracingConfig.Mode },
    loggingConfig: found.LoggingConfig && {
      logFormat: found.LoggingConfig.LogFormat,
      logGroup: found.LoggingConfig.LogGroup,
      applicationLogLevel: found.LoggingConfig.ApplicationLogLevel,
      systemLogLevel: found.LoggingConfig.SystemLogLevel,
    },
  };
}

const permission = defineType({
  token: "aws:lambda/permission:Permission",
  inputs: v.strictObject({
    statementId: text,
    action: text,
    function: text,
    principal: text,
    sourceArn: v.optional(text),
    sourceAccount: v.optional(text),
  }),
  replaceOn: ["statementId", "action", "function", "principal", "sourceArn", "sourceAccount"],
  computed: [],
  async create(inputs, { clients }) {
    await clients.lambda.send(
      new AddPermissionCommand({
        FunctionName: inputs.function,
        StatementId: inputs.statementId,
        Action: inputs.action,
        Principal: inputs.principal,
        SourceArn: inputs.sourceArn,
        SourceAccount: inputs.sourceAccount,
      }),
    );
    return `${inputs.function}/${inputs.statementId}`;
  },
  async read(id, { clients }) {
    const { FunctionName, StatementId } = permissionOf(id);
    const call = clients.lambda.send(new GetPolicyCommand({ FunctionName }));
    const policy = (await unlessMissing(call, MISSING))?.Policy;
    if (policy === undefined) return undefined;
    const { Statement } = JSON.parse(policy) as { Statement: readonly PermissionStatement[] };
    const found = Statement.find(({ Sid }) => Sid === StatementId);
    return (
      found && {
        statementId: StatementId,
        function: FunctionName,
        action: found.Action,
        principal:
          typeof found.Principal === "string"
            ? found.Principal
            : (found.Principal.Service ?? found.Principal.AWS),
        sourceArn: found.Condition?.ArnLike?.["AWS:SourceArn"],
        sourceAccount: found.Condition?.StringEquals?.["AWS:SourceAccount"],
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.lambda.send(new RemovePermissionCommand(permissionOf(id))), MISSING);
  },
});

interface PermissionStatement {
  readonly Sid: string;
  readonly Action: string;
  readonly Principal: string | { readonly Service?: string; readonly AWS?: string };
  readonly Condition?: Readonly<
    Record<"ArnLike" | "StringEquals", Readonly<Record<string, string>> | undefined>
  >;
}

function permissionOf(id: string): { FunctionName: string; StatementId: string } {
  const [FunctionName, StatementId] = id.split("/");
  if (FunctionName === undefined || StatementId === undefined) {
    throw new Error(`a permission's id is FUNCTION/STATEMENT, not "${id}"`);
  }
  return { FunctionName, StatementId };
}

const eventInvokeConfig = defineType({
  token: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  inputs: v.strictObject({
    functionName: text,
    maximumEventAgeInSeconds: v.optional(integer),
    maximumRetryAttempts: v.optional(integer, 2),
    destinationConfig: v.optional(
      v.strictObject({ onFailure: v.optional(v.strictObject({ destination: text })) }),
    ),
  }),
  replaceOn: ["functionName"],
  computed: [],
  create: ({ functionName }) => Promise.resolve(functionName),
  async configure(id, inputs, { clients }) {
    const onFailure = inputs.destinationConfig?.onFailure;
    await clients.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: id,
        MaximumEventAgeInSeconds: inputs.maximumEventAgeInSeconds,
        MaximumRetryAttempts: inputs.maximumRetryAttempts,
        ...(onFailure && { DestinationConfig: { OnFailure: { Destination: onFailure.destination } } }),
      }),
    );
  },
  async read(id, { clients }) {
    const call = clients.lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: id }));
    const found = await unlessMissing(call, MISSING);
    const destination = found?.DestinationConfig?.OnFailure?.Destination;
    return (
      found && {
        functionName: id,
        maximumEventAgeInSeconds: found.MaximumEventAgeInSeconds,
        maximumRetryAttempts: found.MaximumRetryAttempts,
        destinationConfig: destination === undefined ? undefined : { onFailure: { destination } },
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    const call = clients.lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName: id }));
    await unlessMissing(call, MISSING);
  },
});

/** Types of Lambda. */
export const lambdaTypes = [lambdaFunction, permission, eventInvokeConfig];
