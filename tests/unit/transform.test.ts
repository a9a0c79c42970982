import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { deployLake } from "../../components/deploy.ts";
import { patch, UnusedPatchError } from "../../components/transform.ts";
import { fullConfig } from "./access/whole.ts";
import { deploy, type Declared } from "./deploy.ts";
import { declaredBy, declaredWith } from "./program.ts";

function byName(declared: readonly Declared[]): Map<string, unknown> {
  return new Map(declared.map(({ type, name, inputs }) => [`${type} ${name}`, inputs]));
}

describe("a patch", () => {
  it("changes the arguments of the one resource that it names, and of no other", async () => {
    const before = byName(await declaredBy("preview"));

    const after = byName(
      await declaredWith({
        patches: [patch(aws.lambda.Function, "ingest", (args) => ({ ...args, memorySize: 2048 }))],
      }),
    );

    const changed = [...before].filter(
      ([key, inputs]) => JSON.stringify(after.get(key)) !== JSON.stringify(inputs),
    );
    assert.deepEqual(
      changed.map(([key]) => key),
      ["aws:lambda/function:Function ingest"],
    );
    assert.deepEqual(after.get("aws:lambda/function:Function ingest"), {
      ...(before.get("aws:lambda/function:Function ingest") as object),
      memorySize: 2048,
    });
    assert.equal(after.size, before.size);
  });

  it("leaves a resource of another type alone, though it has the same name", async () => {
    const after = byName(
      await declaredWith({
        patches: [patch(aws.s3.Bucket, "raw", (args) => ({ ...args, objectLockEnabled: true }))],
      }),
    );

    const locked = [...after].filter(
      ([, inputs]) => (inputs as Record<string, unknown>)["objectLockEnabled"],
    );
    assert.deepEqual(
      locked.map(([key]) => key),
      ["aws:s3/bucket:Bucket raw"],
    );
  });

  it("sees what the patch before it made, and the tags stay unless it changes them", async () => {
    const after = byName(
      await declaredWith({
        patches: [
          patch(aws.sns.Topic, "alarm-topic", (args) => ({ ...args, displayName: "lake" })),
          patch(aws.sns.Topic, "alarm-topic", (args) => ({
            ...args,
            deliveryPolicy: args.displayName ?? "",
          })),
        ],
      }),
    );

    const { displayName, deliveryPolicy, tags } = after.get("aws:sns/topic:Topic alarm-topic") as Record<
      string,
      unknown
    >;
    assert.deepEqual({ displayName, deliveryPolicy }, { displayName: "lake", deliveryPolicy: "lake" });
    assert.deepEqual(tags, { component: "alarm-topic", "data-class": "none" });
  });

  it("takes the arguments of its class and no others", () => {
    // @ts-expect-error -- a size is a number
    patch(aws.lambda.Function, "ingest", (args) => ({ ...args, memorySize: { bucket: 1 } }));
    // @ts-expect-error -- also of a class that can be made with nothing
    patch(aws.sns.Topic, "alarm-topic", (args) => ({ ...args, displayName: 1 }));
    // @ts-expect-error -- a role is not optional
    patch(aws.lambda.Function, "ingest", ({ role: _role, ...args }) => args);
  });

  it("that changes nothing ends the deployment, with every one of them named", async () => {
    const patches = [
      patch(aws.s3.Bucket, "rwa", (args) => args),
      patch(aws.s3.Bucket, "raw", (args) => args),
      patch(aws.sns.Topic, "raw", (args) => args),
    ];

    await assert.rejects(
      deploy(() => deployLake({ patches }), { mode: "preview", config: fullConfig }),
      (error) => {
        assert(error instanceof UnusedPatchError);
        assert.match(error.message, /declares no such resource:\n {2}- Bucket "rwa"\n {2}- Topic "raw"\n/);
        assert.match(error.message, /`pulumi preview` lists the resources/);
        return true;
      },
    );
  });
});
