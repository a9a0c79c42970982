/** aws.athena.Workgroup. */
import {
  CreateWorkGroupCommand,
  DeleteWorkGroupCommand,
  GetWorkGroupCommand,
  InvalidRequestException,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateWorkGroupCommand,
  type WorkGroupConfiguration,
} from "@aws-sdk/client-athena";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import type { Properties } from "../values.ts";
import { integer, removedKeys, tagList, tagMap, tags, text } from "./common.ts";

const configuration = v.strictObject({
  enforceWorkgroupConfiguration: v.optional(v.boolean(), true),
  publishCloudwatchMetricsEnabled: v.optional(v.boolean(), true),
  bytesScannedCutoffPerQuery: v.optional(integer),
  engineVersion: v.optional(v.strictObject({ selectedEngineVersion: v.optional(text, "AUTO") })),
  resultConfiguration: v.optional(
    v.strictObject({
      outputLocation: v.optional(text),
      expectedBucketOwner: v.optional(text),
      encryptionConfiguration: v.optional(
        v.strictObject({
          encryptionOption: v.picklist(["SSE_S3", "SSE_KMS", "CSE_KMS"]),
          kmsKeyArn: v.optional(text),
        }),
      ),
    }),
  ),
});

const workgroup = defineType({
  token: "aws:athena/workgroup:Workgroup",
  inputs: v.strictObject({
    name: text,
    description: v.optional(text),
    state: v.optional(v.picklist(["ENABLED", "DISABLED"]), "ENABLED"),
    forceDestroy: v.optional(v.boolean(), false),
    configuration: v.optional(configuration),
    tags,
  }),
  replaceOn: ["name"],
  computed: ["arn", "tagsAll"],
  async create(inputs, { clients }) {
    await clients.athena.send(
      new CreateWorkGroupCommand({
        Name: inputs.name,
        Description: inputs.description,
        Configuration: inputs.configuration && toConfiguration(inputs.configuration),
        Tags: tagList(inputs.tags),
      }),
    );
    return inputs.name;
  },
  async configure(id, inputs, { clients, region, accountId, partition }, before) {
    if (before === undefined && inputs.state === "ENABLED") return;
    await clients.athena.send(
      new UpdateWorkGroupCommand({
        WorkGroup: id,
        Description: inputs.description,
        State: inputs.state,
        ConfigurationUpdates:
          inputs.configuration &&
          ({
            ...toConfiguration(inputs.configuration),
            ResultConfiguration: undefined,
            ResultConfigurationUpdates: toConfiguration(inputs.configuration).ResultConfiguration,
            RemoveBytesScannedCutoffPerQuery: inputs.configuration.bytesScannedCutoffPerQuery === undefined,
          } as object),
      }),
    );
    const ResourceARN = workgroupArn(id, partition, region, accountId);
    const removed = removedKeys(before?.tags, inputs.tags);
    if (removed.length > 0)
      await clients.athena.send(new UntagResourceCommand({ ResourceARN, TagKeys: removed }));
    if (inputs.tags !== undefined) {
      await clients.athena.send(new TagResourceCommand({ ResourceARN, Tags: tagList(inputs.tags) }));
    }
  },
  async read(id, { clients, region, accountId, partition }) {
    const arn = workgroupArn(id, partition, region, accountId);
    const call = clients.athena.send(new GetWorkGroupCommand({ WorkGroup: id }));
    const found = (await unlessNotFound(call))?.WorkGroup;
    if (found === undefined) return undefined;
    const listed = await clients.athena.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
    return {
      name: found.Name,
      description: found.Description || undefined,
      state: found.State,
      configuration: found.Configuration && fromConfiguration(found.Configuration),
      tags: tagMap(listed.Tags),
      arn,
    };
  },
  async delete(id, { forceDestroy }, { clients }) {
    const call = new DeleteWorkGroupCommand({ WorkGroup: id, RecursiveDeleteOption: forceDestroy });
    await unlessNotFound(clients.athena.send(call));
  },
});

/** Athena has one error for everything: what it says tells that a workgroup does not exist. */
async function unlessNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof InvalidRequestException && /workgroup .* not found/i.test(error.message))
      return undefined;
    throw error;
  }
}

function workgroupArn(name: string, partition: string, region: string, accountId: string): string {
  return `arn:${partition}:athena:${region}:${accountId}:workgroup/${name}`;
}

function toConfiguration(given: v.InferOutput<typeof configuration>): WorkGroupConfiguration {
  const result = given.resultConfiguration;
  return {
    EnforceWorkGroupConfiguration: given.enforceWorkgroupConfiguration,
    PublishCloudWatchMetricsEnabled: given.publishCloudwatchMetricsEnabled,
    BytesScannedCutoffPerQuery: given.bytesScannedCutoffPerQuery,
    ...(given.engineVersion && {
      EngineVersion: { SelectedEngineVersion: given.engineVersion.selectedEngineVersion },
    }),
    ...(result && {
      ResultConfiguration: {
        OutputLocation: result.outputLocation,
        ExpectedBucketOwner: result.expectedBucketOwner,
        EncryptionConfiguration: result.encryptionConfiguration && {
          EncryptionOption: result.encryptionConfiguration.encryptionOption,
          KmsKey: result.encryptionConfiguration.kmsKeyArn,
        },
      },
    }),
  };
}

function fromConfiguration(found: WorkGroupConfiguration): Properties {
  const result = found.ResultConfiguration;
  return {
    enforceWorkgroupConfiguration: found.EnforceWorkGroupConfiguration,
    publishCloudwatchMetricsEnabled: found.PublishCloudWatchMetricsEnabled,
    bytesScannedCutoffPerQuery: found.BytesScannedCutoffPerQuery,
    engineVersion: found.EngineVersion && {
      selectedEngineVersion: found.EngineVersion.SelectedEngineVersion,
    },
    resultConfiguration: result && {
      outputLocation: result.OutputLocation,
      expectedBucketOwner: result.ExpectedBucketOwner,
      encryptionConfiguration: result.EncryptionConfiguration && {
        encryptionOption: result.EncryptionConfiguration.EncryptionOption,
        kmsKeyArn: result.EncryptionConfiguration.KmsKey,
      },
    },
  };
}

/** Types of Athena. */
export const athenaTypes = [workgroup];
