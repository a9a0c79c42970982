import type { Case } from "./case.ts";
import { cases as iamActionWildcard } from "./iam-action-wildcard.ts";
import { cases as s3AclPublic } from "./s3-acl-public.ts";
import { cases as s3PublicAccessBlockIncomplete } from "./s3-public-access-block-incomplete.ts";
import { cases as s3PublicAccessBlockMissing } from "./s3-public-access-block-missing.ts";

/** The cases of every rule, by its id. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  "iam-action-wildcard": iamActionWildcard,
  "s3-acl-public": s3AclPublic,
  "s3-public-access-block-incomplete": s3PublicAccessBlockIncomplete,
  "s3-public-access-block-missing": s3PublicAccessBlockMissing,
};
