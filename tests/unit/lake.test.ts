import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import * as aws from "@pulumi/aws";
import { deployLake } from "../../components/deploy.ts";
import type { ProfileName } from "../../components/profiles.ts";
import { InvalidSettingsError } from "../../components/settings.ts";
import { RULES } from "../../policy-pack/rules/index.ts";
import { ACCESS_PROPERTIES, accessOf, unknownAccess } from "./access-properties.ts";
import { fullConfig } from "./access/whole.ts";
import { deploy, lakeFormationSettings, one, validConfig, type Declared } from "./deploy.ts";
import { declaredBy, EVERY_PROFILE, fullConfigOf } from "./program.ts";

const identity = ({ type, name, parent }: Declared): string => `${type} ${parent}/${name}`;

/** What holds data, or keeps safe what does. */
const HOLDS_DATA = /^aws:(s3\/|sqs\/|cloudwatch\/logGroup:|kms\/|secretsmanager\/secret:|rds\/|ec2\/|vpc\/)/; // a database needs its network

function neverDestroys(profile: ProfileName): boolean {
  return profile === "staging" || profile === "prod";
}

describe("the whole program", () => {
  for (const profile of EVERY_PROFILE) {
    describe(`with profile ${profile}`, () => {
      let previewed: readonly Declared[];

      before(async () => {
        previewed = await declaredBy("preview", fullConfigOf(profile));
      });

      it("has no unknown in anything that decides access, on the first preview of an empty account", () => {
        assert.deepEqual(unknownAccess(previewed), []);
        assert(previewed.flatMap(accessOf).length >= 200);
      });

      it("declares the same in a preview as in an update", async () => {
        const updated = await declaredBy("update", fullConfigOf(profile));

        assert.deepEqual(previewed.map(identity).toSorted(), updated.map(identity).toSorted());
      });

      it("declares no two resources of one type and name", () => {
        const names = previewed.map(({ type, name }) => `${type} ${name}`);

        assert.deepEqual(
          names.filter((name, index) => names.indexOf(name) !== index),
          [],
        );
      });

      it("leaves whatever holds data behind when the stack goes, and takes everything else with it", () => {
        for (const { type, name, isRetained } of previewed.filter((each) => each.type.startsWith("aws:"))) {
          const isOfAccount = type === "aws:lakeformation/dataLakeSettings:DataLakeSettings";
          assert.equal(isRetained, isOfAccount || HOLDS_DATA.test(type), `${type} ${name}`);
        }
        // A workgroup's history and a user's own keys are no data of the lake's.
        const forced = previewed.filter((each) => "forceDestroy" in each.inputs);
        for (const { type, name, inputs } of forced) {
          const isBucket = type === "aws:s3/bucket:Bucket";
          assert.equal(inputs["forceDestroy"], !isBucket, name);
        }
        assert.deepEqual([...new Set(forced.map(({ type }) => type))].toSorted(), [
          "aws:athena/workgroup:Workgroup",
          "aws:iam/user:User",
          "aws:s3/bucket:Bucket",
        ]);
      });

      it(neverDestroys(profile) ? "cannot lose whatever holds data" : "can be destroyed", () => {
        for (const { type, name, isProtected } of previewed.filter((each) => each.type.startsWith("aws:"))) {
          assert.equal(isProtected, neverDestroys(profile) && HOLDS_DATA.test(type), `${type} ${name}`);
        }
      });

      if (!neverDestroys(profile)) {
        it("takes the data with it where the flag says so too, but not what is the account's", async () => {
          const config = { ...fullConfigOf(profile), "sluice:destroyData": "true" };

          const declared = await declaredBy("preview", config);

          assert.deepEqual(
            declared.filter(({ isRetained }) => isRetained).map(({ type }) => type),
            ["aws:lakeformation/dataLakeSettings:DataLakeSettings"],
          );
          for (const { type, inputs } of declared.filter((each) =>
            /^aws:(s3\/bucket|iam\/user):/.test(each.type),
          )) {
            assert.equal(inputs["forceDestroy"], true, type);
          }
        });
      } else {
        it("declares nothing when the flag to destroy data is set", async () => {
          const config = { ...fullConfigOf(profile), "sluice:destroyData": "true" };
          const declared: Declared[] = [];

          await assert.rejects(
            deploy(deployLake, { mode: "update", config }, declared),
            InvalidSettingsError,
          );
          assert.deepEqual(declared, []);
        });
      }
    });
  }

  it("has no type of which nobody has said what decides access", async () => {
    const types = new Set(
      (await declaredBy("preview")).map(({ type }) => type).filter((type) => /^awsx?:/.test(type)),
    );

    assert.deepEqual([...types].toSorted(), Object.keys(ACCESS_PROPERTIES).toSorted());
  });

  it("works in the settings' account and region only", async () => {
    const { inputs } = one(await declaredBy("preview"), "pulumi:providers:aws");

    assert.equal(inputs["region"], "eu-west-1");
    assert.equal(inputs["allowedAccountIds"], '["123456789012"]');
    assert.equal(inputs["profile"], undefined);
  });

  it("takes the credentials that the configuration names", async () => {
    const declared = await declaredBy("preview", { ...fullConfig, "aws:profile": "company" });

    assert.equal(one(declared, "pulumi:providers:aws").inputs["profile"], "company");
  });

  it("gives every resource to that provider, and none to the default one", async () => {
    const isOwn = (urn: string | undefined): boolean => (urn ?? "").includes("::pulumi:providers:aws::aws::");
    const declared = await declaredBy("update");
    const direct = declared.filter(({ type }) => type.startsWith("aws:"));
    const composed = declared.filter(({ type }) => type.startsWith("awsx:"));

    assert.deepEqual(direct.filter(({ provider }) => !isOwn(provider)).map(identity), []);
    assert.deepEqual(composed.filter(({ providers }) => !isOwn(providers["aws"])).map(identity), []);
    assert(direct.length > 150, `only ${direct.length} resources are declared`);
    assert.equal(composed.length, 2);
  });

  it("declares nothing when the configuration is wrong", async () => {
    const declared: Declared[] = [];

    await assert.rejects(
      deploy(deployLake, { mode: "update", config: { "sluice:profile": "dev" } }, declared),
      InvalidSettingsError,
    );
    assert.deepEqual(declared, []);
  });

  it("names only rules that the pack has", async () => {
    const files = (await readdir("components", { recursive: true })).filter((file) => file.endsWith(".ts"));
    const texts = await Promise.all(files.map((file) => readFile(`components/${file}`, "utf8")));
    const named = texts.flatMap((text) => [...text.matchAll(/`((?:s3|iam)-[a-z-]+)`/g)].map(([, id]) => id));

    const ids = RULES.map(({ id }) => id);
    assert.deepEqual(
      named.filter((id) => !ids.includes(id ?? "")),
      [],
    );
    assert(named.length > 0);
  });

  it("exports what a user needs to know", async () => {
    let outputs: unknown;
    await deploy(
      async () => {
        outputs = await import("../../index.ts");
      },
      { mode: "update", config: validConfig },
    );

    assert.deepEqual(outputs && { ...outputs }, {
      rawBucket: "sluice-dev-raw-123456789012",
      curatedBucket: "sluice-dev-curated-123456789012",
      quarantineBucket: "sluice-dev-quarantine-123456789012",
      resultBucket: "sluice-dev-results-123456789012",
      database: "sluice_dev_curated",
      workgroup: "sluice-dev-lake",
      ingestFunction: "sluice-dev-ingest",
      failedEvents: "sluice-dev-ingest-dead",
      undeliveredEvents: "sluice-dev-ingest-undelivered",
      engineerRole: "arn:aws:iam::123456789012:role/sluice-dev-engineer",
      analystRole: "arn:aws:iam::123456789012:role/sluice-dev-analyst",
    });
  });

  it("fits into what IAM takes with the longest names, in the partition of the longest", async () => {
    const config = { ...fullConfigOf("prod"), "aws:region": "us-gov-west-1" };
    const declared: Declared[] = [];

    await deploy(deployLake, { mode: "preview", config, stack: "a".repeat(100) }, declared);

    assert.equal(declared.length, (await declaredBy("preview", config)).length);
    const { inputs } = one(declared, "aws:s3/bucket:Bucket", "raw");
    assert.match(String(inputs["bucket"]), /^sluiceaaaaaaaaaa-[0-9a-f]{7}-raw-123456789012$/);
  });
});

