/** The whole program, judged by the policy pack as the engine has it judged. */
import assert from "node:assert/strict";
import { RULES } from "../../policy-pack/rules/index.ts";
import { Analyzer, unknown, type Json, type TestResource } from "../policy/analyzer.ts";
import * as aws from "@pulumi/aws";
import { patch, type Patch } from "../../components/transform.ts";
import type { Declared } from "./deploy.ts";
import { declaredBy, declaredWith, fullConfigOf } from "./program.ts";

/** Properties as the engine sends them: a value that a preview cannot know has a text of its own. */
function sent(value: unknown): Json {
  if (value === undefined) return unknown.string;
  if (
    value === null ||
    typeof value === "boolean" ||
    typeof value === "number" ||
    typeof value === "string"
  ) {
    return value;
  }
  if (Array.isArray(value)) return value.map(sent);
  if (typeof value !== "object") throw new Error(`a property cannot be a ${typeof value}`);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, sent(part)]));
}

function toTestResource({ type, name, inputs }: Declared): TestResource {
  return {
    ...{ type, name },
    props: Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, sent(value)])),
    provider: { region: "eu-west-1" },
  };
}

describe("the whole program, by the policy pack", function () {
  this.timeout(60_000);
  let pack: Analyzer;

  before(async () => {
    pack = await Analyzer.start();
    await pack.configure(Object.fromEntries(RULES.map(({ id }) => [id, { level: "mandatory" as const }])));
  });

  after(async () => {
    await pack.stop();
  });

  async function findingsOf(declared: readonly Declared[]): Promise<string[]> {
    const resources = declared
      .filter(({ type }) => !type.startsWith("pulumi:providers:"))
      .map(toTestResource);
    const each = await Promise.all(resources.map((resource) => pack.analyze(resource)));
    const whole = await pack.analyzeStack(resources);
    return [...each.flat(), ...whole].map(({ rule, message, urn }) => `${rule} ${urn}: ${message}`);
  }

  for (const mode of ["preview", "update"] as const) {
    it(`has no finding in ${mode === "preview" ? "a preview" : "an update"}`, async () => {
      const declared = await declaredBy(mode, fullConfigOf("prod"));

      assert.deepEqual(await findingsOf(declared), []);
      assert(declared.length > 250, `only ${declared.length} resources were judged`);
    });
  }

  for (const { name, rule, change } of [
    {
      name: "gives a bucket a public ACL",
      rule: "s3-acl-public",
      change: patch(aws.s3.BucketAcl, "partner-drop-acl", (args) => ({ ...args, acl: "public-read" })),
    },
    {
      name: "takes one public-access flag off a bucket",
      rule: "s3-public-access-block-incomplete",
      change: patch(aws.s3.BucketPublicAccessBlock, "raw-public-access", (args) => ({
        ...args,
        blockPublicPolicy: false,
      })),
    },
    {
      name: "moves the public-access block to another bucket",
      rule: "s3-public-access-block-missing",
      change: patch(aws.s3.BucketPublicAccessBlock, "raw-public-access", (args) => ({
        ...args,
        bucket: "other",
      })),
    },
    {
      name: "gives a role every action of a service",
      rule: "iam-action-wildcard",
      change: patch(aws.iam.RolePolicy, "ingest-role-grants", (args) => ({
        ...args,
        policy: {
          Version: "2012-10-17" as const,
          Statement: [{ Effect: "Allow" as const, Action: "s3:*", Resource: "*" }],
        },
      })),
    },
  ] satisfies { name: string; rule: string; change: Patch }[]) {
    it(`has a finding once a patch ${name}`, async () => {
      const found = await findingsOf(await declaredWith({ patches: [change] }));

      assert(
        found.some((finding) => finding.startsWith(`${rule} `)),
        `found: ${found.join("\n")}`,
      );
    });
  }
});
