/** A function from a zip. @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html */
import * as pulumi from "@pulumi/pulumi";
import { dataOf, LambdaFunction, type LambdaFunctionArgs } from "./lambda-function.ts";

/** What a {@link ZipFunction} is made of. */
export interface ZipFunctionArgs extends LambdaFunctionArgs {
  /** The path of the zip: `bundleFunction` (bundle.ts) makes it from a folder of functions/. */
  readonly zip: Promise<string>;
}

/** The runtime that the functions are bundled for. @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const RUNTIME = "nodejs24.x";

/** A function whose code esbuild bundles into a zip. */
export class ZipFunction extends LambdaFunction {
  constructor(name: string, { zip, ...args }: ZipFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:compute:ZipFunction", name, args, dataOf(args), opts);
    this.createFunction(name, args, {
      code: zip.then((file) => new pulumi.asset.FileArchive(file)),
      handler: "index.handler",
      runtime: RUNTIME,
    });
    this.registerOutputs({ functionName: this.functionName });
  }
}
