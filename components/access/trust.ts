/** Who may assume a role. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
import type { Arns } from "../arns.ts";
import { resourcePolicy, type ResourceStatement } from "./documents.ts";
import type { Conditions, PolicyDocument } from "./grant.ts";

/**
 * The services that the lake's roles are for, and which source each says when it assumes a role. A condition on a
 * source that a service does not send would shut the service out.
 */
const SERVICES = {
  /** None is documented. @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html */
  "lambda.amazonaws.com": { sendsSource: false },
  /** None is documented. @see https://docs.aws.amazon.com/glue/latest/dg/create-service-policy.html */
  "glue.amazonaws.com": { sendsSource: false },
  /** What it works for. @see https://docs.aws.amazon.com/lake-formation/latest/dg/cross-service-confused-deputy-prevention.html */
  "lakeformation.amazonaws.com": { sendsSource: true },
  /** The schedule's group. @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html */
  "scheduler.amazonaws.com": { sendsSource: true },
} as const satisfies Record<string, { readonly sendsSource: boolean }>;

/** A service that a role can be for. */
export type TrustedService = keyof typeof SERVICES;

/** A service that says for whom it assumes a role. */
type SourceSendingService = "scheduler.amazonaws.com" | "lakeformation.amazonaws.com";

/** A service that says for which of its resources it assumes a role, and the others, which don't. */
export type ServiceTrust =
  | { readonly service: Exclude<TrustedService, SourceSendingService> }
  | { readonly service: SourceSendingService; readonly sourceArn: string };

/** The trust policy of a role for one service, of this account wherever the service says which account it acts for. */
export function serviceTrust(trust: ServiceTrust, { accountId }: Arns): PolicyDocument<ResourceStatement> {
  const condition =
    SERVICES[trust.service].sendsSource && "sourceArn" in trust
      ? {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnLike: { "aws:SourceArn": trust.sourceArn },
        }
      : undefined;
  return resourcePolicy([assume("AllowService", { Service: trust.service }, ["sts:AssumeRole"], condition)]);
}

/** How people come to assume a role. */
export interface PersonTrust {
  /** IAM users and roles by ARN. @default none */
  readonly principals?: readonly string[];
  /**
   * Whether users must have used a second factor in the last hour. A role's session says nothing of one: whoever lets
   * people into that role asks for it there.
   */
  readonly mfaRequired: boolean;
  /** An identity provider that signs people in by SAML. @default none */
  readonly samlProvider?: string | undefined;
}

/** A second factor is good for this long. */
const MFA_GOOD_FOR_SECONDS = 3600;

/**
 * The trust policy of a role for people.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-saml.html
 */
export function personTrust(
  { principals = [], mfaRequired, samlProvider }: PersonTrust,
  { partition }: Arns,
): PolicyDocument<ResourceStatement> {
  const mfa = {
    Bool: { "aws:MultiFactorAuthPresent": "true" },
    NumericLessThan: { "aws:MultiFactorAuthAge": String(MFA_GOOD_FOR_SECONDS) },
  };
  const audience = { StringEquals: { "SAML:aud": SAML_AUDIENCE[partition] } };
  const isUser = (arn: string): boolean => arn.includes(":user/");
  const allow = (
    Sid: string,
    AWS: readonly string[],
    condition: Conditions | undefined,
  ): ResourceStatement[] => (AWS.length === 0 ? [] : [assume(Sid, { AWS }, ["sts:AssumeRole"], condition)]);
  return resourcePolicy([
    ...allow("AllowUsers", principals.filter(isUser), mfaRequired ? mfa : undefined),
    ...allow(
      "AllowRoles",
      principals.filter((arn) => !isUser(arn)),
      undefined,
    ),
    ...(samlProvider === undefined
      ? []
      : [assume("AllowIdentityProvider", { Federated: samlProvider }, ["sts:AssumeRoleWithSAML"], audience)]),
  ]);
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html */
const SAML_AUDIENCE = {
  aws: "https://signin.aws.amazon.com/saml",
  "aws-cn": "https://signin.amazonaws.cn/saml",
  "aws-us-gov": "https://signin.amazonaws-us-gov.com/saml",
} as const;

function assume(
  Sid: string,
  Principal: ResourceStatement["Principal"],
  Action: readonly string[],
  Condition: Conditions | undefined,
): ResourceStatement {
  return { Sid, Effect: "Allow", Principal, Action, ...(Condition && { Condition }) };
}
