/** The registry: every rule of the pack, in the order they are listed. */
import { iamActionWildcard } from "./iam-action-wildcard.ts";
import type { Rule } from "./rule.ts";
import { s3AclPublic } from "./s3-acl-public.ts";
import { s3PublicAccessBlockIncomplete } from "./s3-public-access-block-incomplete.ts";
import { s3PublicAccessBlockMissing } from "./s3-public-access-block-missing.ts";

/** Every rule of the pack. A rule that is not here does not run; a test holds this against the folder. */
export const RULES: readonly Rule[] = [
  iamActionWildcard,
  s3AclPublic,
  s3PublicAccessBlockIncomplete,
  s3PublicAccessBlockMissing,
];
