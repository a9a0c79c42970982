/** The lake with all that a configuration can switch on, through its whole life on the real engine. */
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import path from "node:path";
import { StartQueryExecutionCommand } from "@aws-sdk/client-athena";
import { DescribeSecurityGroupRulesCommand, DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import { GetConnectionCommand, GetTableCommand } from "@aws-sdk/client-glue";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  EnableMFADeviceCommand,
  GetUserCommand,
  ListMFADevicesCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import {
  DescribeDBInstancesCommand,
  DescribeDBParametersCommand,
  DescribeDBSubnetGroupsCommand,
} from "@aws-sdk/client-rds";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { createNames, type Names } from "../../components/names.ts";
import { createClients, type Clients } from "../../local/provider/clients.ts";
import { addedSince, listAccount, type Account } from "./account.ts";
import { projectDir, testAws, writeProgram, type TestAws } from "./local-aws.ts";

const ACCOUNT = "000000000000";
const PARTNER = "210987654321";
const PACK = ["--policy-pack", path.join(projectDir, "policy-pack")];
const DENIED = { name: /^AccessDenied/ };

const PROGRAM = `
import { deployLake } from "../../../../components/deploy.ts";
deployLake();
`;

const SETTINGS = {
  accountId: ACCOUNT,
  profile: "local",
  destroyData: true,
  // The account has one set of these, and the ordinary lake has it.
  lakeFormationSettings: "external",
  source: { engine: "postgres", databaseName: "shop" },
  partnerAccountIds: [PARTNER],
  analystUsers: ["bob"],
  engineerUsers: ["eve"],
  samlProvider: `arn:aws:iam::${ACCOUNT}:saml-provider/company`,
  alarmEmails: ["ops@example.com"],
  alarmActions: true,
  tracing: true,
  crawlSchedule: "cron(0 4 * * ? *)",
};

function configure(project: string): string[] {
  const values = Object.entries(SETTINGS).map(([key, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return ["--plaintext", `${project}:${key}=${text}`];
  });
  return [
    ...["config", "set-all", "--plaintext", "aws:region=eu-west-1"],
    ...["--plaintext", 'pulumi:disable-default-providers=["aws"]', ...values.flat()],
  ];
}

describe("the lake with everything that there is", function () {
  this.timeout(180_000);
  let aws: TestAws;
  let folder: string;
  let names: Names;
  let accountBefore: Account;
  let said: string;

  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await aws.pulumi(args, folder);
    assert.equal(code, 0, `pulumi ${args.join(" ")}\n${stdout}${stderr}`);
    return stdout;
  };

  const signIn = (accessKeyId = "", secretAccessKey = ""): Clients =>
    createClients({
      endpoint: aws.local.emulator.endpoint,
      certificate: aws.local.certificate,
      region: "eu-west-1",
      credentials: { accessKeyId, secretAccessKey },
    });

  const keysOf = async ({ iam }: Clients, UserName: string): Promise<Clients> => {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return signIn(AccessKey?.AccessKeyId, AccessKey?.SecretAccessKey);
  };

  before(async () => {
    aws = await testAws();
    accountBefore = await listAccount(aws.root);
    folder = await writeProgram(aws, PROGRAM);
    const project = path.basename(folder);
    names = createNames({ project, stack: "local", accountId: ACCOUNT });
    await run(...configure(project));
    said = await run("up", "--yes", ...PACK);
  });

  after(async () => {
    await aws.pulumi(["destroy", "--yes", "--skip-preview"], folder);
    await rm(folder, { recursive: true, force: true });
  });

  it("passes its own policy pack, with no rule that could not run", () => {
    assert.match(said, /✅ sluice@v/);
    assert.doesNotMatch(said, /can't run policy|\[advisory\]|\[mandatory\]/);
  });

  it("has nothing to change in a second preview, and no drift", async () => {
    await run("preview", "--diff", "--expect-no-changes");
    await run("refresh", "--yes", "--diff", "--expect-no-changes");
  });

  /** The ARN of the lake's key. */
  const keyArn = async (): Promise<string | undefined> =>
    (await aws.clients.kms.send(new DescribeKeyCommand({ KeyId: names.alias("lake") }))).KeyMetadata?.Arn;

  /** The ids of the stack's security groups by what they are for. */
  const groups = async (): Promise<ReadonlyMap<string | undefined, string>> => {
    const kinds = ["source", "crawler", "endpoints"] as const;
    const Filters = [{ Name: "group-name", Values: kinds.map((kind) => names.securityGroup(kind)) }];
    const found = await aws.clients.ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    return new Map(
      kinds.map((kind) => {
        const group = found.SecurityGroups?.find(({ GroupName }) => GroupName === names.securityGroup(kind));
        return [group?.GroupId, kind] as const;
      }),
    );
  };

  it("has a database that is private, encrypted with the lake's key, and over TLS only", async () => {
    const { rds } = aws.clients;
    const DBInstanceIdentifier = names.dbInstance("source");
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
    const DBParameterGroupName = names.dbParameterGroup("source");
    const { Parameters } = await rds.send(new DescribeDBParametersCommand({ DBParameterGroupName }));

    const [instance] = DBInstances ?? [];
    assert.equal(instance?.Engine, "postgres");
    assert.equal(instance.PubliclyAccessible, false);
    assert.equal(instance.StorageEncrypted, true);
    assert.equal(instance.KmsKeyId, await keyArn());
    assert.equal(instance.MasterUserSecret?.KmsKeyId, await keyArn());
    assert.equal(instance.IAMDatabaseAuthenticationEnabled, true);
    assert.equal(instance.DeletionProtection, false, "both keys to destroy data say so");
    assert.equal(instance.BackupRetentionPeriod, 7);
    const kindOf = await groups();
    assert.deepEqual(
      instance.VpcSecurityGroups?.map(({ VpcSecurityGroupId }) => kindOf.get(VpcSecurityGroupId)),
      ["source"],
    );
    const tls = Parameters?.find(({ ParameterName }) => ParameterName === "rds.force_ssl");
    assert.equal(tls?.ParameterValue, "1");
  });

  it("has a connection to it over TLS, by which crawlers come from their own security group", async () => {
    const call = new GetConnectionCommand({ Name: names.connection("source") });
    const { Connection } = await aws.clients.glue.send(call);
    const subnetGroup = new DescribeDBSubnetGroupsCommand({
      DBSubnetGroupName: names.dbSubnetGroup("source"),
    });
    const { DBSubnetGroups } = await aws.clients.rds.send(subnetGroup);

    const properties = Connection?.ConnectionProperties;
    assert.equal(properties?.JDBC_ENFORCE_SSL, "true");
    assert.match(properties.JDBC_CONNECTION_URL ?? "", /^jdbc:postgresql:\/\/[^/]+:\d+\/shop$/);
    assert.equal(properties.SECRET_ID, names.secret("source"));
    assert(!("PASSWORD" in properties));
    const place = Connection?.PhysicalConnectionRequirements;
    const kindOf = await groups();
    assert.deepEqual(
      place?.SecurityGroupIdList?.map((id) => kindOf.get(id)),
      ["crawler"],
    );
    assert(DBSubnetGroups?.[0]?.Subnets?.some(({ SubnetIdentifier }) => SubnetIdentifier === place.SubnetId));
  });

  it("lets nothing into the network, or about in it, but crawlers on their way", async () => {
    const kindOf = await groups();
    const Filters = [{ Name: "group-id", Values: [...kindOf.keys()].map(String) }];
    const { SecurityGroupRules = [] } = await aws.clients.ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters }),
    );

    const ways = SecurityGroupRules.map((rule) => {
      const other = kindOf.get(rule.ReferencedGroupInfo?.GroupId) ?? rule.PrefixListId?.replace(/-.*/, "");
      const direction = rule.IsEgress === true ? "to" : "from";
      return `${kindOf.get(rule.GroupId)} ${direction} ${other} ${rule.IpProtocol} ${rule.FromPort}-${rule.ToPort}`;
    });
    assert.deepEqual(ways.toSorted(), [
      "crawler from crawler tcp 0-65535",
      "crawler to crawler tcp 0-65535",
      "crawler to endpoints tcp 443-443",
      "crawler to pl tcp 443-443",
      "crawler to source tcp 5432-5432",
      "endpoints from crawler tcp 443-443",
      "source from crawler tcp 5432-5432",
    ]);
  });

  it("takes a partner's file only if the lake's account owns it then, and shows the partner nothing", async () => {
    const Bucket = names.bucket("partner-drop");
    const everything = { Effect: "Allow", Action: "s3:*", Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [everything] });
    const userOf = async (accountId: string): Promise<Clients> => {
      const root = signIn(accountId, "any");
      await root.iam.send(new CreateUserCommand({ UserName: "dropper" }));
      await root.iam.send(
        new PutUserPolicyCommand({ UserName: "dropper", PolicyName: "all", PolicyDocument }),
      );
      return keysOf(root, "dropper");
    };
    const [partner, stranger] = [await userOf(PARTNER), await userOf("333333333333")];
    const file = { Bucket, Key: "file.csv", Body: "a\n1\n" };
    const ours = { ...file, ACL: "bucket-owner-full-control" } as const;

    await assert.rejects(partner.s3.send(new PutObjectCommand(file)), DENIED);
    await assert.rejects(stranger.s3.send(new PutObjectCommand(ours)), DENIED);
    await partner.s3.send(new PutObjectCommand(ours));

    const { Body } = await aws.root.s3.send(new GetObjectCommand({ Bucket, Key: "file.csv" }));
    assert.equal(await Body?.transformToString(), "a\n1\n");
    await assert.rejects(partner.s3.send(new ListObjectsV2Command({ Bucket })), DENIED);
    await assert.rejects(partner.s3.send(new GetObjectCommand({ Bucket, Key: "other.csv" })), DENIED);
    const elsewhere = { ...ours, Bucket: names.bucket("raw") };
    await assert.rejects(partner.s3.send(new PutObjectCommand(elsewhere)), DENIED);
  });

  it("lets an analyst's user set up a second factor of his own and become an analyst", async () => {
    const { iam, sts } = await keysOf(aws.root, "bob");

    const { VirtualMFADevice } = await iam.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "bob" }),
    );
    const SerialNumber = VirtualMFADevice?.SerialNumber;
    const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "654321" };
    await iam.send(new EnableMFADeviceCommand({ UserName: "bob", SerialNumber, ...codes }));

    const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName: "bob" }));
    assert.deepEqual(
      MFADevices?.map((device) => device.SerialNumber),
      [`arn:aws:iam::${ACCOUNT}:mfa/bob`],
    );
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${names.role("analyst")}`;
    await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "bob" }));
  });

  it("lets an analyst's user do nothing else", async () => {
    const { iam, sts, s3, athena, glue } = await keysOf(aws.root, "bob");
    const WorkGroup = names.workgroup("lake");
    const table = { DatabaseName: names.database("curated"), Name: "seattle_weather" };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    const role = (what: "engineer" | "ingest") => ({
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/${names.role(what)}`,
      RoleSessionName: "bob",
    });
    const device = `arn:aws:iam::${ACCOUNT}:mfa/bob`;

    for (const ask of [
      () => iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "eve" })),
      () => iam.send(new DeactivateMFADeviceCommand({ UserName: "bob", SerialNumber: device })),
      () => iam.send(new CreateAccessKeyCommand({ UserName: "bob" })),
      () => iam.send(new PutUserPolicyCommand({ UserName: "bob", PolicyName: "p", PolicyDocument: Policy })),
      () => iam.send(new GetUserCommand({ UserName: "eve" })),
      () => iam.send(new ListUsersCommand({})),
      () => sts.send(new AssumeRoleCommand(role("engineer"))),
      () => sts.send(new AssumeRoleCommand(role("ingest"))),
      () => s3.send(new ListObjectsV2Command({ Bucket: names.bucket("results") })),
      () => s3.send(new PutObjectCommand({ Bucket: names.bucket("raw"), Key: "k", Body: "b" })),
      () => athena.send(new StartQueryExecutionCommand({ QueryString: "SELECT 1", WorkGroup })),
      () => glue.send(new GetTableCommand(table)),
    ]) {
      await assert.rejects(ask, DENIED, ask.toString());
    }
  });

  it("leaves nothing of itself in the account when it is destroyed", async () => {
    await run("destroy", "--yes");

    assert.deepEqual(addedSince(accountBefore, await listAccount(aws.root)), {});
  });
});
