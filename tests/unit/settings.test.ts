import assert from "node:assert/strict";
import { PROFILES, type Profile, type ProfileName } from "../../components/profiles.ts";
import { InvalidSettingsError, parseSettings, type Settings } from "../../components/settings.ts";
import { validConfig } from "./deploy.ts";
import { FAULTY } from "./faulty-settings.ts";

function parse(config: Record<string, string> = {}): Settings {
  return parseSettings("sluice", "dev", { ...validConfig, ...config });
}

function faultsOf(config: Record<string, string>): readonly string[] {
  try {
    parseSettings("sluice", "dev", config);
    return [];
  } catch (error) {
    assert(error instanceof InvalidSettingsError);
    return error.faults;
  }
}

/** What each kind of stack is to be like, wherever a wrong default would be felt. */
const EXPECTED: Record<ProfileName, Partial<Profile>> = {
  local: { mayDestroyData: true, mfaRequired: false, alarmActions: false, tracing: false, crawlSchedule: "" },
  dev: { mayDestroyData: true, mfaRequired: true, alarmActions: false, tracing: true, freshnessHours: 0 },
  staging: {
    mayDestroyData: false,
    mfaRequired: true,
    alarmActions: true,
    tracing: true,
    freshnessHours: 48,
  },
  prod: {
    ...{ mayDestroyData: false, mfaRequired: true, alarmActions: true, tracing: true, freshnessHours: 24 },
    ...{ keyDeletionDays: 30, logRetentionDays: 365, crawlSchedule: "cron(0 4 * * ? *)" },
  },
};

const EVERY_PROFILE = Object.keys(PROFILES) as ProfileName[];

