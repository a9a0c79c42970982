/**
 * The lake as it is, and a change that somebody in a hurry might make: "let the partner download the curated files".
 * It takes three steps, each of which AWS accepts, and then everybody on the internet can list the bucket.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deployLake } from "../../components/deploy.ts";

pulumi.runtime.registerResourceTransform(({ type, name, props, opts }) => {
  // 1. "The ACL is refused: ACLs are off on this bucket." So they are turned on.
  if (type === "aws:s3/bucketOwnershipControls:BucketOwnershipControls" && name === "curated-ownership") {
    return { props: { ...props, rule: { objectOwnership: "BucketOwnerPreferred" } }, opts };
  }
  // 2. "It is refused still: public access is blocked." So the block is taken away.
  if (type === "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock" && name === "curated-public-access") {
    return { props: { bucket: props["bucket"] as string }, opts };
  }
  return undefined;
});

const { lake, provider } = deployLake();

// 3. And now the ACL goes through.
new aws.s3.BucketAcl(
  "curated-acl",
  { bucket: lake.zones.curated.bucketName, acl: "public-read" },
  { provider, dependsOn: [lake] },
);
