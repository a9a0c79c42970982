import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UNKNOWN_SENTINELS } from "../../policy-pack/plain.ts";
import { RULES } from "../../policy-pack/rules/index.ts";
import { ACL_CARRIERS } from "../../policy-pack/stack/acl-carriers.ts";
import { POLICY_DOCUMENTS } from "../../policy-pack/stack/policy-documents.ts";
import { unknown } from "./analyzer.ts";
import { CASES } from "./cases/index.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const INFRASTRUCTURE = ["index.ts", "rule.ts"];
const ruleFiles = readdirSync(`${ROOT}policy-pack/rules`).filter((file) => !INFRASTRUCTURE.includes(file));

describe("the registry of rules", () => {
  it("holds every rule file, each under its file's name", () => {
    assert.deepEqual(
      RULES.map(({ id }) => `${id}.ts`),
      ruleFiles.sort(),
    );
  });

  for (const rule of RULES) {
    it(`has cases of every kind for ${rule.id}`, () => {
      const count = (kind: string): number =>
        (CASES[rule.id] ?? []).filter((each) => each.kind === kind).length;

      assert.ok(count("violates") >= 2, "violates");
      assert.ok(count("complies") >= 2, "complies");
      assert.ok(count("unknown") >= 1, "unknown");
      assert.ok(count("malformed") >= 1, "malformed");
    });

    it(`has a case for every code of ${rule.id}`, () => {
      const found = new Set((CASES[rule.id] ?? []).flatMap(({ finds }) => finds));

      assert.deepEqual([...found].sort(), Object.keys(rule.codes).sort());
    });
  }

  it("has no cases for a rule that does not exist", () => {
    assert.deepEqual(
      Object.keys(CASES),
      RULES.map(({ id }) => id),
    );
  });
});

describe("the pack's dependencies", () => {
  const own = {
    ...dependenciesOf("policy-pack/package.json"),
    ...dependenciesOf("policy-pack/package.json", "devDependencies"),
  };

  it("are exact", () => {
    for (const version of Object.values(own)) assert.match(version, /^\d+\.\d+\.\d+$/);
  });

  it("are of the same versions as the program's, and are those installed", () => {
    const program = dependenciesOf("package.json");
    for (const [name, version] of Object.entries(own)) {
      assert.equal(program[name] ?? version, version, name);
      // @pulumi/policy writes its own version with a "v".
      const installed = String(field(readJson(`node_modules/${name}/package.json`), "version")).replace(
        /^v/,
        "",
      );
      assert.equal(installed, version, name);
    }
  });
});

describe("the pack's package", () => {
  const manifest = readJson("policy-pack/package.json");

  it("is built before it is packed, and holds what is built", () => {
    const scripts = field(manifest, "scripts");
    const files = field(manifest, "files");

    assert.equal(field(scripts, "prepack"), "node build.mjs");
    assert.ok(Array.isArray(files) && files.includes("dist") && files.includes("PulumiPolicy.yaml"));
    assert.equal(field(manifest, "main"), "dist/index.cjs");
  });

  it("has a README that names and counts the types it reads", () => {
    const readme = readFileSync(`${ROOT}policy-pack/README.md`, "utf8");

    assert.match(
      readme,
      new RegExp(`policies of ${String(Object.keys(POLICY_DOCUMENTS).length)} resource types`),
    );
    for (const type of Object.keys(ACL_CARRIERS)) {
      assert.ok(readme.includes(type.replace(/^aws:(\w+)\/.*:(\w+)$/, "`$1.$2`")), type);
    }
  });
});

describe("the sentinels of unknown values", () => {
  it("are those of @pulumi/policy", async () => {
    const proxy: unknown = await import("@pulumi/policy/proxy.js");
    const kinds = ["Boolean", "Number", "String", "Array", "Asset", "Archive", "Object"];

    assert.deepEqual(
      UNKNOWN_SENTINELS,
      kinds.map((kind) => field(proxy, `unknown${kind}Value`)),
    );
    for (const sentinel of Object.values(unknown)) assert.ok(UNKNOWN_SENTINELS.includes(sentinel));
  });
});

function dependenciesOf(path: string, kind = "dependencies"): Record<string, string> {
  const dependencies = field(readJson(path), kind);
  return Object.fromEntries(
    Object.entries(dependencies ?? {}).map(([name, version]) => [name, String(version)]),
  );
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(`${ROOT}${path}`, "utf8"));
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
