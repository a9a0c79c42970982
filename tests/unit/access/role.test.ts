import assert from "node:assert/strict";
import { PolicyTooLargeError } from "../../../components/access/documents.ts";
import type { Grant } from "../../../components/access/grant.ts";
import { PersonRole, Role, type PersonRoleArgs } from "../../../components/access/role.ts";
import { AccessLedger } from "../../../components/access/ledger.ts";
import type { ServiceTrust, TrustedService } from "../../../components/access/trust.ts";
import { all, deploy, deployPart, one, siteOf, statementsOf, type Declared } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/rolePolicy:RolePolicy";

function grantOf(size: number): Grant {
  const Resource = Array.from({ length: size }, (_, index) => `arn:aws:s3:::lake/${index}/*`);
  return {
    reason: "reads",
    statements: [{ Sid: "Read", Effect: "Allow", Action: ["s3:GetObject"], Resource }],
    mustAllow: [],
    mustNotAllow: [],
  };
}

function declareRole(args: ServiceTrust): Promise<Declared[]> {
  return deployPart((site) => {
    const base = { site, what: "ingest", description: "Ingests", grants: [grantOf(1)] } as const;
    return new Role("ingest-role", { ...base, ...args });
  });
}

function declarePerson(
  args: Omit<PersonRoleArgs, "site" | "what" | "description" | "grants">,
): Promise<Declared[]> {
  return deployPart((site) => {
    const base = { site, what: "analyst", description: "Queries", grants: [grantOf(1)] } as const;
    return new PersonRole("analyst", { ...base, ...args });
  });
}

const trustOf = (declared: readonly Declared[]) =>
  statementsOf(one(declared, ROLE).inputs["assumeRolePolicy"]);

describe("a role of a service", () => {
  it("has its grants in one policy of its own, within the boundary, and nothing else", async () => {
    const declared = await declareRole({ service: "lambda.amazonaws.com" });

    const { assumeRolePolicy: _trust, ...inputs } = one(declared, ROLE).inputs;
    assert.deepEqual(inputs, {
      name: "sluice-dev-ingest",
      description: "Ingests",
      permissionsBoundary: "arn:aws:iam::123456789012:policy/sluice-dev-boundary",
      maxSessionDuration: 3600,
    });
    assert.deepEqual(one(declared, POLICY).inputs, {
      name: "grants",
      role: "sluice-dev-ingest",
      policy: { Version: "2012-10-17", Statement: grantOf(1).statements },
    });
    assert.deepEqual(one(declared, POLICY).after, ["ingest-role"]);
    assert.equal(declared.filter(({ type }) => type.startsWith("aws:")).length, 2);
  });

  for (const service of ["lambda.amazonaws.com", "glue.amazonaws.com"] satisfies TrustedService[]) {
    it(`for ${service} is assumed by that service, under no condition that the service does not send`, async () => {
      assert.deepEqual(trustOf(await declareRole({ service })), [
        {
          Sid: "AllowService",
          Effect: "Allow",
          Principal: { Service: service },
          Action: ["sts:AssumeRole"],
        },
      ]);
    });
  }

  for (const { service, sourceArn } of [
    {
      service: "scheduler.amazonaws.com",
      sourceArn: "arn:aws:scheduler:eu-west-1:123456789012:schedule-group/sluice-dev-lake",
    },
    { service: "lakeformation.amazonaws.com", sourceArn: "arn:aws:lakeformation:eu-west-1:123456789012:*" },
  ] as const) {
    it(`for ${service} is assumed for one source of this account`, async () => {
      assert.deepEqual(trustOf(await declareRole({ service, sourceArn })), [
        {
          Sid: "AllowService",
          Effect: "Allow",
          Principal: { Service: service },
          Action: ["sts:AssumeRole"],
          Condition: {
            StringEquals: { "aws:SourceAccount": "123456789012" },
            ArnLike: { "aws:SourceArn": sourceArn },
          },
        },
      ]);
    });

    it(`for ${service} cannot be written without the source`, () => {
      // @ts-expect-error -- for whom?
      const args: ServiceTrust = { service };

      assert.equal(args.service, service);
    });
  }

  it("that IAM would not take is refused in a preview, with the sizes and what to do", async () => {
    const declared: Declared[] = [];
    const tooMuch = deploy(
      () => {
        const site = siteOf();
        site.access.close();
        new Role("ingest-role", {
          ...{ site: { ...site, access: new AccessLedger() }, what: "ingest", description: "" },
          ...{ grants: [grantOf(1000)], service: "lambda.amazonaws.com" },
        });
      },
      { mode: "preview" },
      declared,
    );

    await assert.rejects(tooMuch, (error) => {
      assert(error instanceof PolicyTooLargeError);
      assert.match(
        error.message,
        /^role "sluice-dev-ingest": its role policies would have \d{5} characters, and IAM takes 10240; give it fewer grants/,
      );
      return true;
    });
    assert.deepEqual(all(declared, ROLE), []);
  });
});

