import assert from "node:assert/strict";
import pb from "@pulumi/pulumi/proto/analyzer_pb.js";
import { RULES } from "../../policy-pack/rules/index.ts";
import { isStackRule } from "../../policy-pack/rules/rule.ts";
import { STACK_POLICY } from "../../policy-pack/stack/dispatcher.ts";
import { Analyzer, unknown, urnOf } from "./analyzer.ts";
import type { Diagnostic, TestResource } from "./analyzer.ts";
import type { Case } from "./cases/case.ts";
import { CASES } from "./cases/index.ts";

const PUBLIC_ACL: TestResource = {
  type: "aws:s3/bucketAcl:BucketAcl",
  props: { bucket: "b", acl: "public-read" },
};
const BARE_BUCKET: TestResource = { type: "aws:s3/bucket:Bucket", name: "bare", props: { bucket: "bare" } };

describe("the policy pack, served as the engine has it served", function () {
  this.timeout(60_000);
  let pack: Analyzer;

  before(async () => {
    pack = await Analyzer.start();
  });
  after(async () => {
    await pack.stop();
  });
  beforeEach(async () => {
    await pack.configure({});
  });

  describe("what it tells the engine", () => {
    it("lists exactly these rules", async () => {
      const policies = (await pack.info()).getPoliciesList().map((policy) => policy.getName());

      assert.deepEqual(policies, [
        "iam-action-wildcard",
        "s3-acl-public",
        "s3-public-access-block-incomplete",
        "s3-public-access-block-missing",
        "stack-rules",
      ]);
    });

    it("has one stack policy", async () => {
      const policies = (await pack.info()).getPoliciesList();

      const ofStack = policies.filter((policy) => policy.getPolicyType() === pb.PolicyType.POLICY_TYPE_STACK);

      assert.deepEqual(
        ofStack.map((policy) => policy.getName()),
        [STACK_POLICY],
      );
    });

    it("gives each rule's level, severity, link and configuration", async () => {
      const policies = (await pack.info()).getPoliciesList();

      for (const policy of policies.filter((each) => each.getName() !== STACK_POLICY)) {
        assert.equal(policy.getEnforcementlevel(), pb.EnforcementLevel.MANDATORY, policy.getName());
        assert.ok(policy.getSeverity() >= pb.PolicySeverity.POLICY_SEVERITY_HIGH, policy.getName());
        assert.match(policy.getUrl(), /^https:\/\/docs\.aws\.amazon\.com\//);
      }
      const wildcard = policies.find((policy) => policy.getName() === "iam-action-wildcard");
      assert.deepEqual(
        Object.keys(wildcard?.getConfigschema()?.getProperties()?.toJavaScript() ?? {}).sort(),
        ["account", "allowed"],
      );
    });

    it("is named sluice and carries the version of its package", async () => {
      const info = await pack.info();

      assert.deepEqual([info.getName(), info.getVersion()], ["sluice", "0.1.0"]);
    });
  });

  for (const rule of RULES) {
    describe(rule.id, () => {
      for (const each of CASES[rule.id] ?? []) {
        it(titleOf(each), async () => {
          if (each.config !== undefined) await pack.configure({ [rule.id]: { config: each.config } });

          const all = Array.isArray(each.judged)
            ? await pack.analyzeStack(each.judged as readonly TestResource[])
            : await pack.analyze(each.judged as TestResource);

          const found = all.filter((diagnostic) => diagnostic.rule === rule.id);
          assert.deepEqual(found.map(codeOf), each.finds);
          const text = found.map(({ message }) => message).join("\n");
          for (const part of each.says ?? []) assert.ok(text.includes(part), `${part}\nis not in\n${text}`);
          for (const diagnostic of found) checkDiagnostic(diagnostic, rule);
          // An unknown that reaches the policy server makes a mandatory rule an advisory one.
          assert.ok(!all.some(({ message }) => message.includes("can't run")), text);
        });
      }
    });
  }

  describe("levels", () => {
    for (const level of ["advisory", "mandatory"] as const) {
      it(`reports a resource's finding as ${level} when its rule is`, async () => {
        await pack.configure({ "s3-acl-public": { level } });

        const found = await pack.analyze(PUBLIC_ACL);

        assert.deepEqual(
          found.map((each) => [each.rule, each.level]),
          [["s3-acl-public", level]],
        );
      });

      it(`reports a stack's finding as ${level} when its rule is, whatever the stack policy's level`, async () => {
        await pack.configure({
          "s3-public-access-block-missing": { level },
          [STACK_POLICY]: { level: level === "advisory" ? "mandatory" : "advisory" },
        });

        const found = await pack.analyzeStack([BARE_BUCKET]);

        assert.deepEqual(
          found.map((each) => [each.rule, each.level]),
          [["s3-public-access-block-missing", level]],
        );
      });
    }

    it("does not run a disabled rule", async () => {
      await pack.configure({
        "s3-acl-public": { level: "disabled" },
        "s3-public-access-block-missing": { level: "disabled" },
      });

      assert.deepEqual(await pack.analyze(PUBLIC_ACL), []);
      assert.deepEqual(await pack.analyzeStack([BARE_BUCKET]), []);
    });

    it("holds a stack rule that is to remediate to mandatory, as the server does", async () => {
      await pack.configure({ "s3-public-access-block-missing": { level: "remediate" } });

      const found = await pack.analyzeStack([BARE_BUCKET]);

      assert.deepEqual(
        found.map(({ level }) => level),
        ["mandatory"],
      );
    });

    it("reports an unknown at the rule's own level", async () => {
      const [found] = await pack.analyze({ ...PUBLIC_ACL, props: { bucket: "b", acl: unknown.string } });

      assert.equal(found?.level, "mandatory");
    });
  });

  it("names the bucket's own URN in a finding of the stack", async () => {
    const [found] = await pack.analyzeStack([PUBLIC_ACL, BARE_BUCKET]);

    assert.equal(found?.urn, urnOf(BARE_BUCKET));
  });

  it("prints no value of a document it cannot read", async () => {
    const secret = "hunter2-in-a-policy";
    const props = { policy: `{"Statement": ${secret}` };

    const [found] = await pack.analyze({ type: "aws:iam/policy:Policy", props });

    assert.ok(found !== undefined && !found.message.includes(secret), found?.message);
  });
});

function titleOf({ kind, name }: Case): string {
  switch (kind) {
    case "complies":
      return `lets ${name} pass`;
    case "violates":
      return `reports ${name}`;
    case "unknown":
      return `reports as unknown: ${name}`;
    case "malformed":
      return `reports as malformed: ${name}`;
  }
}

function codeOf({ message }: Diagnostic): string {
  return /\[([a-z-]+)\]$/m.exec(message)?.[1] ?? "no code";
}

function checkDiagnostic(diagnostic: Diagnostic, rule: (typeof RULES)[number]): void {
  assert.ok(diagnostic.message.startsWith(`${rule.description}\n`), diagnostic.message);
  assert.match(diagnostic.message, /\n {2}Remedy: {2}\S/);
  assert.ok(Object.hasOwn(rule.codes, codeOf(diagnostic)), diagnostic.message);
  assert.equal(diagnostic.level, "mandatory");
  assert.ok(diagnostic.severity > 0);
  assert.equal(diagnostic.urn !== "", isStackRule(rule), "the engine knows the resource of a resource rule");
}
