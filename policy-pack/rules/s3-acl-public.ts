/**
 * No S3 ACL, of a bucket or an object, grants anything to AllUsers or AuthenticatedUsers: the two groups that
 * make an ACL public, whatever the permission. https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 * Limits: an ACL set outside the program (by the console, or by an upload at run time) is not seen, nor is one inside
 * free text that another service reads: a CloudFormation template, a Cloud Control state, EMR's fs.s3.canned.acl, the
 * extra connection attributes of a general DMS endpoint.
 */
import { aclPermission, GROUP_MEMBERS, publicGrantsOfCannedAcl, requestOfGrant } from "../exposure/acl.ts";
import type { PublicGrant, PublicGroup } from "../exposure/acl.ts";
import { isPlainArray, isPlainObject, kindOf, UNKNOWN } from "../plain.ts";
import type { Plain, PlainObject } from "../plain.ts";
import type { Finding } from "../report/finding.ts";
import { ACL_CARRIERS, aclTarget } from "../stack/acl-carriers.ts";
import type { AclSetter, CannedPlace, GrantForm, GrantsPlace } from "../stack/acl-carriers.ts";
import { follow, valueAt } from "../stack/paths.ts";
import type { Reached } from "../stack/paths.ts";
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
  const places = Object.hasOwn(ACL_CARRIERS, facts.type) ? ACL_CARRIERS[facts.type] : undefined;
  const findings = (places ?? []).flatMap((place) =>
    place.kind === "canned" ? checkCanned(facts, place) : checkGrants(facts, place),
  );
  // Several places may lie behind one value that is unknown or malformed: it is said once.
  return findings.filter((each, index) => findings.findIndex((other) => isSame(each, other)) === index);
}

function isSame(one: Finding, other: Finding): boolean {
  return one.code === other.code && one.path === other.path && one.evidence.fault === other.evidence.fault;
}

function checkCanned(facts: ResourceFacts, place: CannedPlace): Finding<Code>[] {
  const { absent } = place;
  const isEnabled = absent === undefined ? true : valueAt(facts.props, absent.enabledBy);
  const reached = follow(facts.props, place.path);
  const isOff = isEnabled !== true && isEnabled !== UNKNOWN;
  if (isOff && reached.every(({ isEnd }) => isEnd)) return [];
  if (reached.length === 0 && absent !== undefined) {
    if (isEnabled === UNKNOWN) return [unknownFinding(ID, facts, "unknown", absent.enabledBy)];
    return absentFindings(facts, place, absent.acl);
  }
  return reached.flatMap((found) => unreadable(facts, found) ?? checkCannedAcl(facts, place, found));
}

// What AWS sets where the program gives no ACL.
function absentFindings(facts: ResourceFacts, place: CannedPlace, acl: string): Finding<Code>[] {
  const fault = `AWS's default of "${acl}"`;
  return cannedFindings(facts, place, { acl, path: place.path, fault, indices: [] }) ?? [];
}

function checkCannedAcl(facts: ResourceFacts, place: CannedPlace, found: Reached): Finding<Code>[] {
  const { path, value: acl, indices } = found;
  if (typeof acl !== "string")
    return [malformedFinding(ID, facts, "malformed", path, `is ${kindOf(acl)}, not a canned ACL`)];
  // DMS writes "none" where it sets no ACL.
  if (acl === "none") return [];
  return (
    cannedFindings(facts, place, { acl, path, fault: `"${acl}"`, indices }) ?? [
      malformedFinding(ID, facts, "malformed", path, "is not a canned ACL that S3 knows"),
    ]
  );
}

interface CannedAcl {
  readonly acl: string;
  readonly path: string;
  readonly fault: string;
  readonly indices: readonly number[];
}

function cannedFindings(
  facts: ResourceFacts,
  place: CannedPlace,
  { acl, path, fault, indices }: CannedAcl,
): Finding<Code>[] | undefined {
  const remedy = `set ${path} to "${place.harmless}"`;
  return publicGrantsOfCannedAcl(acl)?.map((grant) =>
    publicFinding(facts, place, { code: "canned-acl", path, indices, grant, fault, remedy }),
  );
}

function checkGrants(facts: ResourceFacts, place: GrantsPlace): Finding<Code>[] {
  return follow(facts.props, place.path).flatMap((found) => {
    const { path, value, indices } = found;
    const stopped = unreadable(facts, found);
    if (stopped !== undefined) return stopped;
    if (!isPlainArray(value))
      return [malformedFinding(ID, facts, "malformed", path, `is ${kindOf(value)}, not a list of grants`)];
    return value.flatMap((grant, index) =>
      checkGrant(facts, place, { grant, path: `${path}[${String(index)}]`, indices }),
    );
  });
}

