/** What the types of Glue share. */
import {
  GetTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type GlueClient,
} from "@aws-sdk/client-glue";
import type { Context } from "../resource-type.ts";
import { changeTags, nonEmpty, type OwnTags } from "./common.ts";

/** What Glue calls a thing that is not there. */
export const GLUE_MISSING = "EntityNotFoundException";

/** The ARN of something in Glue. */
export function glueArn({ region, accountId, partition }: Context, kind: string, name: string): string {
  return `arn:${partition}:glue:${region}:${accountId}:${kind}/${name}`;
}

/** Brings the tags of something in Glue to what they are to be. */
export async function changeGlueTags(
  glue: GlueClient,
  ResourceArn: string,
  after: OwnTags,
  before: { readonly tags?: OwnTags } | undefined,
): Promise<void> {
  if (before === undefined) return; // made with them
  await changeTags(
    before.tags,
    after,
    (TagsToRemove) => glue.send(new UntagResourceCommand({ ResourceArn, TagsToRemove })),
    (TagsToAdd) => glue.send(new TagResourceCommand({ ResourceArn, TagsToAdd })),
  );
}

/** The tags of something in Glue. */
export async function readGlueTags(glue: GlueClient, ResourceArn: string): Promise<OwnTags> {
  return nonEmpty((await glue.send(new GetTagsCommand({ ResourceArn }))).Tags);
}