describe("a role of people", () => {
  const ada = "arn:aws:iam::123456789012:user/ada";
  const company = "arn:aws:iam::123456789012:saml-provider/company";

  it("is assumed by the users that are named, with a second factor of the last hour", async () => {
    assert.deepEqual(trustOf(await declarePerson({ principals: [ada], mfaRequired: true })), [
      {
        Sid: "AllowUsers",
        Effect: "Allow",
        Principal: { AWS: [ada] },
        Action: ["sts:AssumeRole"],
        Condition: {
          Bool: { "aws:MultiFactorAuthPresent": "true" },
          NumericLessThan: { "aws:MultiFactorAuthAge": "3600" },
        },
      },
    ]);
  });

  it("needs no second factor where the profile asks for none", async () => {
    const [statement] = trustOf(await declarePerson({ principals: [ada], mfaRequired: false }));

    assert.equal(statement?.Condition, undefined);
  });

  it("is assumed by the roles that are named without one: their sessions tell of none", async () => {
    const deployer = "arn:aws:iam::123456789012:role/deployer";
    const allowed = { Effect: "Allow", Principal: { AWS: [deployer] }, Action: ["sts:AssumeRole"] };

    assert.deepEqual(trustOf(await declarePerson({ principals: [deployer], mfaRequired: true })), [
      { Sid: "AllowRoles", ...allowed },
    ]);
    const both = trustOf(await declarePerson({ principals: [deployer, ada], mfaRequired: true }));
    assert.deepEqual(
      both.map(({ Sid, Principal, Condition }) => [Sid, Principal, Object.keys(Condition ?? {})]),
      [
        ["AllowUsers", { AWS: [ada] }, ["Bool", "NumericLessThan"]],
        ["AllowRoles", { AWS: [deployer] }, []],
      ],
    );
  });

  it("is assumed by whoever the identity provider signs in, for AWS's own sign-in page", async () => {
    assert.deepEqual(trustOf(await declarePerson({ mfaRequired: true, samlProvider: company })), [
      {
        Sid: "AllowIdentityProvider",
        Effect: "Allow",
        Principal: { Federated: company },
        Action: ["sts:AssumeRoleWithSAML"],
        Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
      },
    ]);
  });

  it("lasts a working day, within the boundary", async () => {
    const { inputs } = one(await declarePerson({ principals: [ada], mfaRequired: true }), ROLE);

    assert.equal(inputs["maxSessionDuration"], 8 * 3600);
    assert.equal(inputs["permissionsBoundary"], "arn:aws:iam::123456789012:policy/sluice-dev-boundary");
  });

  it("that IAM would not take for its many principals is refused, with the words for it", async () => {
    const principals = Array.from({ length: 60 }, (_, index) => `${ada}${index}`);

    await assert.rejects(
      declarePerson({ principals, mfaRequired: true }),
      (error) =>
        error instanceof PolicyTooLargeError &&
        /^role "sluice-dev-analyst": its trust policy would have \d{4} characters, and IAM takes 2048;/.test(
          error.message,
        ),
    );
  });
});

describe("the roles of the lake", () => {
  it("each have the boundary before them, one policy, and no managed one", async () => {
    const declared = await declaredBy("preview");

    const roles = all(declared, ROLE);
    for (const { name, inputs, after } of roles) {
      assert(after.includes("boundary"), name);
      assert.equal(
        inputs["permissionsBoundary"],
        "arn:aws:iam::123456789012:policy/sluice-dev-boundary",
        name,
      );
      assert.equal(inputs["managedPolicyArns"], undefined, name);
      assert.equal(inputs["inlinePolicies"], undefined, name);
    }
    assert.deepEqual(
      all(declared, POLICY)
        .map(({ inputs }) => inputs["role"])
        .toSorted(),
      roles.map(({ inputs }) => inputs["name"]).toSorted(),
    );
    assert.deepEqual(
      declared.filter(({ type }) => /[Aa]ttachment/.test(type) && type.startsWith("aws:iam")),
      [],
    );
    assert.equal(roles.length, 8);
  });
});