describe("what is not known in a preview", () => {
  it("is seen in whatever decides access, also deep in a document", async () => {
    const declared = await deploy(
      () => {
        const bucket = new aws.s3.Bucket("bucket", { bucket: "known" });
        new aws.s3.BucketPolicy("policy", {
          bucket: bucket.id,
          policy: {
            Version: "2012-10-17",
            Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucket.arn] }],
          },
        });
      },
      { mode: "preview" },
    );

    assert.deepEqual(unknownAccess(declared), ["policy.bucket", "policy.policy.Statement.0.Resource.0"]);
  });
});

/** Services whose ARNs name no region, and those that name no account either. */
const WITHOUT_REGION = ["iam", "s3", "budgets"];
const WITHOUT_ACCOUNT = ["s3"];

for (const { region, partition } of [
  { region: "eu-west-1", partition: "aws" },
  { region: "cn-north-1", partition: "aws-cn" },
  { region: "us-gov-west-1", partition: "aws-us-gov" },
]) {
  describe(`the whole program in ${region}`, () => {
    const accountId = "999988887777";
    const partner = "210987654321";
    let text: string;

    before(async () => {
      const config = JSON.parse(
        JSON.stringify({ ...fullConfig, "aws:region": region })
          .replaceAll("arn:aws:", `arn:${partition}:`)
          .replaceAll("123456789012", accountId),
      ) as Record<string, string>;
      const declared = await declaredBy("preview", config);
      // What was there before the program is as it is.
      const found = new Set(lakeFormationSettings.admins.concat(lakeFormationSettings.readOnlyAdmins));
      const resources = declared.filter(({ type }) => /^awsx?:/.test(type));
      // Documents that are text themselves are read as the others are.
      text = JSON.stringify(resources.map(({ inputs }) => inputs)).replaceAll('\\"', '"');
      for (const arn of found) text = text.replaceAll(arn, "found");
    });

    it("names partition, region and account in every ARN of every resource", () => {
      const arns = [...text.matchAll(/arn:([^:" ]*):([^:" ]*):([^:" ]*):([^:" ]*):[^" ]*/g)];
      for (const [arn, foundPartition, service = "", foundRegion, account] of arns) {
        assert.equal(foundPartition, partition, arn);
        assert.equal(foundRegion, WITHOUT_REGION.includes(service) ? "" : region, arn);
        if (arn === `arn:${partition}:iam::${partner}:root`) continue;
        assert.equal(account, WITHOUT_ACCOUNT.includes(service) ? "" : accountId, arn);
      }
      assert(arns.length > 250, `only ${arns.length} ARNs were found`);
    });

    it("calls the region's services by the names that they have there", () => {
      const hosts = [...text.matchAll(/"([a-z0-9]+\.[a-z]+-[a-z-]+-\d\.amazonaws\.com[.a-z]*)"/g)].map(
        ([, host]) => host,
      );
      const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";

      assert.deepEqual(
        [...new Set(hosts)].toSorted(),
        ["ecr", "logs", "rds", "s3", "secretsmanager"].map((service) => `${service}.${region}.${suffix}`),
      );
    });
  });
}
