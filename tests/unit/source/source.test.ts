import assert from "node:assert/strict";
import { fullConfig } from "../access/whole.ts";
import { all, one, statementsOf, validConfig, type Declared } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const INSTANCE = "aws:rds/instance:Instance";
const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";
const SOURCES = {
  postgres: { port: 5432, version: "17", family: "postgres17", tls: "rds.force_ssl", logs: ["postgresql"] },
  mysql: { port: 3306, version: "8.4", family: "mysql8.4", tls: "require_secure_transport", logs: ["error"] },
} as const;
type Engine = keyof typeof SOURCES;
const ENGINES = Object.keys(SOURCES) as Engine[];

function declare(engine: Engine, destroyData = false): Promise<readonly Declared[]> {
  return declaredBy("update", {
    ...fullConfig,
    "sluice:source": `{"engine": "${engine}", "databaseName": "shop"}`,
    "sluice:destroyData": String(destroyData),
  });
}

describe("a source", () => {
  it("is not there unless the configuration has one, nor is anything of a network", async () => {
    const declared = await declaredBy("preview", validConfig);

    assert.deepEqual(
      declared.filter(({ type }) => /^aws:(ec2|vpc|rds|secretsmanager)\/|glue\/connection/.test(type)),
      [],
    );
  });

  for (const engine of ENGINES) {
    const { version, family, tls, logs } = SOURCES[engine];

    it(`of ${engine} is encrypted, reached by nobody from outside, backed up, and not deleted by accident`, async () => {
      const { inputs } = one(await declare(engine), INSTANCE);

      const { tags: _tags, ...others } = inputs;
      assert.deepEqual(others, {
        identifier: "sluice-dev-source",
        ...{ engine, engineVersion: version, instanceClass: "db.t4g.micro" },
        ...{ allocatedStorage: 20, storageType: "gp3", storageEncrypted: true, kmsKeyId: keyArn },
        ...{ dbName: "shop", username: "administrator", manageMasterUserPassword: true },
        ...{ masterUserSecretKmsKeyId: keyArn, iamDatabaseAuthenticationEnabled: true },
        ...{ dbSubnetGroupName: "sluice-dev-source", parameterGroupName: "sluice-dev-source" },
        vpcSecurityGroupIds: ["source-group-id"],
        ...{ publiclyAccessible: false, backupRetentionPeriod: 7, copyTagsToSnapshot: true },
        ...{ autoMinorVersionUpgrade: true, enabledCloudwatchLogsExports: logs },
        ...{ deletionProtection: true, skipFinalSnapshot: false },
        finalSnapshotIdentifier: "sluice-dev-source-final",
      });
      // No password in it: RDS keeps the administrator's.
      assert.equal("password" in inputs, false);
    });

    it(`of ${engine} takes TLS only`, async () => {
      const { inputs } = one(await declare(engine), "aws:rds/parameterGroup:ParameterGroup");

      assert.deepEqual(inputs["parameters"], [{ name: tls, value: "1" }]);
      assert.equal(inputs["family"], family);
    });

    it(`of ${engine} is connected to over TLS, from a private subnet, with the password in a secret`, async () => {
      const { inputs, after } = one(await declare(engine), "aws:glue/connection:Connection");

      const protocol = engine === "postgres" ? "postgresql" : "mysql";
      assert.equal(inputs["name"], "sluice-dev-source");
      assert.equal(inputs["connectionType"], "JDBC");
      // The package makes these a secret, passwords or not.
      const { value: properties } = inputs["connectionProperties"] as { value: unknown };
      assert.deepEqual(properties, {
        JDBC_CONNECTION_URL: `jdbc:${protocol}://source.example.eu-west-1.rds.amazonaws.com:5432/shop`,
        JDBC_ENFORCE_SSL: "true",
        SECRET_ID: "sluice-dev/source",
      });
      assert.deepEqual(inputs["physicalConnectionRequirements"], {
        availabilityZone: "eu-west-1a",
        subnetId: "source-network-a-id",
        securityGroupIdLists: ["crawler-group-id"],
      });
      assert(after.includes("source-secret"));
    });
  }

  for (const engine of ENGINES) {
    it(`of ${engine} has its log in a group that is there first, encrypted and for as long as the configuration says`, async () => {
      const declared = await declare(engine);
      const { logs } = SOURCES[engine];

      for (const log of logs) {
        const name = `/aws/rds/instance/sluice-dev-source/${log}`;
        const group = one(declared, "aws:cloudwatch/logGroup:LogGroup", `source-log-${log}`);
        const { tags: _tags, ...inputs } = group.inputs;
        assert.deepEqual(inputs, { name, retentionInDays: 14, kmsKeyId: keyArn });
        assert(one(declared, INSTANCE).afterKeys.includes(group.key));
      }
    });
  }

  it("is in the two zones that the configuration names", async () => {
    const declared = await declaredBy("update", {
      ...fullConfig,
      "sluice:source": '{"engine": "postgres", "databaseName": "shop", "zones": ["c", "b"]}',
    });

    assert.deepEqual(
      all(declared, "aws:ec2/subnet:Subnet").map(({ inputs }) => inputs["availabilityZone"]),
      ["eu-west-1c", "eu-west-1b"],
    );
    const { inputs } = one(declared, "aws:glue/connection:Connection");
    const { availabilityZone, subnetId } = inputs["physicalConnectionRequirements"] as Record<
      string,
      unknown
    >;
    assert.deepEqual([availabilityZone, subnetId], ["eu-west-1c", "source-network-c-id"]);
  });

  it("goes for good only where both keys to destroy data say so", async () => {
    const declared = await declare("postgres", true);

    const { inputs } = one(declared, INSTANCE);
    assert.deepEqual(
      [inputs["deletionProtection"], inputs["skipFinalSnapshot"], inputs["finalSnapshotIdentifier"]],
      [false, true, undefined],
    );
    const { inputs: secret } = one(declared, "aws:secretsmanager/secret:Secret");
    assert.equal(secret["recoveryWindowInDays"], 0);
  });

  it("has a secret without a value, which can be saved for thirty days", async () => {
    const declared = await declare("postgres");

    const { tags: _tags, ...inputs } = one(declared, "aws:secretsmanager/secret:Secret").inputs;
    assert.deepEqual(inputs, {
      name: "sluice-dev/source",
      description: 'The crawler\'s user: {"username": "…", "password": "…"}',
      kmsKeyId: keyArn,
      recoveryWindowInDays: 30,
    });
    assert.deepEqual(
      declared.filter(({ type }) => type.includes("secretVersion")),
      [],
    );
  });

  it("is read by its crawler alone: the secret, and the key for that", async () => {
    const declared = await declare("postgres");

    const readers = all(declared, "aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) =>
      statementsOf(inputs["policy"]).some(({ Action }) => Action.includes("secretsmanager:GetSecretValue")),
    );
    assert.deepEqual(
      readers.map(({ name }) => name),
      ["crawl-source-role-grants"],
    );
  });
});

