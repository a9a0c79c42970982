/** Roles, policies, people, repositories and saved queries on the real engine. */
import assert from "node:assert/strict";
import {
  GetNamedQueryCommand,
  GetPreparedStatementCommand,
  GetWorkGroupCommand,
  ListNamedQueriesCommand,
  ListWorkGroupsCommand,
} from "@aws-sdk/client-athena";
import {
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import {
  GetGroupPolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  ListAttachedRolePoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListOpenIDConnectProvidersCommand,
  ListPoliciesCommand,
  ListRolesCommand,
  ListUsersCommand,
} from "@aws-sdk/client-iam";
import { deployedProgram, prologue } from "./provider-programs.ts";

const IAM = "arn:aws:iam::000000000000";

const source = (changed: boolean): string => `${prologue(changed)}
const statement = (Action: string) => ({
  Version: "2012-10-17" as const,
  Statement: [{ Effect: "Allow" as const, Action: [Action], Resource: "arn:aws:s3:::people-lake/*" }],
});
const boundary = new aws.iam.Policy("boundary", {
  name: "people-boundary",
  path: "/lake/",
  description: "the most that a role may have",
  policy: statement(changed ? "s3:PutObject" : "s3:GetObject"),
  tags: { team: changed ? "two" : "one" },
});
const role = new aws.iam.Role("role", {
  name: "people-role",
  path: "/lake/",
  maxSessionDuration: changed ? 7200 : 3600,
  forceDetachPolicies: true,
  permissionsBoundary: changed ? undefined : boundary.arn,
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  },
});
new aws.iam.RolePolicyAttachment("attachment", { role: role.name, policyArn: boundary.arn });
const user = new aws.iam.User("user", {
  name: "people-ann",
  path: "/people/",
  permissionsBoundary: changed ? undefined : boundary.arn,
  forceDestroy: true,
  tags: { team: changed ? "two" : "one" },
});
const analysts = new aws.iam.Group("analysts", { name: "people-analysts", path: "/people/" });
const engineers = new aws.iam.Group("engineers", { name: "people-engineers", path: "/people/" });
new aws.iam.GroupPolicy("group-policy", {
  name: "read",
  group: analysts.name,
  policy: statement(changed ? "s3:ListBucket" : "s3:GetObject"),
});
new aws.iam.UserGroupMembership("membership", {
  user: user.name,
  groups: changed ? [engineers.name] : [engineers.name, analysts.name],
});
new aws.iam.OpenIdConnectProvider("github", {
  url: "https://token.actions.githubusercontent.com",
  clientIdLists: changed ? ["sts.amazonaws.com", "second"] : ["sts.amazonaws.com"],
  thumbprintLists: ["6938fd4d98bab03faadb97b34396831e3780aea1"],
  tags: { team: changed ? "two" : "one" },
});
const repository = new aws.ecr.Repository("repository", {
  name: "people/images",
  imageTagMutability: changed ? "MUTABLE" : "IMMUTABLE",
  imageScanningConfiguration: { scanOnPush: true },
  encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: \`arn:aws:kms:eu-west-1:\${account}:key/one\` }],
  forceDelete: true,
  tags: { team: changed ? "two" : "one" },
});
new aws.ecr.LifecyclePolicy("lifecycle", {
  repository: repository.name,
  policy: {
    rules: [
      {
        rulePriority: 1,
        description: "few",
        selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: changed ? 2 : 1 },
        action: { type: "expire" },
      },
    ],
  },
});
new aws.ecr.RepositoryPolicy("repository-policy", {
  repository: repository.name,
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: changed ? "Second" : "First",
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: ["ecr:BatchGetImage"],
      },
    ],
  },
});
const workgroup = new aws.athena.Workgroup("workgroup", {
  name: "people-queries",
  state: changed ? "DISABLED" : "ENABLED",
  forceDestroy: true,
  configuration: {
    engineVersion: { selectedEngineVersion: "Athena engine version 3" },
    bytesScannedCutoffPerQuery: 10485760,
    resultConfiguration: {
      outputLocation: "s3://people-results/",
      encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: \`arn:aws:kms:eu-west-1:\${account}:key/one\` },
    },
  },
});
export const queryId = new aws.athena.NamedQuery("query", {
  name: "people-daily",
  database: "lake",
  description: "a day",
  query: changed ? "SELECT 2" : "SELECT 1",
  workgroup: workgroup.name,
}).id;
new aws.athena.PreparedStatement("statement", {
  name: "people_by_day",
  workgroup: workgroup.name,
  description: "by day",
  queryStatement: changed ? "SELECT ? + 2" : "SELECT ? + 1",
});
export const repositoryUrl = repository.repositoryUrl;
`;

describe("a program with people, repositories and saved queries", function () {
  this.timeout(120_000);
  const program = deployedProgram(source(false));

  before(() => program.up());

  it("has made a policy and a role within it", async () => {
    const { iam } = program.aws.clients;
    const policy = await iam.send(new GetPolicyCommand({ PolicyArn: `${IAM}:policy/lake/people-boundary` }));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "people-role" }));
    const call = new ListAttachedRolePoliciesCommand({ RoleName: "people-role" });
    const { AttachedPolicies } = await iam.send(call);

    assert.equal(policy.Policy?.Description, "the most that a role may have");
    assert.equal(Role?.Path, "/lake/");
    assert.equal(Role.PermissionsBoundary?.PermissionsBoundaryArn, policy.Policy.Arn);
    assert.deepEqual(
      AttachedPolicies?.map(({ PolicyName }) => PolicyName),
      ["people-boundary"],
    );
  });

  it("has made a user in groups that have a policy", async () => {
    const { iam } = program.aws.clients;
    const { User } = await iam.send(new GetUserCommand({ UserName: "people-ann" }));
    const { Groups = [] } = await iam.send(new ListGroupsForUserCommand({ UserName: "people-ann" }));
    const call = new GetGroupPolicyCommand({ GroupName: "people-analysts", PolicyName: "read" });
    const { PolicyDocument = "" } = await iam.send(call);

    assert.equal(User?.Path, "/people/");
    assert.equal(User.PermissionsBoundary?.PermissionsBoundaryArn, `${IAM}:policy/lake/people-boundary`);
    assert.deepEqual(Groups.map(({ GroupName }) => GroupName).toSorted(), [
      "people-analysts",
      "people-engineers",
    ]);
    assert.match(decodeURIComponent(PolicyDocument), /s3:GetObject/);
  });

  it("has made an identity provider", async () => {
    const OpenIDConnectProviderArn = `${IAM}:oidc-provider/token.actions.githubusercontent.com`;
    const call = new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn });
    const found = await program.aws.clients.iam.send(call);

    assert.deepEqual(found.ClientIDList, ["sts.amazonaws.com"]);
    assert.deepEqual(found.ThumbprintList, ["6938fd4d98bab03faadb97b34396831e3780aea1"]);
  });

  it("has made a repository with its policies", async () => {
    const { ecr } = program.aws.clients;
    const target = { repositoryName: "people/images" };
    const { repositories } = await ecr.send(
      new DescribeRepositoriesCommand({ repositoryNames: ["people/images"] }),
    );
    const lifecycle = await ecr.send(new GetLifecyclePolicyCommand(target));
    const policy = await ecr.send(new GetRepositoryPolicyCommand(target));

    assert.equal(repositories?.[0]?.imageTagMutability, "IMMUTABLE");
    assert.equal(repositories[0].imageScanningConfiguration?.scanOnPush, true);
    assert.equal(repositories[0].encryptionConfiguration?.encryptionType, "KMS");
    assert.match(lifecycle.lifecyclePolicyText ?? "", /imageCountMoreThan/);
    assert.match(policy.policyText ?? "", /"Sid":\s*"First"/);
    const { repositoryUrl } = await program.outputs();
    assert.equal(repositoryUrl, "000000000000.dkr.ecr.eu-west-1.amazonaws.com/people/images");
  });

  it("has made a workgroup with saved queries", async () => {
    const { athena } = program.aws.clients;
    const { WorkGroup } = await athena.send(new GetWorkGroupCommand({ WorkGroup: "people-queries" }));
    const id = String((await program.outputs())["queryId"]);
    const { NamedQuery } = await athena.send(new GetNamedQueryCommand({ NamedQueryId: id }));
    const call = new GetPreparedStatementCommand({
      StatementName: "people_by_day",
      WorkGroup: "people-queries",
    });
    const { PreparedStatement } = await athena.send(call);

    const result = WorkGroup?.Configuration?.ResultConfiguration;
    assert.equal(result?.EncryptionConfiguration?.EncryptionOption, "SSE_KMS");
    assert.equal(result.EncryptionConfiguration.KmsKey, "arn:aws:kms:eu-west-1:000000000000:key/one");
    assert.equal(NamedQuery?.QueryString, "SELECT 1");
    assert.equal(PreparedStatement?.QueryStatement, "SELECT ? + 1");
  });

  it("changes with the program", async () => {
    await program.change(source(true));
  });

  it("leaves nothing when it is destroyed", async () => {
    await program.run("destroy", "--yes");

    const { iam, ecr, athena } = program.aws.clients;
    const ours = (names: readonly (string | undefined)[]): unknown =>
      names.filter((name) => name?.startsWith("people"));
    const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: "Local" }));
    assert.deepEqual(ours(Policies.map(({ PolicyName }) => PolicyName)), []);
    const { Roles = [] } = await iam.send(new ListRolesCommand({}));
    assert.deepEqual(ours(Roles.map(({ RoleName }) => RoleName)), []);
    const { Users = [] } = await iam.send(new ListUsersCommand({}));
    assert.deepEqual(ours(Users.map(({ UserName }) => UserName)), []);
    const { Groups = [] } = await iam.send(new ListGroupsCommand({}));
    assert.deepEqual(ours(Groups.map(({ GroupName }) => GroupName)), []);
    const oidc = await iam.send(new ListOpenIDConnectProvidersCommand({}));
    assert.deepEqual(oidc.OpenIDConnectProviderList, []);
    const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
    assert.deepEqual(ours(repositories.map(({ repositoryName }) => repositoryName)), []);
    const { WorkGroups = [] } = await athena.send(new ListWorkGroupsCommand({}));
    assert.deepEqual(ours(WorkGroups.map(({ Name }) => Name)), []);
    const { NamedQueryIds } = await athena.send(new ListNamedQueriesCommand({ WorkGroup: "people-queries" }));
    assert.deepEqual(NamedQueryIds, []);
  });
});
