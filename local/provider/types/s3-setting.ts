/** What every setting of a bucket that is a resource of its own is: one Get, one Put and one Delete. */
import type { S3Client } from "@aws-sdk/client-s3";
import type * as v from "valibot";
import { defineType, type ResourceType } from "../resource-type.ts";
import type { Properties } from "../values.ts";
import { unlessMissing } from "./common.ts";

/** How one setting is got, put and taken away again; `get` gives the inputs as S3 has them. */
export interface Setting<Inputs extends { bucket: string }> {
  readonly token: string;
  readonly inputs: v.GenericSchema<unknown, Inputs>;
  readonly documents?: readonly (keyof Inputs & string)[];
  /** The inputs as S3 has them, or `undefined` where there is no such setting. */
  get(s3: S3Client, bucket: string, olds: Properties): Promise<Properties | undefined>;
  /** Sets it. */
  put(s3: S3Client, inputs: Inputs): Promise<unknown>;
  /** Takes it away. */
  remove(s3: S3Client, bucket: string): Promise<unknown>;
}

/** Declares a setting of a bucket as a type. */
export function defineSetting<Inputs extends { bucket: string }>(setting: Setting<Inputs>): ResourceType {
  return defineType({
    token: setting.token,
    inputs: setting.inputs,
    ...(setting.documents === undefined ? {} : { documents: setting.documents }),
    replaceOn: ["bucket"],
    computed: [],
    create: (inputs) => Promise.resolve(inputs.bucket),
    async configure(_id, inputs, { clients }) {
      await setting.put(clients.s3, inputs);
    },
    async read(id, { clients }, olds) {
      const state = await unlessMissing(setting.get(clients.s3, id, olds), "NoSuchBucket");
      return state === undefined ? undefined : { bucket: id, ...state };
    },
    async delete(id, _inputs, { clients }) {
      await unlessMissing(setting.remove(clients.s3, id), "NoSuchBucket");
    },
  });
}
