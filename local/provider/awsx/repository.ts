/** awsx.ecr.Repository: a repository with a lifecycle policy. */
import * as v from "valibot";
import { containsUnknown, UNKNOWN, type Properties } from "../values.ts";
import { referenceTo, type Component, type Monitor } from "./monitor.ts";

const rule = v.strictObject({
  tagStatus: v.picklist(["any", "tagged", "untagged"]),
  description: v.optional(v.string()),
  maximumAgeLimit: v.optional(v.number()),
  maximumNumberOfImages: v.optional(v.number()),
  tagPrefixList: v.optional(v.array(v.string())),
});

type Rule = v.InferOutput<typeof rule>;

const repositoryArguments = v.strictObject({
  ...Object.fromEntries(
    [
      ...["name", "region", "imageTagMutability", "imageScanningConfiguration"],
      ...["encryptionConfigurations", "forceDelete", "tags"],
    ].map((name) => [name, v.optional(v.unknown())] as const),
  ),
  lifecyclePolicy: v.optional(
    v.strictObject({ skip: v.optional(v.boolean()), rules: v.optional(v.array(rule)) }),
  ),
});

/** What awsx has where the program gives no rules. */
const DEFAULT_RULE: Rule = {
  description: "remove untagged images",
  tagStatus: "untagged",
  maximumNumberOfImages: 1,
};

/** Declares the component and its children, named as the official component names them. */
export async function constructRepository(monitor: Monitor): Promise<Component> {
  const { lifecyclePolicy } = monitor.arguments(repositoryArguments);
  const { lifecyclePolicy: _, ...settings } = monitor.given;
  const urn = await monitor.declareComponent();
  const childName = monitor.name.toLowerCase();
  const repository = await monitor.declareChild(urn, "aws:ecr/repository:Repository", childName, settings);
  const outputs: Properties = {
    repository: referenceTo(repository),
    url: repository.outputs["repositoryUrl"],
  };
  if (lifecyclePolicy?.skip !== true) {
    const policy = await monitor.declareChild(
      urn,
      "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      childName,
      { repository: repository.outputs["name"], policy: lifecycleDocument(lifecyclePolicy?.rules) },
      [repository.urn],
    );
    outputs["lifecyclePolicy"] = referenceTo(policy);
  }
  await monitor.finish(urn, outputs);
  return { urn, outputs, dependencies: [repository.urn] };
}

function lifecycleDocument(given: readonly Rule[] | undefined): unknown {
  if (containsUnknown(given)) return UNKNOWN;
  const rules = given ?? [DEFAULT_RULE];
  // A rule for any image comes last, as ECR demands.
  const ordered = [
    ...rules.filter(({ tagStatus }) => tagStatus !== "any"),
    ...rules.filter(({ tagStatus }) => tagStatus === "any"),
  ];
  return JSON.stringify({
    rules: ordered.map((one, index) => ({
      rulePriority: index + 1,
      description: one.description,
      selection: { ...tagSelection(one), ...countSelection(one) },
      action: { type: "expire" },
    })),
  });
}

function tagSelection({ tagStatus, tagPrefixList }: Rule): Properties {
  if (tagStatus !== "tagged") return { tagStatus };
  if (tagPrefixList === undefined || tagPrefixList.length === 0) {
    throw new Error("a lifecycle rule for tagged images needs a tagPrefixList");
  }
  return { tagStatus, tagPrefixList };
}

function countSelection({ maximumNumberOfImages, maximumAgeLimit }: Rule): Properties {
  if (maximumNumberOfImages !== undefined) {
    return { countType: "imageCountMoreThan", countNumber: maximumNumberOfImages };
  }
  if (maximumAgeLimit !== undefined) {
    return { countType: "sinceImagePushed", countNumber: maximumAgeLimit, countUnit: "days" };
  }
  throw new Error("a lifecycle rule needs maximumNumberOfImages or maximumAgeLimit");
}
