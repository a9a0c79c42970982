/** aws.s3.BucketLifecycleConfiguration. */
import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  type LifecycleRuleFilter,
  TransitionStorageClass,
} from "@aws-sdk/client-s3";
import * as v from "valibot";
import type { Properties } from "../values.ts";
import { integer, tagList, tagMap, text, unlessMissing } from "./common.ts";
import { defineSetting } from "./s3-setting.ts";

const sizes = { objectSizeGreaterThan: v.optional(integer), objectSizeLessThan: v.optional(integer) };

const filter = v.pipe(
  v.strictObject({
    prefix: v.optional(text),
    tag: v.optional(v.strictObject({ key: text, value: text })),
    and: v.optional(
      v.strictObject({ prefix: v.optional(text), tags: v.optional(v.record(text, text)), ...sizes }),
    ),
    ...sizes,
  }),
  // A filter that says nothing is one for every object.
  v.transform((given) => (Object.keys(given).length === 0 ? { ...given, prefix: "" } : given)),
);

const lifecycleRule = v.strictObject({
  id: text,
  status: v.picklist(["Enabled", "Disabled"]),
  filter: v.optional(filter, {}),
  expiration: v.optional(
    v.strictObject({
      days: v.optional(integer),
      date: v.optional(text),
      expiredObjectDeleteMarker: v.optional(v.boolean()),
    }),
  ),
  transitions: v.optional(
    v.array(
      v.strictObject({
        days: v.optional(integer),
        date: v.optional(text),
        storageClass: v.enum(TransitionStorageClass),
      }),
    ),
  ),
  noncurrentVersionExpiration: v.optional(
    v.strictObject({ noncurrentDays: integer, newerNoncurrentVersions: v.optional(integer) }),
  ),
  noncurrentVersionTransitions: v.optional(
    v.array(
      v.strictObject({
        noncurrentDays: integer,
        newerNoncurrentVersions: v.optional(integer),
        storageClass: v.enum(TransitionStorageClass),
      }),
    ),
  ),
  abortIncompleteMultipartUpload: v.optional(v.strictObject({ daysAfterInitiation: integer })),
});

type Rule = v.InferOutput<typeof lifecycleRule>;

const lifecycle = defineSetting({
  token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  inputs: v.strictObject({ bucket: text, rules: v.array(lifecycleRule) }),
  async get(s3, bucket) {
    const call = s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }));
    const rules = (await unlessMissing(call, "NoSuchLifecycleConfiguration"))?.Rules;
    return rules && { rules: rules.map(fromRule) };
  },
  put: (s3, { bucket, rules }) =>
    s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: bucket,
        LifecycleConfiguration: { Rules: rules.map(toRule) },
      }),
    ),
  remove: (s3, bucket) => s3.send(new DeleteBucketLifecycleCommand({ Bucket: bucket })),
});

function toRule(rule: Rule): LifecycleRule {
  const { expiration, noncurrentVersionExpiration: noncurrent } = rule;
  return {
    ID: rule.id,
    Status: rule.status,
    Filter: toFilter(rule.filter),
    ...(expiration && {
      Expiration: {
        Days: expiration.days,
        Date: toDate(expiration.date),
        ExpiredObjectDeleteMarker: expiration.expiredObjectDeleteMarker,
      },
    }),
    ...(rule.transitions && {
      Transitions: rule.transitions.map((one) => ({
        Days: one.days,
        Date: toDate(one.date),
        StorageClass: one.storageClass,
      })),
    }),
    ...(noncurrent && {
      NoncurrentVersionExpiration: {
        NoncurrentDays: noncurrent.noncurrentDays,
        NewerNoncurrentVersions: noncurrent.newerNoncurrentVersions,
      },
    }),
    ...(rule.noncurrentVersionTransitions && {
      NoncurrentVersionTransitions: rule.noncurrentVersionTransitions.map((one) => ({
        NoncurrentDays: one.noncurrentDays,
        NewerNoncurrentVersions: one.newerNoncurrentVersions,
        StorageClass: one.storageClass,
      })),
    }),
    ...(rule.abortIncompleteMultipartUpload && {
      AbortIncompleteMultipartUpload: {
        DaysAfterInitiation: rule.abortIncompleteMultipartUpload.daysAfterInitiation,
      },
    }),
  };
}

function toFilter({ prefix, tag, and, ...rest }: Rule["filter"]): LifecycleRuleFilter {
  return {
    ...(prefix !== undefined && { Prefix: prefix }),
    ...(tag && { Tag: { Key: tag.key, Value: tag.value } }),
    ...(and && { And: { Prefix: and.prefix, Tags: tagList(and.tags), ...toSizes(and) } }),
    ...toSizes(rest),
  };
}

function toSizes(given: {
  objectSizeGreaterThan?: number | undefined;
  objectSizeLessThan?: number | undefined;
}) {
  return {
    ...(given.objectSizeGreaterThan !== undefined && { ObjectSizeGreaterThan: given.objectSizeGreaterThan }),
    ...(given.objectSizeLessThan !== undefined && { ObjectSizeLessThan: given.objectSizeLessThan }),
  };
}

function toDate(date: string | undefined): Date | undefined {
  return date === undefined ? undefined : new Date(date);
}

function fromRule(rule: LifecycleRule): Properties {
  const { Expiration: expiration, NoncurrentVersionExpiration: noncurrent } = rule;
  return {
    id: rule.ID,
    status: rule.Status,
    filter: fromFilter(rule.Filter ?? {}),
    expiration: expiration && {
      days: expiration.Days,
      date: fromDate(expiration.Date),
      expiredObjectDeleteMarker: expiration.ExpiredObjectDeleteMarker,
    },
    transitions: rule.Transitions?.map((one) => ({
      days: one.Days,
      date: fromDate(one.Date),
      storageClass: one.StorageClass,
    })),
    noncurrentVersionExpiration: noncurrent && {
      noncurrentDays: noncurrent.NoncurrentDays,
      newerNoncurrentVersions: noncurrent.NewerNoncurrentVersions,
    },
    noncurrentVersionTransitions: rule.NoncurrentVersionTransitions?.map((one) => ({
      noncurrentDays: one.NoncurrentDays,
      newerNoncurrentVersions: one.NewerNoncurrentVersions,
      storageClass: one.StorageClass,
    })),
    abortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload && {
      daysAfterInitiation: rule.AbortIncompleteMultipartUpload.DaysAfterInitiation,
    },
  };
}

function fromFilter(found: LifecycleRuleFilter): Properties {
  const isAll = !found.Tag && !found.And && !found.ObjectSizeGreaterThan && !found.ObjectSizeLessThan;
  return {
    prefix: found.Prefix ?? (isAll ? "" : undefined),
    tag: found.Tag && { key: found.Tag.Key, value: found.Tag.Value },
    and: found.And && {
      prefix: found.And.Prefix || undefined,
      tags: tagMap(found.And.Tags),
      objectSizeGreaterThan: found.And.ObjectSizeGreaterThan,
      objectSizeLessThan: found.And.ObjectSizeLessThan,
    },
    objectSizeGreaterThan: found.ObjectSizeGreaterThan,
    objectSizeLessThan: found.ObjectSizeLessThan,
  };
}

function fromDate(date: Date | undefined): string | undefined {
  return date?.toISOString().replace(".000Z", "Z");
}

/** The rules by which a bucket's objects age. */
export const s3LifecycleTypes = [lifecycle];
