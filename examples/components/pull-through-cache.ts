/** A cache of AWS's own public registry. */
import { PullThroughCache } from "../../components/compute/pull-through-cache.ts";
import { deployLake } from "../../components/deploy.ts";

/** Declares it. */
export function example(): void {
  /// show
  deployLake({
    extend: (lake) => {
      new PullThroughCache(
        "public-images",
        { repositoryPrefix: "ecr-public", registry: { kind: "ecr-public" } },
        { parent: lake },
      );
    },
  });
  /// hide
}
