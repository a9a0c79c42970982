/** aws.lambda.Permission and aws.lambda.FunctionEventInvokeConfig. */
import {
  AddPermissionCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
} from "@aws-sdk/client-lambda";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { integer, text, unlessMissing } from "./common.ts";

const MISSING = "ResourceNotFoundException";

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

/** Types of Lambda that hang on a function (lambda-function.ts). */
export const lambdaTypes = [permission, eventInvokeConfig];