describe("settings", () => {
  for (const profile of EVERY_PROFILE) {
    it(`fill in the defaults of profile ${profile}`, () => {
      const settings = parse({ "sluice:profile": profile });

      const found = Object.fromEntries(
        Object.keys(PROFILES[profile]).map((key) => [key, settings[key as keyof Profile]]),
      );
      assert.deepEqual(found, PROFILES[profile]);
      for (const [key, value] of Object.entries(EXPECTED[profile])) {
        assert.equal(settings[key as keyof Profile], value, key);
      }
    });

    for (const destroyData of [true, false]) {
      const profileSaysSo = profile === "local" || profile === "dev";
      const destroys = profileSaysSo && destroyData;
      const outcome =
        destroyData && !profileSaysSo ? "is refused" : destroys ? "destroys data" : "keeps data";
      it(`with profile ${profile} and the flag ${destroyData ? "set" : "not set"}, the stack ${outcome}`, () => {
        const config = { "sluice:profile": profile, "sluice:destroyData": String(destroyData) };

        if (outcome === "is refused") {
          assert.deepEqual(faultsOf({ ...validConfig, ...config }), [
            `sluice:destroyData: found true, but profile "${profile}" never deletes data; remove the key`,
          ]);
        } else {
          assert.equal(parse(config).destroyData, destroys);
        }
      });
    }

    for (const [key, value] of [
      ["mfaRequired", "false"],
      ["mayDestroyData", "true"],
    ] as const) {
      it(`cannot set ${key} with profile ${profile}`, () => {
        assert.deepEqual(faultsOf({ ...validConfig, "sluice:profile": profile, [`sluice:${key}`]: value }), [
          `sluice:${key}: there is no such key; remove it or correct its name`,
        ]);
      });
    }
  }

  it("have lists that are empty, and nothing that was not asked for", () => {
    const { source, samlProvider, awsProfile, ...settings } = parse();

    assert.deepEqual([source, samlProvider, awsProfile], [undefined, undefined, undefined]);
    assert.deepEqual(
      [settings.analystUsers, settings.engineerUsers, settings.alarmEmails, settings.partnerAccountIds],
      [[], [], [], []],
    );
    assert.equal(settings.dataClass, "internal");
    assert.equal(settings.lakeFormationSettings, "manage");
    assert.equal(settings.destroyData, false);
  });

  for (const [key, text, value] of [
    ["logRetentionDays", "90", 90],
    ["accessLogRetentionDays", "45", 45],
    ["resultRetentionDays", "3", 3],
    ["oldVersionRetentionDays", "1", 1],
    ["keyDeletionDays", "14", 14],
    ["ingestConcurrency", "2", 2],
    ["ingestConcurrency", "unreserved", "unreserved"],
    ["freshnessHours", "0", 0],
    ["monthlyBudgetUsd", "0", 0],
    ["crawlSchedule", "cron(30 2 ? * MON *)", "cron(30 2 ? * MON *)"],
    ["crawlSchedule", "", ""],
    ["tracing", "false", false],
    ["alarmActions", "true", true],
    ["queryScanLimitMiB", "10", 10],
    ["dataClass", "restricted", "restricted"],
    ["lakeFormationSettings", "external", "external"],
    ["analystUsers", '["ada"]', ["ada"]],
    ["partnerAccountIds", '["000000000012"]', ["000000000012"]],
    ["alarmEmails", '["ops@example.com"]', ["ops@example.com"]],
    [
      "samlProvider",
      "arn:aws:iam::123456789012:saml-provider/company",
      "arn:aws:iam::123456789012:saml-provider/company",
    ],
  ] as const) {
    it(`let the stack say ${key}: ${text === "" ? "nothing" : text}`, () => {
      assert.deepEqual(parse({ [`sluice:${key}`]: text })[key], value);
    });
  }

  it("fill in the size of a source database", () => {
    const { source } = parse({ "sluice:source": '{"engine": "mysql", "databaseName": "shop"}' });

    assert.deepEqual(source, {
      ...{ engine: "mysql", databaseName: "shop" },
      ...{ instanceClass: "db.t4g.micro", storageGiB: 20, zones: ["a", "b"] },
    });
  });

  it("let the stack say which availability zones a source database is in", () => {
    const { source } = parse({
      "sluice:source": '{"engine": "mysql", "databaseName": "shop", "zones": ["b", "d"]}',
    });

    assert.deepEqual(source?.zones, ["b", "d"]);
  });

  it("keep the zeros of an account id", () => {
    assert.equal(parse({ "sluice:accountId": "000000000012" }).accountId, "000000000012");
  });

  for (const [region, partition] of [
    ["eu-west-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
  ] as const) {
    it(`know that ${region} is in partition ${partition}`, () => {
      assert.equal(parse({ "aws:region": region }).partition, partition);
    });
  }

  for (const { name, config, faults } of FAULTY) {
    it(`refuse ${name}, in one message`, () => {
      const found = faultsOf({ ...validConfig, ...config });

      assert.equal(found.length, faults.length, found.join("\n"));
      faults.forEach((pattern, index) => {
        assert.match(found[index] ?? "", pattern);
      });
    });
  }

  for (const profile of EVERY_PROFILE) {
    it(`${profile === "local" ? "take the base image by tag" : "ask for the base image by digest"} with profile ${profile}`, () => {
      const { "sluice:baseImage": _image, ...config } = { ...validConfig, "sluice:profile": profile };

      if (profile === "local") {
        assert.equal(parseSettings("sluice", "dev", config).baseImage, "public.ecr.aws/lambda/nodejs:24");
      } else {
        const [fault, ...others] = faultsOf(config);
        assert.deepEqual(others, []);
        assert.match(
          fault ?? "",
          new RegExp(`^sluice:baseImage: missing; profile "${profile}" needs an image with its digest`),
        );
        assert.match(fault ?? "", /docker buildx imagetools inspect public\.ecr\.aws\/lambda\/nodejs:24/);
      }
    });
  }

  it("ask for an administrator of Lake Formation where the stack sets its settings", () => {
    const { "sluice:lakeFormationAdmins": _admins, ...config } = validConfig;

    const [fault, ...others] = faultsOf(config);
    assert.deepEqual(others, []);
    assert.match(fault ?? "", /^sluice:lakeFormationAdmins: missing; name the user or role that deploys/);
    assert.match(fault ?? "", /pulumi config set --path 'sluice:lakeFormationAdmins\[0\]' ARN/);
    assert.deepEqual(faultsOf({ ...config, "sluice:lakeFormationSettings": "external" }), []);
  });

  it("name every fault at once, missing keys too, with the file to mend", () => {
    const config = {
      "sluice:acountId": "123456789012",
      "sluice:profile": "x",
      "sluice:keyDeletionDays": "1",
    };

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
      "sluice:keyDeletionDays",
      "sluice:profile",
    ]);
    assert.match(error.message, /stack "prod" has 5 faults \(Pulumi\.prod\.yaml\)/);
    assert.match(
      error.message,
      /sluice:accountId: missing; set it with `pulumi config set sluice:accountId VALUE`/,
    );
  });

  it("name every contradiction at once", () => {
    const { "sluice:baseImage": _image, "sluice:lakeFormationAdmins": _admins, ...rest } = validConfig;

    const found = faultsOf({ ...rest, "sluice:profile": "prod", "sluice:destroyData": "true" });

    assert.deepEqual(
      found.map((fault) => fault.split(":")[1]),
      ["destroyData", "baseImage", "lakeFormationAdmins"],
    );
  });
});
