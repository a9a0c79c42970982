/** A repository of the account's private registry. @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/Repositories.html */
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { documentText, resourcePolicy } from "../access/documents.ts";
import { allowLambdaToPull } from "../access/resource-policies.ts";
import type { What } from "../names.ts";
import type { Site } from "../site.ts";

/** What a {@link Repository} is made of. */
export interface RepositoryArgs {
  readonly site: Site;
  readonly what: What<"repository">;
  readonly keyArn: pulumi.Input<string>;
  /** The functions that run its images: Lambda may pull for these and for no others. */
  readonly functionArns: readonly string[];
}

/** How many images are kept. */
const IMAGES_KEPT = 10;

/**
 * A repository whose tags never change what they name, whose images are scanned as they come, and from which Lambda
 * alone pulls, for the functions it is for. Old images go. Encrypted with the lake's key.
 */
export class Repository extends pulumi.ComponentResource {
  readonly repositoryName: string;
  /** Where images are pushed to. Unknown until the repository exists. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: RepositoryArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, ...data } = args;
    super("sluice:compute:Repository", name, data, opts);
    this.repositoryName = site.names.repository(args.what);
    const repository = new awsx.ecr.Repository(
      name,
      {
        name: this.repositoryName,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: args.keyArn }],
        // An image is made from the source again; it is no data.
        forceDelete: true,
        lifecyclePolicy: {
          rules: [
            {
              description: `Keeps ${IMAGES_KEPT} images`,
              tagStatus: "any",
              maximumNumberOfImages: IMAGES_KEPT,
            },
          ],
        },
      },
      { parent: this },
    );
    new aws.ecr.RepositoryPolicy(
      `${name}-policy`,
      {
        repository: this.repositoryName,
        policy: documentText(resourcePolicy([allowLambdaToPull(args.functionArns)])),
      },
      { parent: this, dependsOn: [repository] },
    );
    this.url = repository.url;
    this.registerOutputs({ repositoryName: this.repositoryName });
  }
}
