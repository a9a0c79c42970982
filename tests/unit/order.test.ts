import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deploy, one, type Declared } from "./deploy.ts";
import { Order } from "./order.ts";
import { declaredBy } from "./program.ts";
import { referencesIn } from "./references.ts";

const QUEUE = "aws:sqs/queue:Queue";

class Part extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("test:index:Part", name, {}, opts);
    new aws.sqs.Queue(`${name}-queue`, {}, { parent: this });
  }
}

describe("the order of what is declared", () => {
  let declared: Declared[];
  let order: Order;

  before(async () => {
    declared = await deploy(
      () => {
        const first = new Part("first");
        const second = new Part("second", { dependsOn: [first] });
        new aws.sqs.Queue("third", {}, { dependsOn: [second] });
        new Part("other");
      },
      { mode: "update" },
    );
    order = new Order(declared);
  });

  for (const { first, second, comes } of [
    { first: "first-queue", second: "second-queue", comes: true },
    { first: "second-queue", second: "third", comes: true },
    { first: "first-queue", second: "third", comes: true },
    { first: "third", second: "first-queue", comes: false },
    { first: "other-queue", second: "third", comes: false },
    { first: "first-queue", second: "first-queue", comes: false },
  ]) {
    it(`${comes ? "says" : "does not say"} that ${first} comes before ${second}`, () => {
      assert.equal(order.comesBefore(one(declared, QUEUE, first), one(declared, QUEUE, second)), comes);
    });
  }
});

describe("what a resource names", () => {
  it("is there before it", async () => {
    const declared = await declaredBy("update");
    const order = new Order(declared);

    const references = referencesIn(declared);

    assert.deepEqual(
      references
        .filter(({ from, to }) => !order.comesBefore(to, from))
        .map(({ from, path, to }) => `${from.key} (${path}) names ${to.key}`),
      [],
    );
    assert(references.length > 100, `only ${references.length} were found`);
  });
});
