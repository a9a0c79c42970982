/** A function from a container image. @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-image.html */
import * as awsx from "@pulumi/awsx";
import type * as pulumi from "@pulumi/pulumi";
import type { ImageContext } from "./bundle.ts";
import { dataOf, LambdaFunction, type LambdaFunctionArgs } from "./lambda-function.ts";
import type { Repository } from "./repository.ts";

/** What an {@link ImageFunction} is made of. */
export interface ImageFunctionArgs extends LambdaFunctionArgs {
  /** What the image is built from: `bundleImage` (bundle.ts) makes it from a folder of functions/. */
  readonly context: Promise<ImageContext>;
  /** Where the image goes; its policy must let this function pull. */
  readonly repository: Repository;
  /** The image that this one is built on, by digest: `public.ecr.aws/lambda/nodejs:24@sha256:…`. */
  readonly baseImage: string;
}

/**
 * A function whose code is an image: built from its Dockerfile on AWS's base image, pushed under a tag that is its
 * content's digest, and run by the digest that the registry gave it.
 */
export class ImageFunction extends LambdaFunction {
  constructor(
    name: string,
    { context, repository, baseImage, ...args }: ImageFunctionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("sluice:compute:ImageFunction", name, args, { ...dataOf(args), baseImage }, opts);
    const image = new awsx.ecr.Image(
      `${name}-image`,
      {
        repositoryUrl: repository.url,
        context: context.then(({ folder }) => folder),
        dockerfile: context.then(({ folder }) => `${folder}/Dockerfile`),
        imageTag: context.then(({ tag }) => tag),
        platform: "linux/amd64",
        args: { BASE_IMAGE: baseImage },
      },
      { parent: this, dependsOn: [repository] },
    );
    this.createFunction(name, args, { packageType: "Image", imageUri: image.imageUri }, [repository]);
    this.registerOutputs({ functionName: this.functionName });
  }
}
