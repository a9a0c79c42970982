/**
 * awsx.ecr.Image. Nothing is built or pushed, whether there is a Docker engine or not: the image is known by the
 * digest of its build context's files, and its functions run from them (image-bundles.ts).
 */
import path from "node:path";
import * as v from "valibot";
import { projectDir } from "../../paths.ts";
import { digestOf, keepBundle } from "../image-bundles.ts";
import { UNKNOWN } from "../values.ts";
import { isSecret, secret, type Component, type Monitor } from "./monitor.ts";

const text = v.optional(v.string());

/** What an engine would build with is taken and has no effect. */
const imageArguments = v.strictObject({
  repositoryUrl: v.string(),
  context: text,
  dockerfile: text,
  platform: text,
  args: v.optional(v.record(v.string(), v.string())),
  imageTag: text,
  builderVersion: text,
  target: text,
  cacheFrom: v.optional(v.array(v.string())),
});

/** Declares the component; its image's URI is `REPOSITORY_URL@sha256:DIGEST`. */
export async function constructImage(monitor: Monitor): Promise<Component> {
  const { repositoryUrl, context = "." } = monitor.arguments(imageArguments);
  const urn = await monitor.declareComponent();
  const uri = await imageUri(monitor, repositoryUrl, context);
  const outputs = { imageUri: isSecret(monitor.given["repositoryUrl"]) ? secret(uri) : uri };
  await monitor.finish(urn, outputs);
  return { urn, outputs, dependencies: monitor.argumentDependencies };
}

async function imageUri(monitor: Monitor, repositoryUrl: unknown, context: unknown): Promise<unknown> {
  if (typeof context !== "string") return UNKNOWN;
  // The engine does not tell an attached provider where the program is.
  const folder = path.resolve(projectDir, context);
  const digest = await digestOf(folder);
  if (!monitor.isPreview) await keepBundle(folder, digest);
  return typeof repositoryUrl === "string" ? `${repositoryUrl}@sha256:${digest}` : UNKNOWN;
}
