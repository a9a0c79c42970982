import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { TAGGED_TYPES } from "../../components/tags.ts";
import { ProviderTypes } from "../policy/provider-types.ts";
import { fullConfig } from "./access/whole.ts";
import { one, type Declared } from "./deploy.ts";
import { declaredBy, EVERY_PROFILE, fullConfigOf } from "./program.ts";

/** Whether the arguments of a type have tags, by the package's own type declarations. */
function takesTags(type: string, aws: ProviderTypes): boolean {
  if (type.startsWith("aws:")) {
    const properties = aws.resources.get(type);
    assert(properties !== undefined, `@pulumi/aws has no type ${type}`);
    return properties.some(({ name }) => name === "tags");
  }
  const [, module = "", name = ""] = type.split(":");
  const file = `node_modules/@pulumi/awsx/${module}/${name.charAt(0).toLowerCase()}${name.slice(1)}.d.ts`;
  const [, args = ""] = readFileSync(file, "utf8").split(`interface ${name}Args {`);
  return /^ {4}tags\?:/m.test(args);
}

function isOfAws({ type }: Declared): boolean {
  return /^awsx?:/.test(type);
}

describe("tags", () => {
  it("are on exactly the types of the program that take some", async () => {
    const aws = new ProviderTypes();
    const types = new Set((await declaredBy("preview")).filter(isOfAws).map(({ type }) => type));

    assert.deepEqual(
      [...types].filter((type) => takesTags(type, aws)).toSorted(),
      Object.keys(TAGGED_TYPES).toSorted(),
    );
  });

  for (const profile of EVERY_PROFILE) {
    it(`say the component and the class of the data on every resource that takes some, with profile ${profile}`, async () => {
      const declared = (await declaredBy("preview", fullConfigOf(profile))).filter(isOfAws);

      for (const { type, name, parent, inputs } of declared) {
        const kind = TAGGED_TYPES[type];
        const expected = kind && { component: parent, "data-class": kind.holdsData ? "internal" : "none" };
        assert.deepEqual(inputs["tags"], expected, `${type} ${name}`);
      }
    });
  }

  it("say the class that the configuration says", async () => {
    const declared = await declaredBy("preview", { ...fullConfig, "sluice:dataClass": "restricted" });

    assert.deepEqual(one(declared, "aws:s3/bucket:Bucket", "raw").inputs["tags"], {
      component: "raw",
      "data-class": "restricted",
    });
    assert.deepEqual(one(declared, "aws:sns/topic:Topic").inputs["tags"], {
      component: "alarm-topic",
      "data-class": "none",
    });
  });

  it("say project and stack on whatever the provider makes", async () => {
    const { inputs } = one(await declaredBy("preview"), "pulumi:providers:aws");

    assert.deepEqual(JSON.parse(String(inputs["defaultTags"])), {
      tags: { project: "sluice", stack: "dev" },
    });
  });

  it("are those by which the crawler knows its own network", async () => {
    const { inputs } = one(
      await declaredBy("preview"),
      "aws:iam/rolePolicy:RolePolicy",
      "crawl-source-role-grants",
    );

    assert.match(
      JSON.stringify(inputs["policy"]),
      /"aws:ResourceTag\/project":"sluice","aws:ResourceTag\/stack":"dev"/,
    );
  });
});
