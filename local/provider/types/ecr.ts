/** aws.ecr.Repository, aws.ecr.LifecyclePolicy and aws.ecr.RepositoryPolicy. */
import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-ecr";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { changeTags, tagList, tagMap, tags, text, unlessMissing } from "./common.ts";

const MISSING = "RepositoryNotFoundException";

const repository = defineType({
  token: "aws:ecr/repository:Repository",
  inputs: v.strictObject({
    name: text,
    imageTagMutability: v.optional(v.picklist(["MUTABLE", "IMMUTABLE"]), "MUTABLE"),
    imageScanningConfiguration: v.optional(v.strictObject({ scanOnPush: v.boolean() })),
    encryptionConfigurations: v.optional(
      v.array(
        v.strictObject({
          encryptionType: v.optional(v.picklist(["AES256", "KMS", "KMS_DSSE"]), "AES256"),
          kmsKey: v.optional(text),
        }),
      ),
    ),
    forceDelete: v.optional(v.boolean()),
    tags,
  }),
  replaceOn: ["name", "encryptionConfigurations"],
  computed: ["arn", "registryId", "repositoryUrl", "tagsAll"],
  async create(inputs, { clients }) {
    const encryption = inputs.encryptionConfigurations?.[0];
    await clients.ecr.send(
      new CreateRepositoryCommand({
        repositoryName: inputs.name,
        imageTagMutability: inputs.imageTagMutability,
        imageScanningConfiguration: inputs.imageScanningConfiguration,
        tags: tagList(inputs.tags),
        ...(encryption && {
          encryptionConfiguration: { encryptionType: encryption.encryptionType, kmsKey: encryption.kmsKey },
        }),
      }),
    );
    return inputs.name;
  },
  async configure(id, inputs, { clients: { ecr }, partition, region, accountId }, before) {
    if (before === undefined) return; // CreateRepository has done it all
    const { imageTagMutability, imageScanningConfiguration } = inputs;
    await ecr.send(new PutImageTagMutabilityCommand({ repositoryName: id, imageTagMutability }));
    await ecr.send(
      new PutImageScanningConfigurationCommand({
        repositoryName: id,
        imageScanningConfiguration: imageScanningConfiguration ?? { scanOnPush: false },
      }),
    );
    const resourceArn = `arn:${partition}:ecr:${region}:${accountId}:repository/${id}`;
    await changeTags(
      before.tags,
      inputs.tags,
      (tagKeys) => ecr.send(new UntagResourceCommand({ resourceArn, tagKeys })),
      (all) => ecr.send(new TagResourceCommand({ resourceArn, tags: tagList(all) })),
    );
  },
  async read(id, { clients, accountId, region }) {
    const call = clients.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [id] }));
    const found = (await unlessMissing(call, MISSING))?.repositories?.[0];
    if (found === undefined) return undefined;
    const listed = await clients.ecr.send(
      new ListTagsForResourceCommand({ resourceArn: found.repositoryArn }),
    );
    const { encryptionConfiguration: encryption } = found;
    return {
      name: found.repositoryName,
      imageTagMutability: found.imageTagMutability,
      imageScanningConfiguration: { scanOnPush: found.imageScanningConfiguration?.scanOnPush ?? false },
      encryptionConfigurations: encryption && [
        { encryptionType: encryption.encryptionType, kmsKey: encryption.kmsKey || undefined },
      ],
      tags: tagMap(listed.tags),
      arn: found.repositoryArn,
      registryId: found.registryId ?? accountId,
      repositoryUrl: `${accountId}.dkr.ecr.${region}.amazonaws.com/${id}`,
    };
  },
  async delete(id, { forceDelete }, { clients }) {
    const call = new DeleteRepositoryCommand({ repositoryName: id, force: forceDelete ?? false });
    await unlessMissing(clients.ecr.send(call), MISSING);
  },
});

const lifecyclePolicy = defineType({
  token: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  inputs: v.strictObject({ repository: text, policy: text }),
  documents: ["policy"],
  replaceOn: ["repository"],
  computed: ["registryId"],
  create: ({ repository: name }) => Promise.resolve(name),
  async configure(id, { policy }, { clients }) {
    await clients.ecr.send(
      new PutLifecyclePolicyCommand({ repositoryName: id, lifecyclePolicyText: policy }),
    );
  },
  async read(id, { clients, accountId }) {
    const call = clients.ecr.send(new GetLifecyclePolicyCommand({ repositoryName: id }));
    const found = await unlessMissing(call, MISSING, "LifecyclePolicyNotFoundException");
    return found && { repository: id, policy: found.lifecyclePolicyText, registryId: accountId };
  },
  async delete(id, _inputs, { clients }) {
    const call = clients.ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName: id }));
    await unlessMissing(call, MISSING, "LifecyclePolicyNotFoundException");
  },
});

const repositoryPolicy = defineType({
  token: "aws:ecr/repositoryPolicy:RepositoryPolicy",
  inputs: v.strictObject({ repository: text, policy: text }),
  documents: ["policy"],
  replaceOn: ["repository"],
  computed: ["registryId"],
  create: ({ repository: name }) => Promise.resolve(name),
  async configure(id, { policy }, { clients }) {
    await clients.ecr.send(new SetRepositoryPolicyCommand({ repositoryName: id, policyText: policy }));
  },
  async read(id, { clients, accountId }) {
    const call = clients.ecr.send(new GetRepositoryPolicyCommand({ repositoryName: id }));
    const found = await unlessMissing(call, MISSING, "RepositoryPolicyNotFoundException");
    return found && { repository: id, policy: found.policyText, registryId: accountId };
  },
  async delete(id, _inputs, { clients }) {
    const call = clients.ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName: id }));
    await unlessMissing(call, MISSING, "RepositoryPolicyNotFoundException");
  },
});

/** Types of ECR. */
export const ecrTypes = [repository, lifecyclePolicy, repositoryPolicy];
