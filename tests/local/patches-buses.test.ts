/** The emulator's gap in the policies of event buses: closed by its patch, and still there without it. */
import assert from "node:assert/strict";
import {
  CreateEventBusCommand,
  DescribeEventBusCommand,
  PutPermissionCommand,
} from "@aws-sdk/client-eventbridge";
import type { Clients } from "../../local/provider/clients.ts";
import { closedItself, inFolder } from "./own-emulator.ts";

const POLICY = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Put",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::000000000000:root" },
      Action: "events:PutEvents",
      Resource: "arn:aws:events:eu-west-1:000000000000:event-bus/orders",
    },
  ],
};

async function policyAfterPut({ events }: Clients): Promise<unknown> {
  await events.send(new CreateEventBusCommand({ Name: "orders" }));
  await events.send(new PutPermissionCommand({ EventBusName: "orders", Policy: JSON.stringify(POLICY) }));
  const { Policy = "" } = await events.send(new DescribeEventBusCommand({ Name: "orders" }));
  return JSON.parse(Policy);
}

describe("the emulator's event buses", function () {
  this.timeout(60_000);
  const folder = inFolder();

  it("keep the policy that they are given", async () => {
    const { root } = await folder.open();

    assert.deepEqual(await policyAfterPut(root), POLICY);
  });

  it("have a policy that lets everybody in without the patch events-bus-policy", async () => {
    const { root } = await folder.open({ patches: [] });

    const found = JSON.stringify(await policyAfterPut(root));

    assert.match(found, /"Principal":"\*"/, closedItself("events-bus-policy"));
  });
});
