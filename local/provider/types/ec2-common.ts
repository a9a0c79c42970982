/** What the types of EC2 share. */
import {
  CreateTagsCommand,
  DeleteTagsCommand,
  type EC2Client,
  type ResourceType as Ec2ResourceType,
  type TagSpecification,
} from "@aws-sdk/client-ec2";
import * as v from "valibot";
import { changeTags, tagList, type OwnTags } from "./common.ts";

/** A switch that the local AWS has off only: the official provider's default, named when it is refused. */
export const off = v.optional(v.literal(false), false);

/** Tags for the call that makes a resource. */
export function createTags(
  ResourceType: Ec2ResourceType,
  byKey: OwnTags,
): { TagSpecifications?: TagSpecification[] } {
  const Tags = tagList(byKey);
  return Tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType, Tags }] };
}

/** Brings a resource's tags to what they are to be; a new one was made with them. */
export async function changeEc2Tags(
  ec2: EC2Client,
  id: string,
  after: OwnTags,
  before: { readonly tags?: OwnTags } | undefined,
): Promise<void> {
  if (before === undefined) return;
  await changeTags(
    before.tags,
    after,
    (keys) => ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: keys.map((Key) => ({ Key })) })),
    (byKey) => ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tagList(byKey) })),
  );
}