// The finding for a value that is unknown, or that stands where the provider takes something else.
function unreadable(facts: ResourceFacts, { path, value, isEnd }: Reached): Finding<Code>[] | undefined {
  if (value === UNKNOWN) return [unknownFinding(ID, facts, "unknown", path)];
  if (isEnd) return undefined;
  return [malformedFinding(ID, facts, "malformed", path, `is ${kindOf(value)}, which holds no ACL`)];
}

interface GrantAt {
  readonly grant: Plain;
  readonly path: string;
  readonly indices: readonly number[];
}

function checkGrant(facts: ResourceFacts, place: GrantsPlace, at: GrantAt): Finding<Code>[] {
  const { grant, path, indices } = at;
  const { form } = place;
  if (grant === UNKNOWN) return [unknownFinding(ID, facts, "unknown", path)];
  if (!isPlainObject(grant))
    return [malformedFinding(ID, facts, "malformed", path, `is ${kindOf(grant)}, not a grant`)];
  const grantee = form.grantee === undefined ? grant : grant[form.grantee];
  const granteePath = form.grantee === undefined ? path : `${path}.${form.grantee}`;
  if (grantee === UNKNOWN) return [unknownFinding(ID, facts, "unknown", granteePath)];
  if (!isPlainObject(grantee)) {
    return [malformedFinding(ID, facts, "malformed", granteePath, `is ${kindOf(grantee)}, not a grantee`)];
  }
  const group = publicGroupOfGrantee(facts, form, grantee, granteePath);
  if (typeof group !== "string") return group;
  return permissionsOf(grant[form.permissions]).map((permission) =>
    publicFinding(facts, place, {
      code: "explicit-grant",
      path,
      indices,
      grant: { group, permission },
      fault: "the grant",
      remedy: "remove the grant; name a reader by a bucket policy statement instead",
    }),
  );
}

// The public group that a grantee is, or the findings where it is none: mostly none.
function publicGroupOfGrantee(
  facts: ResourceFacts,
  form: GrantForm,
  grantee: PlainObject,
  path: string,
): PublicGroup | Finding<Code>[] {
  const name = grantee[form.group];
  const type = grantee[form.type];
  if (name === undefined || name === null || name === "") {
    if (type !== "Group") return [];
    return [malformedFinding(ID, facts, "malformed", path, `is a Group without a ${form.group}`)];
  }
  const namePath = `${path}.${form.group}`;
  if (name === UNKNOWN) {
    // One property may name a user too: then only a group can be public.
    const mayBeGroup = form.isGroupOnly || typeof type !== "string" || type === "Group";
    return mayBeGroup ? [unknownFinding(ID, facts, "unknown", namePath)] : [];
  }
  if (typeof name !== "string")
    return [malformedFinding(ID, facts, "malformed", namePath, `is ${kindOf(name)}, not a group's name`)];
  return form.publicGroupOf(name) ?? [];
}

// A permission S3 does not know counts as unknown: the grantee alone makes the grant public.
function permissionsOf(value: Plain | undefined): PublicGrant["permission"][] {
  const list = isPlainArray(value) ? value : [value];
  return list.map((entry) => (typeof entry === "string" ? (aclPermission(entry) ?? UNKNOWN) : UNKNOWN));
}

interface PublicParts {
  readonly code: Code;
  readonly path: string;
  readonly indices: readonly number[];
  readonly grant: PublicGrant;
  readonly fault: string;
  readonly remedy: string;
}

// What happens where S3 allows no public ACL.
const REFUSALS: Readonly<Record<AclSetter, string>> = {
  deployment: "With BucketOwnerEnforced or BlockPublicAcls, S3 refuses the ACL and the deployment fails.",
  writer:
    "Every object that the resource writes has it; with BucketOwnerEnforced or BlockPublicAcls, S3 refuses those writes.",
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
  "log-delivery":
    "Every log object delivered from then on has it; with BucketOwnerEnforced on the target bucket, S3 refuses the target grants and the deployment fails.",
};

function publicFinding(
  facts: ResourceFacts,
  place: CannedPlace | GrantsPlace,
  parts: PublicParts,
): Finding<Code> {
  const { code, path, grant, remedy, indices } = parts;
  const target = aclTarget(facts, place, indices);
  const permission = grant.permission === UNKNOWN ? "a permission that is not known yet" : grant.permission;
  const { command, effect } = requestOfGrant(grant, place.scope, target);
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
        `IgnorePublicAcls is off. ${REFUSALS[place.setBy]}`,
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
