import assert from "node:assert/strict";
import { PullThroughCache } from "../../../components/compute/pull-through-cache.ts";
import { fullConfig } from "../access/whole.ts";
import { deployPart, one } from "../deploy.ts";
import { declaredBy } from "../program.ts";

describe("a queue's consumer", () => {
  const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";

  it("is called with batches of which only the failed messages come again, and with five at once", async () => {
    const { inputs } = one(await declaredBy("preview"), MAPPING);

    const { tags: _tags, ...others } = inputs;
    assert.deepEqual(others, {
      eventSourceArn: "arn:aws:sqs:eu-west-1:123456789012:sluice-dev-ingest",
      functionName: "sluice-dev-ingest",
      batchSize: 5,
      functionResponseTypes: ["ReportBatchItemFailures"],
      // A call that is throttled counts as a try.
      scalingConfig: { maximumConcurrency: 5 },
    });
  });

  it("works on as many batches at once as the function may, and the function on no more", async () => {
    const declared = await declaredBy("preview", { ...fullConfig, "sluice:ingestConcurrency": "7" });

    assert.deepEqual(one(declared, MAPPING).inputs["scalingConfig"], { maximumConcurrency: 7 });
    const { inputs } = one(declared, "aws:lambda/function:Function", "ingest");
    assert.equal(inputs["reservedConcurrentExecutions"], 7);
  });

  it("reserves nothing of the account's where it shares it", async () => {
    const declared = await declaredBy("preview", { ...fullConfig, "sluice:ingestConcurrency": "unreserved" });

    assert.deepEqual(one(declared, MAPPING).inputs["scalingConfig"], { maximumConcurrency: 5 });
    const { inputs } = one(declared, "aws:lambda/function:Function", "ingest");
    assert.equal("reservedConcurrentExecutions" in inputs, false);
  });
});

describe("a cache of a public registry", () => {
  const RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";

  it("of AWS's own needs no credentials", async () => {
    const registry = { kind: "ecr-public" } as const;

    const declared = await deployPart(
      () => new PullThroughCache("cache", { repositoryPrefix: "aws", registry }),
    );

    assert.deepEqual(one(declared, RULE).inputs, {
      ecrRepositoryPrefix: "aws",
      upstreamRegistryUrl: "public.ecr.aws",
    });
  });

  it("of Docker Hub has them in a secret", async () => {
    const credentialArn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ecr-pullthroughcache/hub";
    const registry = { kind: "docker-hub", credentialArn } as const;

    const declared = await deployPart(
      () => new PullThroughCache("cache", { repositoryPrefix: "hub", registry }),
    );

    assert.deepEqual(one(declared, RULE).inputs, {
      ...{ ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io" },
      credentialArn,
    });
  });
});
