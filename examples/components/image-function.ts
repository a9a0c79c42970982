/** A function from an image, with a package of machine code. */
import { bundleImage } from "../../components/compute/bundle.ts";
import { ImageFunction } from "../../components/compute/image-function.ts";
import { Repository } from "../../components/compute/repository.ts";
import { Queue } from "../../components/events/queue.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const { baseImage } = site.settings;
    const bundle = { name: "ingest", nativePackages: ["@duckdb/node-bindings-linux-x64"] };
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });
    const failed = new Queue("ingest-failed", { site, what: "ingest-failed" });
    const functionName = site.names.function("ingest");
    const repository = new Repository("repository", {
      ...{ site, what: "ingest", keyArn },
      functionArns: [site.arns.function(functionName)],
    });

    new ImageFunction("ingest", {
      site,
      what: "ingest",
      description: "Writes Parquet",
      context: bundleImage(bundle, baseImage),
      repository,
      baseImage,
      grants: [curated.canWrite("reports/")],
      environment: { CURATED_BUCKET: curated.bucketName },
      keyArn,
      memoryMiB: 1024,
      timeoutSeconds: 300,
      temporaryStorageMiB: 4096,
      concurrency: 4,
      failed,
    });
  });
  /// hide
}
