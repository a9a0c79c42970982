/** Where a function's code comes from: a zip, an image, or the bundle that an image is built from. */
import { readFile } from "node:fs/promises";
import { Runtime } from "@aws-sdk/client-lambda";
import { findBundle } from "../image-bundles.ts";
import type { Context } from "../resource-type.ts";
import { readZip, type Properties } from "../values.ts";
import type { FunctionInputs } from "./lambda-configuration.ts";

/** The tag that holds what the program said of the image of a function that runs from the image's bundle. */
export const IMAGE_MARK = "sluice:local-image";

/** What a call that makes or changes a function says of its code. */
interface Source {
  readonly packageType: "Zip" | "Image";
  readonly code: { readonly ZipFile: Buffer } | { readonly ImageUri: string };
  readonly configuration: object;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The code for the emulator. It runs no image without a Docker engine: a function of an image that the local AWS has
 * the bundle of runs from that instead, on Lambda's own Node.js runtime.
 */
export async function sourceOf(inputs: FunctionInputs, { notice }: Pick<Context, "notice">): Promise<Source> {
  if (inputs.packageType === "Zip") {
    const code = { ZipFile: await readZip(inputs.code) };
    return { packageType: "Zip", code, configuration: {}, tags: {} };
  }
  const { imageUri = "", imageConfig } = inputs;
  const bundle = await findBundle(imageUri);
  if (bundle === undefined) {
    const configuration = {
      ImageConfig: {
        Command: imageConfig?.commands,
        EntryPoint: imageConfig?.entryPoints,
        WorkingDirectory: imageConfig?.workingDirectory,
      },
    };
    return { packageType: "Image", code: { ImageUri: imageUri }, configuration, tags: {} };
  }
  notice?.(`image function ${inputs.name} runs from the image's own bundle: the local AWS builds no image`);
  return {
    packageType: "Zip",
    code: { ZipFile: await readFile(bundle) },
    configuration: {
      Handler: imageConfig?.commands?.[0] ?? "index.handler",
      Runtime: Runtime.nodejs24x,
    },
    tags: { [IMAGE_MARK]: JSON.stringify({ imageUri, imageConfig }) },
  };
}

/** What the program said of the image, from the mark of a function that runs from the image's bundle. */
export function programsImage(mark: string | undefined): Properties {
  if (mark === undefined) return {};
  const said = JSON.parse(mark) as Properties;
  return {
    packageType: "Image",
    handler: undefined,
    runtime: undefined,
    imageUri: said["imageUri"],
    imageConfig: said["imageConfig"],
  };
}
