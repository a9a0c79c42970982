/** The store of objects on S3. */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { CopyObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Content, ObjectStore } from "./app.ts";
import type { Source } from "./core.ts";

// A body in memory can be sent again when a try fails; a stream can't. Eight puts run at once.
const inMemoryMaximumBytes = 8 * 1024 * 1024;

/**
 * A store on S3. It calls GetObject, PutObject and CopyObject (GetObjectVersion where the source has a version);
 * it lists nothing and reads no tags.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export function createS3Store(client: S3Client): ObjectStore {
  return {
    async read({ bucket, key, versionId }) {
      const output = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, ...(versionId && { VersionId: versionId }) }),
      );
      // In Node a body is a readable stream; the type allows for browsers.
      if (output.Body === undefined || !(Symbol.asyncIterator in output.Body)) {
        throw new Error("GetObject gave no body to stream");
      }
      return output.Body;
    },
    async put({ bucket, key }, content, contentType) {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          ContentType: contentType,
          ...(await bodyOf(content)),
        }),
      );
    },
    async copy(source, { bucket, key }) {
      await client.send(
        new CopyObjectCommand({
          Bucket: bucket,
          Key: key,
          CopySource: copySource(source),
          // The bytes are what is kept. Copied tags would need GetObjectTagging and PutObjectTagging.
          TaggingDirective: "REPLACE",
          MetadataDirective: "REPLACE",
          ContentType: "application/octet-stream",
        }),
      );
    },
  };
}

/** The source in the form of the x-amz-copy-source header: URL-encoded, its slashes kept. */
export function copySource({ bucket, key, versionId }: Pick<Source, "bucket" | "key" | "versionId">): string {
  const path = `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
  return versionId === undefined ? path : `${path}?versionId=${encodeURIComponent(versionId)}`;
}

async function bodyOf(content: Content) {
  if (content.kind === "text") {
    return { Body: content.text };
  }
  const { path, sizeBytes } = content;
  const Body = sizeBytes <= inMemoryMaximumBytes ? await readFile(path) : createReadStream(path);
  return { Body, ContentLength: sizeBytes };
}