describe("the source's network", () => {
  let declared: readonly Declared[];

  before(async () => {
    declared = await declare("postgres");
  });

  it("has no way to the internet: no gateway, no NAT, no address, no route", () => {
    const types = [
      ...new Set(declared.map(({ type }) => type).filter((type) => /^aws:(ec2|vpc)\//.test(type))),
    ];

    assert.deepEqual(types.toSorted(), [
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
      "aws:ec2/routeTable:RouteTable",
      "aws:ec2/routeTableAssociation:RouteTableAssociation",
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:ec2/subnet:Subnet",
      "aws:ec2/vpc:Vpc",
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    ]);
    assert.deepEqual(one(declared, "aws:ec2/routeTable:RouteTable").inputs["routes"], []);
    for (const { inputs } of all(declared, "aws:ec2/subnet:Subnet")) {
      assert.equal(inputs["mapPublicIpOnLaunch"], false);
    }
  });

  it("has two subnets, each in a zone of its own and with the network's one route table", () => {
    const subnets = all(declared, "aws:ec2/subnet:Subnet").map(({ inputs }) => [
      inputs["availabilityZone"],
      inputs["cidrBlock"],
    ]);

    assert.deepEqual(subnets, [
      ["eu-west-1a", "10.76.0.0/26"],
      ["eu-west-1b", "10.76.0.64/26"],
    ]);
    assert.deepEqual(
      all(declared, "aws:ec2/routeTableAssociation:RouteTableAssociation").map(({ inputs }) => inputs),
      ["a", "b"].map((letter) => ({
        subnetId: `source-network-${letter}-id`,
        routeTableId: "source-network-routes-id",
      })),
    );
    assert.deepEqual(one(declared, "aws:rds/subnetGroup:SubnetGroup").inputs["subnetIds"], [
      "source-network-a-id",
      "source-network-b-id",
    ]);
  });

  for (const engine of ENGINES) {
    const { port } = SOURCES[engine];

    it(`lets crawlers to the database of ${engine} at its port, and to AWS, and lets nothing else anywhere`, async () => {
      const all_ = await declare(engine);
      const edges = (kind: "Ingress" | "Egress") =>
        all(all_, `aws:vpc/securityGroup${kind}Rule:SecurityGroup${kind}Rule`)
          .map(({ inputs }) => {
            const { securityGroupId: group, referencedSecurityGroupId: other, prefixListId: list } = inputs;
            assert.equal(inputs["ipProtocol"], "tcp");
            assert.equal(inputs["cidrIpv4"] ?? inputs["cidrIpv6"], undefined, "an address range");
            return [group, other ?? list, `${String(inputs["fromPort"])}-${String(inputs["toPort"])}`].join(
              " ",
            );
          })
          .toSorted();

      assert.deepEqual(edges("Ingress"), [
        "crawler-group-id crawler-group-id 0-65535",
        "endpoints-group-id crawler-group-id 443-443",
        `source-group-id crawler-group-id ${port}-${port}`,
      ]);
      assert.deepEqual(edges("Egress"), [
        "crawler-group-id crawler-group-id 0-65535",
        "crawler-group-id endpoints-group-id 443-443",
        "crawler-group-id pl-0123456789abcdef0 443-443",
        `crawler-group-id source-group-id ${port}-${port}`,
      ]);
    });
  }

  it("lets nothing in or out of a group of its own making, the default one too", () => {
    for (const { name, inputs } of declared.filter(({ type }) => /ecurityGroup:/.test(type))) {
      assert.equal(inputs["ingress"] ?? inputs["egress"], undefined, name);
    }
    assert.equal(all(declared, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").length, 1);
  });

  it("reaches S3 for this account's own users and roles alone, to read", () => {
    const { inputs } = one(declared, "aws:ec2/vpcEndpoint:VpcEndpoint", "source-network-s3");

    assert.deepEqual(
      [inputs["serviceName"], inputs["vpcEndpointType"], inputs["routeTableIds"]],
      ["com.amazonaws.eu-west-1.s3", "Gateway", ["source-network-routes-id"]],
    );
    assert.deepEqual(statementsOf(inputs["policy"]), [
      {
        Sid: "AllowOwnAccount",
        Effect: "Allow",
        Principal: "*",
        Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:GetBucketLocation"],
        Resource: ["*"],
        Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } },
      },
    ]);
  });

  for (const [region, beginning] of [
    ["eu-west-1", "com.amazonaws"],
    ["cn-north-1", "cn.com.amazonaws"],
  ] as const) {
    it(`reaches the other services that a crawler calls by endpoints of its own in ${region}`, async () => {
      const inRegion = await declaredBy("preview", { ...fullConfig, "aws:region": region });

      const services = all(inRegion, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(
        ({ inputs }) => inputs["vpcEndpointType"] === "Interface",
      );
      assert.deepEqual(
        services.map(({ inputs }) => inputs["serviceName"]),
        ["secretsmanager", "glue", "logs"].map((service) => `${beginning}.${region}.${service}`),
      );
      for (const { inputs } of services) assert.equal(inputs["privateDnsEnabled"], true);
    });
  }
});
