/** aws.s3.Bucket. */
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  type BucketLocationConstraint,
  type S3Client,
} from "@aws-sdk/client-s3";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { nonEmpty, tagList, tagMap, tags, text, unlessMissing } from "./common.ts";

const bucket = defineType({
  token: "aws:s3/bucket:Bucket",
  inputs: v.strictObject({ bucket: text, forceDestroy: v.optional(v.boolean(), false), tags }),
  replaceOn: ["bucket"],
  computed: ["arn", "bucketDomainName", "bucketRegionalDomainName", "tagsAll"],
  async create({ bucket: name }, { clients, region }) {
    const constraint = { LocationConstraint: region as BucketLocationConstraint };
    await clients.s3.send(
      new CreateBucketCommand({
        Bucket: name,
        ...(region === "us-east-1" ? {} : { CreateBucketConfiguration: constraint }),
      }),
    );
    return name;
  },
  async configure(id, inputs, { clients }) {
    const wanted = nonEmpty(inputs.tags);
    await (wanted === undefined
      ? clients.s3.send(new DeleteBucketTaggingCommand({ Bucket: id }))
      : clients.s3.send(new PutBucketTaggingCommand({ Bucket: id, Tagging: { TagSet: tagList(wanted) } })));
  },
  async read(id, { clients, region, partition }) {
    if (
      (await unlessMissing(
        clients.s3.send(new HeadBucketCommand({ Bucket: id })),
        "NotFound",
        "NoSuchBucket",
      )) === undefined
    ) {
      return undefined;
    }
    const tagging = await unlessMissing(
      clients.s3.send(new GetBucketTaggingCommand({ Bucket: id })),
      "NoSuchTagSet",
    );
    return {
      bucket: id,
      tags: tagMap(tagging?.TagSet),
      arn: `arn:${partition}:s3:::${id}`,
      bucketDomainName: `${id}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${id}.s3.${region}.amazonaws.com`,
    };
  },
  async delete(id, { forceDestroy }, { clients }) {
    if (forceDestroy) await empty(clients.s3, id);
    await unlessMissing(clients.s3.send(new DeleteBucketCommand({ Bucket: id })), "NoSuchBucket");
  },
});

/** Deletes every version of every object: without it S3 refuses to delete the bucket. */
async function empty(s3: S3Client, name: string): Promise<void> {
  for (;;) {
    const page = await unlessMissing(
      s3.send(new ListObjectVersionsCommand({ Bucket: name })),
      "NoSuchBucket",
    );
    const versions = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])];
    if (versions.length === 0) return;
    const objects = versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
    const { Errors } = await s3.send(
      new DeleteObjectsCommand({ Bucket: name, Delete: { Objects: objects, Quiet: true } }),
    );
    const first = Errors?.[0];
    if (first !== undefined)
      throw new Error(`cannot delete ${String(first.Key)} of ${name}: ${String(first.Message)}`);
  }
}

/** The bucket itself; its settings are types of their own (s3-settings.ts). */
export const s3BucketTypes = [bucket];
