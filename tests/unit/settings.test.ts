import assert from "node:assert/strict";
import { InvalidSettingsError, parseSettings } from "../../components/settings.ts";
import { validConfig } from "./deploy.ts";

function faultsOf(config: Record<string, string>): readonly string[] {
  try {
    parseSettings("sluice", "dev", config);
    return [];
  } catch (error) {
    assert(error instanceof InvalidSettingsError);
    return error.faults;
  }
}

describe("settings", () => {
  it("fills in the profile's defaults", () => {
    const settings = parseSettings("sluice", "dev", validConfig);

    assert.equal(settings.logRetentionDays, 14);
    assert.equal(settings.destroyData, false);
    assert.equal(settings.partition, "aws");
  });

  it("lets the stack override a default", () => {
    const settings = parseSettings("sluice", "dev", { ...validConfig, "sluice:logRetentionDays": "90" });

    assert.equal(settings.logRetentionDays, 90);
    assert.equal(settings.resultRetentionDays, 7);
  });

  it("keeps the zeros of an account id", () => {
    const settings = parseSettings("sluice", "dev", { ...validConfig, "sluice:accountId": "000000000012" });

    assert.equal(settings.accountId, "000000000012");
  });

  for (const [region, partition] of [
    ["eu-west-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
  ] as const) {
    it(`knows that ${region} is in partition ${partition}`, () => {
      assert.equal(
        parseSettings("sluice", "dev", { ...validConfig, "aws:region": region }).partition,
        partition,
      );
    });
  }

  const faulty: { name: string; config: Record<string, string>; faults: RegExp[] }[] = [
    {
      name: "a wrong key",
      config: { "sluice:acountId": "1" },
      faults: [/^sluice:acountId: there is no such key/],
    },
    {
      name: "a wrong key for the provider",
      config: { "aws:regin": "x" },
      faults: [/^aws:regin: there is no such key/],
    },
    {
      name: "an account id that is too short",
      config: { "sluice:accountId": "12345" },
      faults: [/^sluice:accountId: found "12345"; it must be an AWS account id: 12 digits/],
    },
    {
      name: "an unknown profile",
      config: { "sluice:profile": "production" },
      faults: [/^sluice:profile: found "production"; it must be one of local, dev, staging, prod$/],
    },
    {
      name: "a text where a number belongs",
      config: { "sluice:resultRetentionDays": "soon" },
      faults: [/^sluice:resultRetentionDays: found "soon"; it must be a whole number of days$/],
    },
    { name: "no days at all", config: { "sluice:resultRetentionDays": "0" }, faults: [/at least 1 day$/] },
    {
      name: "a retention that CloudWatch does not know",
      config: { "sluice:logRetentionDays": "8" },
      faults: [/^sluice:logRetentionDays: found 8; it must be one of 1, 3, 5, 7/],
    },
    {
      name: "a scan limit below Athena's",
      config: { "sluice:queryScanLimitMiB": "5" },
      faults: [/at least 10 MiB/],
    },
    {
      name: "a region that is none",
      config: { "aws:region": "Ireland" },
      faults: [
        /^aws:region: found "Ireland"; it must be a region of the partitions aws, aws-cn and aws-us-gov, such as eu-west-1$/,
      ],
    },
    {
      name: "a text for a flag",
      config: { "sluice:destroyData": "yes" },
      faults: [/^sluice:destroyData: found "yes"; it must be true or false$/],
    },
    {
      name: "the second key to destroy data without the first",
      config: { "sluice:profile": "prod", "sluice:destroyData": "true" },
      faults: [/^sluice:destroyData: found true, but profile "prod" never deletes data/],
    },
  ];
  for (const { name, config, faults } of faulty) {
    it(`refuses ${name}, in one message`, () => {
      const found = faultsOf({ ...validConfig, ...config });

      assert.equal(found.length, faults.length, found.join("\n"));
      faults.forEach((pattern, index) => {
        assert.match(found[index] ?? "", pattern);
      });
    });
  }

  it("names every fault at once, missing keys too, with the file to mend", () => {
    const config = { "sluice:acountId": "123456789012", "sluice:profile": "x" };

    const error = (() => {
      try {
        return parseSettings("sluice", "prod", config);
      } catch (thrown) {
        return thrown;
      }
    })();

    assert(error instanceof InvalidSettingsError);
    assert.deepEqual(error.faults.map((fault) => fault.split(":").slice(0, 2).join(":")).toSorted(), [
      "aws:region",
      "sluice:accountId",
      "sluice:acountId",
      "sluice:profile",
    ]);
    assert.match(error.message, /stack "prod" has 4 faults \(Pulumi\.prod\.yaml\)/);
    assert.match(
      error.message,
      /sluice:accountId: missing; set it with `pulumi config set sluice:accountId VALUE`/,
    );
  });

  it("allows data to be destroyed where profile and flag both say so", () => {
    assert.equal(
      parseSettings("sluice", "dev", { ...validConfig, "sluice:destroyData": "true" }).destroyData,
      true,
    );
  });
});
