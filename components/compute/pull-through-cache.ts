/** A cache of a public registry. @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The public registries that need no credentials, and Docker Hub, which does. */
export type PublicRegistry =
  | { readonly kind: "ecr-public" }
  | {
      readonly kind: "docker-hub";
      /** The secret with the account's access token; its name begins with `ecr-pullthroughcache/`. */
      readonly credentialArn: string;
    };

/** What a {@link PullThroughCache} is made of. */
export interface PullThroughCacheArgs {
  /** What images of the cache are found under: the first part of their name. */
  readonly repositoryPrefix: string;
  /** Where the images come from. */
  readonly registry: PublicRegistry;
}

/**
 * Images of a public registry, kept in the account's own: a build does not hang on the public one. An image is then
 * called `ACCOUNT.dkr.ecr.REGION.amazonaws.com/PREFIX/lambda/nodejs`.
 */
export class PullThroughCache extends pulumi.ComponentResource {
  constructor(name: string, args: PullThroughCacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:compute:PullThroughCache", name, args, opts);
    new aws.ecr.PullThroughCacheRule(
      name,
      {
        ecrRepositoryPrefix: args.repositoryPrefix,
        ...(args.registry.kind === "ecr-public"
          ? { upstreamRegistryUrl: "public.ecr.aws" }
          : { upstreamRegistryUrl: "registry-1.docker.io", credentialArn: args.registry.credentialArn }),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
