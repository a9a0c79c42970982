/**
 * No S3 ACL, of a bucket or an object, grants anything to AllUsers or AuthenticatedUsers: the two groups that
 * make an ACL public, whatever the permission. https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 * Limits: an ACL set outside the program (by the console, or by an upload at run time) is not seen; a CodePipeline
 * deploy action's CannedACL is not read.
 */
import {
  aclPermission,
  GROUP_MEMBERS,
  publicGrantsOfCannedAcl,
  publicGroupOfUri,
  requestOfGrant,
} from "../exposure/acl.ts";
import type { PublicGrant } from "../exposure/acl.ts";
import { isPlainArray, isPlainObject, kindOf, UNKNOWN } from "../plain.ts";
import type { Plain, PlainObject } from "../plain.ts";
import type { Finding } from "../report/finding.ts";
import { ACL_CARRIERS, aclTarget } from "../stack/acl-carriers.ts";
import type { AclCarrier } from "../stack/acl-carriers.ts";
import { finding, malformedFinding, unknownFinding } from "./rule.ts";
import type { ResourceFacts, ResourceRule } from "./rule.ts";

const ID = "s3-acl-public";

const CODES = {
  "canned-acl": "A canned ACL grants something to a public group.",
  "explicit-grant": "An explicit grant names a public group.",
  unknown: "The ACL is not known before deployment.",
  malformed: "S3 knows no such ACL.",
} as const;

type Code = keyof typeof CODES;

function check(facts: ResourceFacts): Finding<Code>[] {
  const carrier = Object.hasOwn(ACL_CARRIERS, facts.type) ? ACL_CARRIERS[facts.type] : undefined;
  if (carrier === undefined) return [];
  return [...checkCanned(facts, carrier), ...checkGrants(facts, carrier)];
}

function checkCanned(facts: ResourceFacts, carrier: AclCarrier): Finding<Code>[] {
  const path = carrier.canned;
  const acl = facts.props[path];
  if (acl === undefined || acl === null || acl === "") return [];
  if (acl === UNKNOWN) return [unknownFinding(ID, facts, "unknown", path)];
  if (typeof acl !== "string")
    return [malformedFinding(ID, facts, "malformed", path, `is ${kindOf(acl)}, not a canned ACL`)];
  const grants = publicGrantsOfCannedAcl(acl.toLowerCase());
  if (grants === undefined) {
    // DMS writes "none" where it sets no ACL.
    if (acl === "none") return [];
    return [malformedFinding(ID, facts, "malformed", path, "is not a canned ACL that S3 knows")];
  }
  const remedy = `set ${path} to "private"`;
  return grants.map((grant) =>
    publicFinding(facts, carrier, { code: "canned-acl", path, grant, fault: `"${acl}"`, remedy }),
  );
}

function checkGrants(facts: ResourceFacts, carrier: AclCarrier): Finding<Code>[] {
  if (carrier.grants === undefined) return [];
  const [first, ...rest] = carrier.grants.split(".");
  let value = first === undefined ? undefined : facts.props[first];
  for (const step of rest) {
    if (isPlainObject(value)) value = value[step];
  }
  const path = carrier.grants;
  if (value === undefined || value === null) return [];
  if (value === UNKNOWN) return [unknownFinding(ID, facts, "unknown", path)];
  if (!isPlainArray(value))
    return [malformedFinding(ID, facts, "malformed", path, `is ${kindOf(value)}, not a list of grants`)];
  return value.flatMap((grant, index) => checkGrant(facts, carrier, grant, `${path}[${String(index)}]`));
}

function checkGrant(facts: ResourceFacts, carrier: AclCarrier, grant: Plain, path: string): Finding<Code>[] {
  if (grant === UNKNOWN) return [unknownFinding(ID, facts, "unknown", path)];
  if (!isPlainObject(grant))
    return [malformedFinding(ID, facts, "malformed", path, `is ${kindOf(grant)}, not a grant`)];
  const nested = "grantee" in grant;
  const grantee = nested ? grant["grantee"] : grant;
  const granteePath = nested ? `${path}.grantee` : path;
  if (grantee === UNKNOWN) return [unknownFinding(ID, facts, "unknown", granteePath)];
  if (!isPlainObject(grantee)) {
    return [malformedFinding(ID, facts, "malformed", granteePath, `is ${kindOf(grantee)}, not a grantee`)];
  }
  const uri = grantee["uri"];
  if (uri === UNKNOWN) return [unknownFinding(ID, facts, "unknown", `${granteePath}.uri`)];
  if (uri === undefined || uri === null || uri === "")
    return checkGranteeWithoutUri(facts, grantee, granteePath);
  if (typeof uri !== "string") {
    return [malformedFinding(ID, facts, "malformed", `${granteePath}.uri`, `is ${kindOf(uri)}, not a URI`)];
  }
  const group = publicGroupOfUri(uri);
  if (group === undefined) return [];
  return permissionsOf(grant).map((permission) =>
    publicFinding(facts, carrier, {
      code: "explicit-grant",
      path,
      grant: { group, permission },
      fault: "the grant",
      remedy: "remove the grant; name a reader by a bucket policy statement instead",
    }),
  );
}

function checkGranteeWithoutUri(facts: ResourceFacts, grantee: PlainObject, path: string): Finding<Code>[] {
  if (grantee["type"] !== "Group") return [];
  return [malformedFinding(ID, facts, "malformed", path, "is a Group without a uri")];
}

// A permission S3 does not know counts as unknown: the grantee alone makes the grant public.
function permissionsOf(grant: PlainObject): PublicGrant["permission"][] {
  const value = grant["permissions"] ?? grant["permission"] ?? UNKNOWN;
  const list = isPlainArray(value) ? value : [value];
  return list.map((entry) => (typeof entry === "string" ? (aclPermission(entry) ?? UNKNOWN) : UNKNOWN));
}

interface PublicParts {
  readonly code: Code;
  readonly path: string;
  readonly grant: PublicGrant;
  readonly fault: string;
  readonly remedy: string;
}

function publicFinding(facts: ResourceFacts, carrier: AclCarrier, parts: PublicParts): Finding<Code> {
  const { code, path, grant, remedy } = parts;
  const target = aclTarget(facts, carrier);
  const permission = grant.permission === UNKNOWN ? "a permission that is not known yet" : grant.permission;
  const { command, effect } = requestOfGrant(grant, carrier.scope, target);
  const sender =
    grant.group === "AllUsers" ? "without credentials" : "with the credentials of any AWS account";
  return finding(ID, facts, {
    code,
    path,
    fault: `${parts.fault} grants ${permission} to ${grant.group} (${GROUP_MEMBERS[grant.group]})`,
    request: {
      command,
      outcome:
        `${sender} ${effect} once the ACL is in effect: object ownership is not BucketOwnerEnforced and ` +
        "IgnorePublicAcls is off. With BucketOwnerEnforced or BlockPublicAcls, S3 refuses the ACL and the deployment fails.",
    },
    remedy,
  });
}

/** No S3 ACL grants anything to everyone, or to every AWS account. */
export const s3AclPublic: ResourceRule<Code> = {
  id: ID,
  description: "S3 ACLs grant nothing to everyone or to every AWS account.",
  enforcementLevel: "mandatory",
  severity: "critical",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
  codes: CODES,
  types: Object.keys(ACL_CARRIERS),
  check,
};
