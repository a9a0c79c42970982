import assert from "node:assert/strict";
import { fullConfig } from "../access/whole.ts";
import { all, one, statementsOf, validConfig, type Declared } from "../deploy.ts";
import { declaredBy, EVERY_PROFILE, fullConfigOf } from "../program.ts";

const USER = "aws:iam/user:User";
const ROLE = "aws:iam/role:Role";
const user = (name: string): string => `arn:aws:iam::123456789012:user/${name}`;

function trustOf(declared: readonly Declared[], role: string) {
  return statementsOf(one(declared, ROLE, role).inputs["assumeRolePolicy"]);
}

function actionsOf(declared: readonly Declared[], role: string): Set<string> {
  const { inputs } = one(declared, "aws:iam/rolePolicy:RolePolicy", `${role}-grants`);
  return new Set(statementsOf(inputs["policy"]).flatMap(({ Action }) => Action));
}

describe("people", () => {
  const { "sluice:analysts": _analysts, "sluice:engineers": _engineers, ...nobody } = validConfig;

  it("have no role where nobody may have it", async () => {
    const declared = await declaredBy("preview", nobody);

    assert.deepEqual(
      declared.filter(
        ({ type, name }) =>
          /^sluice:(access:PersonRole|people:PersonGroup)$|:User$/.test(type) ||
          /analyst|engineer$/.test(name),
      ),
      [],
    );
  });

  it("have the one role that somebody may have", async () => {
    const declared = await declaredBy("preview", { ...nobody, "sluice:analysts": `["${user("ada")}"]` });

    assert.deepEqual(
      declared.filter(({ type }) => type === "sluice:access:PersonRole").map(({ name }) => name),
      ["analyst"],
    );
  });

  it("come by name, as users that are made for it, and through the identity provider", async () => {
    const trust = trustOf(await declaredBy("preview"), "analyst");

    assert.deepEqual(
      trust.map(({ Principal, Action }) => [Principal, Action]),
      [
        [{ AWS: [user("ada"), user("bob")] }, ["sts:AssumeRole"]],
        [{ Federated: "arn:aws:iam::123456789012:saml-provider/company" }, ["sts:AssumeRoleWithSAML"]],
      ],
    );
  });

  it("come through the identity provider alone", async () => {
    const declared = await declaredBy("preview", {
      ...nobody,
      "sluice:samlProvider": "arn:aws:iam::123456789012:saml-provider/company",
    });

    for (const role of ["analyst", "engineer"]) {
      assert.deepEqual(
        trustOf(declared, role).map(({ Action }) => Action),
        [["sts:AssumeRoleWithSAML"]],
      );
    }
    assert.deepEqual(all(declared, USER), []);
  });

  for (const profile of EVERY_PROFILE) {
    const needed = profile !== "local";
    it(`${needed ? "need" : "need no"} second factor with profile ${profile}`, async () => {
      const declared = await declaredBy("preview", fullConfigOf(profile));

      for (const role of ["analyst", "engineer"]) {
        const condition = trustOf(declared, role)[0]?.Condition?.["Bool"]?.["aws:MultiFactorAuthPresent"];
        assert.equal(condition, needed ? "true" : undefined);
      }
      for (const { inputs } of all(declared, "aws:iam/groupPolicy:GroupPolicy")) {
        const assume = statementsOf(inputs["policy"]).find(({ Sid }) => Sid === "AssumeRole");
        assert.equal(
          assume?.Condition?.["Bool"]?.["aws:MultiFactorAuthPresent"],
          needed ? "true" : undefined,
        );
      }
    });
  }

  it("who are users are there before the role that trusts them", async () => {
    const declared = await declaredBy("preview");

    for (const [role, group, name] of [
      ["analyst", "analysts", "bob"],
      ["engineer", "engineers", "eve"],
    ] as const) {
      const { after } = one(declared, "sluice:access:PersonRole", role);
      assert(after.includes(`${group}-${name}`), role);
    }
  });

  it("who are users have the boundary, and no right but those of their group", async () => {
    const declared = await declaredBy("preview");

    const users = all(declared, USER);
    assert.deepEqual(
      users.map(({ inputs: { tags: _tags, ...inputs } }) => inputs),
      ["bob", "eve"].map((name) => ({
        ...{ name, forceDestroy: true },
        permissionsBoundary: "arn:aws:iam::123456789012:policy/sluice-dev-boundary",
      })),
    );
    assert(users.every(({ after }) => after.includes("boundary")));
    assert.deepEqual(
      all(declared, "aws:iam/userGroupMembership:UserGroupMembership").map(({ inputs }) => inputs),
      [
        { user: "bob", groups: ["sluice-dev-analysts"] },
        { user: "eve", groups: ["sluice-dev-engineers"] },
      ],
    );
    assert.deepEqual(
      declared.filter(({ type }) => /userPolicy|accessKey|LoginProfile/i.test(type)),
      [],
    );
  });

  it("who are users set up their own second factor, and become what their group's role is", async () => {
    const declared = await declaredBy("preview");

    const { inputs } = one(declared, "aws:iam/groupPolicy:GroupPolicy", "analysts-grants");
    assert.deepEqual(statementsOf(inputs["policy"]), [
      {
        Sid: "SetUpOwnMfa",
        Effect: "Allow",
        Action: [
          ...[
            "iam:CreateVirtualMFADevice",
            "iam:EnableMFADevice",
            "iam:ResyncMFADevice",
            "iam:ListMFADevices",
          ],
          ...["iam:ChangePassword", "iam:GetUser"],
        ],
        Resource: [user("${aws:username}"), "arn:aws:iam::123456789012:mfa/${aws:username}"],
      },
      {
        Sid: "AssumeRole",
        Effect: "Allow",
        Action: ["sts:AssumeRole"],
        Resource: ["arn:aws:iam::123456789012:role/sluice-dev-analyst"],
        Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
      },
    ]);
  });

  it("are in no group where no user is made", async () => {
    assert.deepEqual(all(await declaredBy("preview", validConfig), "aws:iam/group:Group"), []);
  });

  it("who analyse query, and come to no file of the lake but their own results", async () => {
    const declared = await declaredBy("preview");

    const { inputs } = one(declared, "aws:iam/rolePolicy:RolePolicy", "analyst-grants");
    const files = statementsOf(inputs["policy"])
      .filter(({ Action }) => [Action].flat().some((action) => action.startsWith("s3:")))
      .flatMap(({ Resource }) => Resource ?? []);
    assert.deepEqual([...new Set(files)].toSorted(), [
      "arn:aws:s3:::sluice-dev-results-123456789012",
      "arn:aws:s3:::sluice-dev-results-123456789012/sluice-dev-lake/*",
    ]);
    assert(actionsOf(declared, "analyst").has("lakeformation:GetDataAccess"));
  });

  it("who run the lake change nothing of it: they fill it, look into it and send on what failed", async () => {
    const actions = actionsOf(await declaredBy("preview"), "engineer");

    for (const action of [
      "s3:PutObject",
      "glue:StartCrawler",
      "lambda:InvokeFunction",
      "sqs:StartMessageMoveTask",
    ]) {
      assert(actions.has(action), action);
    }
    assert.deepEqual(
      [...actions].filter((action) =>
        /:(Delete(?!Message$)|Update|Create|Attach|PutBucket|PutRole|Purge|PassRole|Set)/.test(action),
      ),
      [],
    );
  });

  it("who run the lake send back what ingestion gave up, and look into whatever else failed", async () => {
    const { inputs } = one(await declaredBy("preview"), "aws:iam/rolePolicy:RolePolicy", "engineer-grants");
    const statements = statementsOf(inputs["policy"]);
    const queuesOf = (action: string): string[] =>
      statements
        .filter(({ Action }) => Action.includes(action))
        .flatMap(({ Resource }) => Resource ?? [])
        .map((arn) => arn.replace("arn:aws:sqs:eu-west-1:123456789012:sluice-dev-", ""))
        .toSorted();

    // SQS moves messages back from dead-letter queues of queues alone.
    for (const action of ["StartMessageMoveTask", "ListMessageMoveTasks", "CancelMessageMoveTask"]) {
      assert.deepEqual(queuesOf(`sqs:${action}`), ["ingest-dead"]);
    }
    for (const action of ["GetQueueUrl", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]) {
      assert.deepEqual(queuesOf(`sqs:${action}`), [
        ...["crawl-failed", "crawl-failed-undelivered", "freshness-failed", "freshness-undelivered"],
        ...["ingest-dead", "ingest-failed", "ingest-undelivered"],
      ]);
    }
    assert.deepEqual(queuesOf("sqs:SendMessage"), ["ingest"]);
  });

  it("who run the lake look into every queue that should be empty", async () => {
    const declared = await declaredBy("preview");
    const { inputs } = one(declared, "aws:iam/rolePolicy:RolePolicy", "engineer-grants");

    const handled = statementsOf(inputs["policy"])
      .filter(({ Action }) => Action.includes("sqs:DeleteMessage"))
      .flatMap(({ Resource }) => Resource ?? []);

    const queues = all(declared, "aws:sqs/queue:Queue").map(({ inputs: queue }) => String(queue["name"]));
    assert.deepEqual(
      handled.map((arn) => arn.split(":").at(-1)).toSorted(),
      queues.filter((name) => name !== "sluice-dev-ingest").toSorted(),
    );
  });

  it("who run the lake see what partners dropped, and change nothing of it", async () => {
    const { inputs } = one(await declaredBy("preview"), "aws:iam/rolePolicy:RolePolicy", "engineer-grants");
    const drop = "arn:aws:s3:::sluice-dev-partner-drop-123456789012";

    const rights = statementsOf(inputs["policy"])
      .filter(({ Resource }) => [Resource ?? []].flat().some((arn) => arn.startsWith(drop)))
      .map(({ Action, Resource }) => [Action, Resource]);

    assert.deepEqual(rights, [
      [["s3:ListBucket"], [drop]],
      [["s3:GetObject"], [`${drop}/*`]],
    ]);
  });

  it("who run the lake look up every table, and those who analyse none but those of their grants", async () => {
    const declared = await declaredBy("preview");

    for (const [role, databases] of [
      ["engineer", ["curated", "raw", "source"]],
      ["analyst", []],
    ] as const) {
      const { inputs } = one(declared, "aws:iam/rolePolicy:RolePolicy", `${role}-grants`);
      const tables = statementsOf(inputs["policy"])
        .filter(({ Action }) => Action.includes("glue:GetTables"))
        .flatMap(({ Resource }) => Resource ?? [])
        .filter((arn) => arn.includes(":table/"));
      assert.deepEqual(
        tables,
        databases.map((of) => `arn:aws:glue:eu-west-1:123456789012:table/sluice_dev_${of}/*`),
        role,
      );
    }
  });

  it("who query may ask for the database that Athena asks for first", async () => {
    const declared = await declaredBy("preview");

    for (const role of ["analyst", "engineer"]) {
      const { inputs } = one(declared, "aws:iam/rolePolicy:RolePolicy", `${role}-grants`);
      const statement = statementsOf(inputs["policy"]).find(({ Sid }) => Sid === "LookUpDefault");
      assert.deepEqual(
        [statement?.Action, statement?.Resource],
        [
          ["glue:GetDatabase"],
          ["catalog", "database/default"].map((of) => `arn:aws:glue:eu-west-1:123456789012:${of}`),
        ],
      );
    }
  });

  it("who run the lake and those who analyse have a workgroup each, and neither reads the other's results", async () => {
    const declared = await declaredBy("preview");

    for (const [role, workgroup, other] of [
      ["analyst", "lake", "engineering"],
      ["engineer", "engineering", "lake"],
    ] as const) {
      const { inputs } = one(declared, "aws:iam/rolePolicy:RolePolicy", `${role}-grants`);
      const resources = JSON.stringify(statementsOf(inputs["policy"]).map(({ Resource }) => Resource));
      assert(resources.includes(`workgroup/sluice-dev-${workgroup}"`));
      assert(!resources.includes(`workgroup/sluice-dev-${other}"`));
      assert(!resources.includes(`sluice-dev-results-123456789012/sluice-dev-${other}`));
    }
  });

  it("who are users leave with the stack, access keys and all, whatever the keys to destroy data say", async () => {
    for (const destroyData of ["true", "false"]) {
      const declared = await declaredBy("preview", { ...fullConfig, "sluice:destroyData": destroyData });

      assert(all(declared, USER).every(({ inputs }) => inputs["forceDestroy"] === true));
    }
  });
});
