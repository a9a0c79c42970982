import assert from "node:assert/strict";
import { fullConfig } from "../access/whole.ts";
import { all, one } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const WORKGROUP = "aws:athena/workgroup:Workgroup";

describe("a workgroup", () => {
  for (const [child, what] of [
    ["workgroup", "lake"],
    ["engineering-workgroup", "engineering"],
  ] as const) {
    it(`lets no client override where results of ${what} go, how they are encrypted, or how much a query reads`, async () => {
      const { inputs } = one(await declaredBy("update"), WORKGROUP, child);

      assert.equal(inputs["name"], `sluice-dev-${what}`);
      assert.deepEqual(inputs["configuration"], {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: 10 * 1024 ** 3,
        resultConfiguration: {
          // Under its own name: nobody of another workgroup reads them.
          outputLocation: `s3://sluice-dev-results-123456789012/sluice-dev-${what}/`,
          expectedBucketOwner: "123456789012",
          encryptionConfiguration: {
            encryptionOption: "SSE_KMS",
            kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555",
          },
        },
      });
    });
  }

  it("reads as much at once as the configuration says", async () => {
    const declared = await declaredBy("preview", { ...fullConfig, "sluice:queryScanLimitMiB": "10" });

    for (const { inputs } of all(declared, WORKGROUP)) {
      const { bytesScannedCutoffPerQuery } = inputs["configuration"] as Record<string, unknown>;
      assert.equal(bytesScannedCutoffPerQuery, 10 * 1024 ** 2);
    }
  });

  it("goes with its queries' history, which is no data, whatever the keys to destroy data say", async () => {
    for (const destroyData of [true, false]) {
      const declared = await declaredBy("preview", {
        ...fullConfig,
        "sluice:destroyData": String(destroyData),
      });

      for (const { inputs } of all(declared, WORKGROUP)) assert.equal(inputs["forceDestroy"], true);
    }
  });
});
