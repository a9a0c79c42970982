import assert from "node:assert/strict";
import type { Grant } from "../../../components/access/grant.ts";
import { Key, keyPolicy } from "../../../components/access/key.ts";
import type { Holder } from "../../../components/access/ledger.ts";
import { all, deployPart, one, siteOf, statementsOf, validConfig, type AnyStatement } from "../deploy.ts";
import { declaredBy, EVERY_PROFILE, fullConfigOf } from "../program.ts";

const { arns, key } = siteOf();

function holder(name: string, ...grants: Grant[]): Holder {
  return { name, arn: arns.role(name), grants };
}

function policyOf(holders: readonly Holder[], mayDelete = false): readonly AnyStatement[] {
  return statementsOf(JSON.stringify(keyPolicy(holders, arns, { mayDelete, createsThrough: [] })));
}

/** The statements by which roles use the key. */
function usesOf(holders: readonly Holder[]): readonly AnyStatement[] {
  return policyOf(holders).filter(({ Sid }) => /^Use\d/.test(Sid ?? ""));
}

/** What opens what the key encrypts. */
const OPENS = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:CreateGrant"];

describe("the lake's key", () => {
  it("turns every year, and can be saved for as long as the profile says", async () => {
    const declared = await deployPart((site) => new Key("key", { site }));

    const { policy: _policy, ...inputs } = one(declared, "aws:kms/key:Key").inputs;
    assert.deepEqual(inputs, {
      description: "Data of sluice-dev",
      enableKeyRotation: true,
      deletionWindowInDays: 7,
    });
    assert.equal(one(declared, "aws:kms/alias:Alias").inputs["name"], "alias/sluice-dev-lake");
  });

  for (const destroys of [true, false]) {
    it(`${destroys ? "goes" : "stays"} with the stack when both keys ${destroys ? "say so" : "don't say so"}`, async () => {
      const config = { ...validConfig, "sluice:destroyData": String(destroys) };

      const declared = await deployPart((site) => new Key("key", { site }), { config });

      for (const type of ["aws:kms/key:Key", "aws:kms/alias:Alias"]) {
        assert.equal(one(declared, type).isRetained, !destroys, type);
      }
    });
  }

  it("has in its policy the roles whose grants use it, for what they use it for, and no others", () => {
    const uses = usesOf([
      holder("reader", key.forObjects("raw", "read")),
      holder("writer", key.forObjects("curated", "write")),
      holder("secretary", key.forSecret("sluice-dev/source")),
      holder("nobody"),
    ]);

    const account = { AWS: "arn:aws:iam::123456789012:root" };
    const via = (service: string) => ({ "kms:ViaService": `${service}.eu-west-1.amazonaws.com` });
    const use = (index: number, Action: string[], Condition: object) => ({
      ...{ Sid: `Use${index}`, Effect: "Allow", Principal: account, Action, Resource: ["*"] },
      Condition,
    });
    const objects = (bucket: string) => ({
      "kms:EncryptionContext:aws:s3:arn": [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    });
    assert.deepEqual(uses, [
      use(1, ["kms:Decrypt"], {
        StringEquals: via("s3"),
        StringLike: objects("raw"),
        ArnEquals: { "aws:PrincipalArn": [arns.role("reader")] },
      }),
      use(2, ["kms:GenerateDataKey", "kms:Decrypt"], {
        StringEquals: via("s3"),
        StringLike: objects("curated"),
        ArnEquals: { "aws:PrincipalArn": [arns.role("writer")] },
      }),
      use(3, ["kms:Decrypt"], {
        StringEquals: via("secretsmanager"),
        StringLike: { "kms:EncryptionContext:SecretARN": [arns.secret("sluice-dev/source")] },
        ArnEquals: { "aws:PrincipalArn": [arns.role("secretary")] },
      }),
    ]);
  });

  it("names roles that do the same together, each once", () => {
    const read = key.forObjects("raw", "read");

    const [use, ...others] = usesOf([holder("a", read, read), holder("b", read)]);

    assert.deepEqual(others, []);
    assert.deepEqual(use?.Condition?.["ArnEquals"], {
      "aws:PrincipalArn": [arns.role("a"), arns.role("b")],
    });
  });

  it("lets administrators manage it, and neither decrypt nor let others decrypt", () => {
    const [administer] = policyOf([]);

    assert.equal(administer?.Sid, "Administer");
    assert.deepEqual(
      OPENS.filter((action) => administer.Action.includes(action)),
      [],
    );
    assert(administer.Action.includes("kms:PutKeyPolicy"));
    assert.deepEqual(administer.Principal, { AWS: "arn:aws:iam::123456789012:root" });
  });

  it("lets whoever makes things with it use it through the services that were named, and no other", () => {
    const document = keyPolicy([], arns, { mayDelete: false, createsThrough: ["ecr", "rds"] });

    const through = document.Statement.filter(({ Sid }) => Sid.startsWith("CreateThrough"));
    assert.deepEqual(
      through.map(({ Condition }) => Condition?.["StringEquals"]?.["kms:ViaService"]),
      ["ecr.eu-west-1.amazonaws.com", "rds.eu-west-1.amazonaws.com"],
    );
    assert.deepEqual(through[0]?.Action, ["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"]);
    assert(
      through.every(
        ({ Principal }) => JSON.stringify(Principal) === JSON.stringify({ AWS: arns.accountPrincipal }),
      ),
    );
    assert.deepEqual(
      policyOf([]).filter(({ Sid }) => Sid?.startsWith("CreateThrough")),
      [],
    );
  });

  it("opens for no service without a condition on whose things they are", () => {
    const services = policyOf([]).filter(({ Principal }) => JSON.stringify(Principal).includes("Service"));

    assert.deepEqual(
      services.map(({ Sid, Condition }) => [Sid, Condition]),
      [
        [
          "EncryptLogs",
          {
            ArnLike: {
              "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:123456789012:log-group:*",
            },
          },
        ],
        ["PublishAlarms", { StringEquals: { "aws:SourceAccount": "123456789012" } }],
      ],
    );
  });

  it("opens for nobody else: no statement is for everybody or another account", () => {
    for (const { Sid, Principal } of policyOf([holder("reader", key.forObjects("raw", "read"))])) {
      assert.notEqual(Principal, "*", Sid);
      const accounts = [...JSON.stringify(Principal).matchAll(/\d{12}/g)].map(([id]) => id);
      assert(
        accounts.every((id) => id === "123456789012"),
        Sid,
      );
    }
  });

  for (const profile of EVERY_PROFILE) {
    for (const destroyData of profile === "local" || profile === "dev" ? ["true", "false"] : ["false"]) {
      it(`can ${destroyData === "true" ? "" : "not "}be deleted with profile ${profile} and the flag ${destroyData === "true" ? "set" : "not set"}`, async () => {
        const config = { ...fullConfigOf(profile), "sluice:destroyData": destroyData };

        const { inputs } = one(await declaredBy("preview", config), "aws:kms/key:Key");

        const actions = statementsOf(inputs["policy"]).flatMap(({ Action }) => Action);
        assert.equal(actions.includes("kms:ScheduleKeyDeletion"), destroyData === "true");
        assert.equal(
          actions.some((action) => action.includes("*")),
          false,
        );
      });
    }
  }

  it("is used by exactly the lake's roles whose own policies use it", async () => {
    const declared = await declaredBy("preview");
    const users = all(declared, "aws:iam/rolePolicy:RolePolicy")
      .filter(({ inputs }) =>
        statementsOf(inputs["policy"]).some(({ Action }) => [Action].flat().includes("kms:Decrypt")),
      )
      .map(({ inputs }) => `arn:aws:iam::123456789012:role/${String(inputs["role"])}`);

    const policy = statementsOf(one(declared, "aws:kms/key:Key").inputs["policy"]);
    const named = policy.flatMap(({ Condition }) => Condition?.["ArnEquals"]?.["aws:PrincipalArn"] ?? []);
    assert.deepEqual([...new Set(named)].toSorted(), users.toSorted());
    assert(users.length >= 5);
  });
});
