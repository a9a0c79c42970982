/** The settings of a Lambda function, as the program writes them and as Lambda does. */
import { Architecture, Runtime, type FunctionConfiguration } from "@aws-sdk/client-lambda";
import * as v from "valibot";
import type { Properties } from "../values.ts";
import { integer, nonEmpty, tags, text, textSet } from "./common.ts";

/** What a program may say of a function. */
export const functionInputs = v.pipe(
  v.strictObject({
    name: text,
    role: text,
    packageType: v.optional(v.picklist(["Zip", "Image"]), "Zip"),
    code: v.optional(v.looseObject({})),
    handler: v.optional(text),
    runtime: v.optional(v.enum(Runtime)),
    imageUri: v.optional(text),
    imageConfig: v.optional(
      v.strictObject({
        commands: v.optional(v.array(text)),
        entryPoints: v.optional(v.array(text)),
        workingDirectory: v.optional(text),
      }),
    ),
    description: v.optional(text),
    architectures: v.optional(v.array(v.enum(Architecture)), [Architecture.x86_64]),
    memorySize: v.optional(integer, 128),
    timeout: v.optional(integer, 3),
    publish: v.optional(v.boolean(), false),
    skipDestroy: v.optional(v.literal(false), false),
    reservedConcurrentExecutions: v.optional(integer, -1),
    environment: v.optional(v.strictObject({ variables: v.optional(v.record(text, text)) })),
    ephemeralStorage: v.optional(v.strictObject({ size: integer })),
    kmsKeyArn: v.optional(text),
    deadLetterConfig: v.optional(v.strictObject({ targetArn: text })),
    vpcConfig: v.optional(
      v.strictObject({
        subnetIds: textSet,
        securityGroupIds: textSet,
        ipv6AllowedForDualStack: v.optional(v.boolean(), false),
      }),
    ),
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
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value } = dataset;
    const required =
      value.packageType === "Zip" ? (["code", "handler", "runtime"] as const) : (["imageUri"] as const);
    for (const key of required) {
      if (value[key] !== undefined) continue;
      const message = `it is missing, and must be there for packageType ${value.packageType}`;
      addIssue({ message, path: [{ type: "object", origin: "value", input: value, key, value: undefined }] });
    }
  }),
);

/** A function's inputs. */
export type FunctionInputs = v.InferOutput<typeof functionInputs>;

/** The settings in Lambda's words, but for what depends on the code's kind (lambda-code.ts). */
export function toConfiguration(inputs: FunctionInputs) {
  const { vpcConfig, loggingConfig } = inputs;
  return {
    FunctionName: inputs.name,
    Role: inputs.role,
    Handler: inputs.handler,
    Runtime: inputs.runtime,
    Description: inputs.description ?? "",
    MemorySize: inputs.memorySize,
    Timeout: inputs.timeout,
    Environment: { Variables: inputs.environment?.variables ?? {} },
    EphemeralStorage: { Size: inputs.ephemeralStorage?.size ?? 512 },
    TracingConfig: { Mode: inputs.tracingConfig?.mode ?? "PassThrough" },
    KMSKeyArn: inputs.kmsKeyArn ?? "",
    DeadLetterConfig: { TargetArn: inputs.deadLetterConfig?.targetArn ?? "" },
    VpcConfig: {
      SubnetIds: vpcConfig?.subnetIds ?? [],
      SecurityGroupIds: vpcConfig?.securityGroupIds ?? [],
      ...(vpcConfig && { Ipv6AllowedForDualStack: vpcConfig.ipv6AllowedForDualStack }),
    },
    ...(loggingConfig && {
      LoggingConfig: {
        LogFormat: loggingConfig.logFormat,
        LogGroup: loggingConfig.logGroup,
        ApplicationLogLevel: loggingConfig.applicationLogLevel as "INFO" | undefined,
        SystemLogLevel: loggingConfig.systemLogLevel as "INFO" | undefined,
      },
    }),
  };
}

/** The settings in the program's words. */
export function fromConfiguration(found: FunctionConfiguration): Properties {
  const image = found.ImageConfigResponse?.ImageConfig;
  return {
    name: found.FunctionName,
    role: found.Role,
    handler: found.Handler || undefined,
    runtime: found.Runtime || undefined,
    packageType: found.PackageType,
    imageConfig: nonEmpty(image) && {
      commands: image?.Command,
      entryPoints: image?.EntryPoint,
      workingDirectory: image?.WorkingDirectory,
    },
    description: found.Description || undefined,
    architectures: found.Architectures,
    memorySize: found.MemorySize,
    timeout: found.Timeout,
    environment: nonEmpty(found.Environment?.Variables) && { variables: found.Environment?.Variables },
    ephemeralStorage: found.EphemeralStorage && { size: found.EphemeralStorage.Size },
    tracingConfig: found.TracingConfig && { mode: found.TracingConfig.Mode },
    kmsKeyArn: found.KMSKeyArn || undefined,
    deadLetterConfig: found.DeadLetterConfig?.TargetArn
      ? { targetArn: found.DeadLetterConfig.TargetArn }
      : undefined,
    vpcConfig: found.VpcConfig?.SubnetIds?.length
      ? {
          subnetIds: found.VpcConfig.SubnetIds.toSorted(),
          securityGroupIds: found.VpcConfig.SecurityGroupIds?.toSorted(),
          ipv6AllowedForDualStack: found.VpcConfig.Ipv6AllowedForDualStack ?? false,
        }
      : undefined,
    loggingConfig: found.LoggingConfig && {
      logFormat: found.LoggingConfig.LogFormat,
      logGroup: found.LoggingConfig.LogGroup,
      applicationLogLevel: found.LoggingConfig.ApplicationLogLevel,
      systemLogLevel: found.LoggingConfig.SystemLogLevel,
    },
  };
}
