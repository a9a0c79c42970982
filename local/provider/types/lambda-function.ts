/** aws.lambda.Function. */
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import { defineType, type Context } from "../resource-type.ts";
import { isSame } from "../values.ts";
import { IMAGE_MARK, programsImage, sourceOf } from "./lambda-code.ts";
import {
  fromConfiguration,
  functionInputs,
  toConfiguration,
  type FunctionInputs,
} from "./lambda-configuration.ts";
import { changeTags, nonEmpty, unlessMissing } from "./common.ts";

const MISSING = "ResourceNotFoundException";
const WAIT_SECONDS = 60;

const lambdaFunction = defineType({
  token: "aws:lambda/function:Function",
  inputs: functionInputs,
  replaceOn: ["name", "packageType"],
  computed: [
    ...["arn", "invokeArn", "qualifiedArn", "lastModified"],
    ...["codeSha256", "sourceCodeSize", "version", "tagsAll"],
  ],
  async create(inputs, context) {
    const source = await sourceOf(inputs, context);
    await context.clients.lambda.send(
      new CreateFunctionCommand({
        ...toConfiguration(inputs),
        ...source.configuration,
        Code: source.code,
        PackageType: source.packageType,
        Architectures: inputs.architectures,
        Tags: { ...inputs.tags, ...source.tags },
      }),
    );
    return inputs.name;
  },
  async configure(id, inputs, context, before) {
    const { lambda } = context.clients;
    await waitUntilFunctionActiveV2(waiter(lambda), { FunctionName: id });
    if (before !== undefined) await update(id, inputs, before, context);
    const reserved = inputs.reservedConcurrentExecutions;
    if (reserved >= 0) {
      const call = { FunctionName: id, ReservedConcurrentExecutions: reserved };
      await lambda.send(new PutFunctionConcurrencyCommand(call));
    } else if (before !== undefined && before.reservedConcurrentExecutions >= 0) {
      await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: id }));
    }
    if (inputs.publish) await lambda.send(new PublishVersionCommand({ FunctionName: id }));
  },
  async read(id, { clients: { lambda }, region, partition }, olds) {
    const found = await unlessMissing(lambda.send(new GetFunctionCommand({ FunctionName: id })), MISSING);
    if (found?.Configuration === undefined) return undefined;
    const concurrency = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: id }));
    const { FunctionArn: arn, CodeSha256, CodeSize, LastModified } = found.Configuration;
    const { [IMAGE_MARK]: mark, ...tags } = found.Tags ?? {};
    const published = olds["publish"] === true ? await lastVersion(id, lambda) : undefined;
    const version = published ?? found.Configuration.Version;
    return {
      ...fromConfiguration(found.Configuration),
      imageUri: found.Code?.ImageUri,
      ...programsImage(mark),
      reservedConcurrentExecutions: concurrency.ReservedConcurrentExecutions ?? -1,
      tags: nonEmpty(tags),
      arn,
      invokeArn: `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${String(arn)}/invocations`,
      qualifiedArn: `${String(arn)}:${String(version)}`,
      lastModified: LastModified,
      codeSha256: CodeSha256,
      sourceCodeSize: CodeSize,
      version,
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.lambda.send(new DeleteFunctionCommand({ FunctionName: id })), MISSING);
  },
});

function waiter(client: LambdaClient) {
  return { client, maxWaitTime: WAIT_SECONDS, minDelay: 1, maxDelay: 1 };
}

async function update(
  id: string,
  inputs: FunctionInputs,
  before: FunctionInputs,
  context: Context,
): Promise<void> {
  const { lambda } = context.clients;
  const target = { FunctionName: id };
  const source = await sourceOf(inputs, context);
  if (!isSame(before.code, inputs.code) || before.imageUri !== inputs.imageUri) {
    const code = { ...source.code, Architectures: inputs.architectures };
    await lambda.send(new UpdateFunctionCodeCommand({ ...target, ...code }));
    await waitUntilFunctionUpdatedV2(waiter(lambda), target);
  }
  await lambda.send(
    new UpdateFunctionConfigurationCommand({ ...toConfiguration(inputs), ...source.configuration }),
  );
  await waitUntilFunctionUpdatedV2(waiter(lambda), target);
  const { partition, region, accountId } = context;
  const Resource = `arn:${partition}:lambda:${region}:${accountId}:function:${id}`;
  await changeTags(
    before.tags,
    nonEmpty({ ...inputs.tags, ...source.tags }),
    (TagKeys) => lambda.send(new UntagResourceCommand({ Resource, TagKeys })),
    (Tags) => lambda.send(new TagResourceCommand({ Resource, Tags })),
  );
}

/** The version that was published last. */
async function lastVersion(FunctionName: string, lambda: LambdaClient): Promise<string | undefined> {
  let last: string | undefined;
  let Marker: string | undefined;
  do {
    const page = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName, Marker }));
    last = page.Versions?.at(-1)?.Version ?? last;
    Marker = page.NextMarker;
  } while (Marker);
  return last;
}

/** The function itself; what hangs on it is in lambda.ts. */
export const lambdaFunctionTypes = [lambdaFunction];
