/**
 * Holds the pack's two tables against the type declarations of @pulumi/aws: what looks like an ACL or a policy
 * document is in the table, or excluded here with a reason. A provider upgrade that brings a new one fails here.
 */
import assert from "node:assert/strict";
import type { Plain, PlainObject } from "../../policy-pack/plain.ts";
import { s3AclPublic } from "../../policy-pack/rules/s3-acl-public.ts";
import { ACL_CARRIERS } from "../../policy-pack/stack/acl-carriers.ts";
import { documentsOf, POLICY_DOCUMENTS } from "../../policy-pack/stack/policy-documents.ts";
import { ACL_EXCLUSIONS, DOCUMENT_EXCLUSIONS } from "./table-exclusions.ts";
import type { Exclusions } from "./table-exclusions.ts";
import { ProviderTypes } from "./provider-types.ts";
import type { Property, ResourceProperty } from "./provider-types.ts";

const provider = new ProviderTypes();
const aclPlaces = Object.entries(ACL_CARRIERS).flatMap(([type, places]) =>
  places.map((place) => ({ type, place })),
);
const documentPlaces = Object.entries(POLICY_DOCUMENTS).flatMap(([type, places]) =>
  places.map((place) => ({ type, place })),
);

describe("the declarations of the AWS package", () => {
  it("are read as they are: a nested list, a documented property, a map", () => {
    const [found] = provider.find(({ name }) => name === "frameCaptureS3Settings");

    assert.ok(provider.resources.size > 1500, String(provider.resources.size));
    assert.equal(found?.resource, "aws:medialive/channel:Channel");
    assert.match(found.path, /^encoderSettings\.outputGroups\.\[\]\.outputGroupSettings\.frameCapture/);
    assert.match(provider.resources.get("aws:sqs/queue:Queue")?.[0]?.doc ?? "", /\w/);
    assert.ok(
      provider.has("aws:codepipeline/pipeline:Pipeline", "stages.[].actions.[].configuration.AnyKey"),
    );
    assert.ok(!provider.has("aws:codepipeline/pipeline:Pipeline", "stages.actions"));
    assert.ok(!provider.has("aws:sqs/queue:Queue", "acl"));
  });
});

describe("the table of ACL carriers", () => {
  it("names only properties that the provider has", () => {
    const named = aclPlaces.flatMap(({ type, place }) => {
      const absent = place.kind === "canned" ? place.absent?.enabledBy : undefined;
      const paths = [place.path, place.bucket, place.key, place.keyPrefix, place.region, absent];
      return paths.flatMap((path) => (path === undefined ? [] : [{ type, path }]));
    });

    assert.deepEqual(
      named.filter(({ type, path }) => !provider.has(type, path)),
      [],
    );
  });

  it("holds every property that is an S3 ACL, or the exclusions say why not", () => {
    const read = aclPlaces.map(({ type, place }) => `${type} ${place.path}`);
    const unread = provider
      .find(looksLikeAcl)
      .map(keyOf)
      // What holds an ACL, and what is part of one, are in the table by that ACL.
      .filter((key) => !read.some((one) => one === key || isWithin(one, key) || isWithin(key, one)));

    assertExplained(unread, ACL_EXCLUSIONS);
  });

  for (const { type, place } of aclPlaces) {
    it(`is read at ${place.path} of ${type}`, () => {
      const enabled = place.kind === "canned" && place.absent !== undefined ? [place.absent.enabledBy] : [];
      const acl = place.kind === "canned" ? "public-read" : [publicGrant(place.form)];
      const props = plant([...enabled.map((path) => [path, true] as const), [place.path, acl]]);

      const found = s3AclPublic.check({
        ...{ type, name: "it", urn: "urn:it" },
        ...{ props, providerProps: {}, config: {} },
      });

      assert.deepEqual(
        found.map((each) => each.path.replace(/\[0\]$/, "")),
        [place.path.replaceAll(".[]", "[0]")],
      );
    });
  }
});

describe("the table of policy documents", () => {
  it("names only properties that the provider has", () => {
    assert.deepEqual(
      documentPlaces.filter(({ type, place }) => !provider.has(type, place.path)),
      [],
    );
  });

  it("holds every property that is an IAM policy document, or the exclusions say why not", () => {
    const read = documentPlaces.map(({ type, place }) => `${type} ${place.path}`);
    const found = provider.find(looksLikeDocument).map(keyOf);

    assert.deepEqual(
      read.filter((key) => !found.includes(key)),
      [],
      "what is in the table is found",
    );
    assertExplained(
      found.filter((key) => !read.includes(key)),
      DOCUMENT_EXCLUSIONS,
    );
  });

  for (const { type, place } of documentPlaces) {
    it(`is read at ${place.path} of ${type}`, () => {
      const found = documentsOf(type, plant([[place.path, "{}"]]));

      assert.deepEqual(found, [{ kind: place.kind, path: place.path.replaceAll(".[]", "[0]"), value: "{}" }]);
    });
  }
});

const ACL_NAME =
  /^acl$|(canned|object|bucket)_?acls?|acl(option|configuration)|^(target)?grants$|^accessControlPolicy$|^grantee/i;

function looksLikeAcl({ name, doc }: Property): boolean {
  return ACL_NAME.test(name) || /\bcanned\b/i.test(doc);
}

const DOCUMENT_NAME = /(polic(y|ies)|policy(document|body|text|template|content|json))$/i;
const DOCUMENT_DOC = /\bJSON\b[^.]{0,80}\bpolic|\bpolic[^.]{0,80}\bJSON\b|\bpolicy (content|document)\b/i;

function looksLikeDocument({ name, type, doc }: Property): boolean {
  if (!/\bstring\b|\.PolicyDocument\b/.test(type) || /\[\]|\[key: string\]/.test(type)) return false;
  return DOCUMENT_NAME.test(name) || DOCUMENT_DOC.test(doc);
}

function keyOf({ resource, path }: ResourceProperty): string {
  return `${resource} ${path}`;
}

function isWithin(key: string, outer: string): boolean {
  return key.startsWith(`${outer}.`);
}

/** Fails on a property that no exclusion names, and on an exclusion that names no property. */
function assertExplained(keys: readonly string[], exclusions: Exclusions): void {
  const excluded = Object.values(exclusions).flat();
  const nameOf = (key: string): string => key.slice(key.lastIndexOf(".") + 1).replace(/^.* /, "");
  const isExcluded = (key: string): boolean => excluded.includes(key) || excluded.includes(nameOf(key));

  assert.deepEqual(
    keys.filter((key) => !isExcluded(key)),
    [],
    "add each to the table of the pack, or to the exclusions with a reason",
  );
  assert.deepEqual(
    excluded.filter((each) => !keys.some((key) => key === each || nameOf(key) === each)),
    [],
    "remove each from the exclusions: the provider has it no more, or the table holds it",
  );
}

function publicGrant({ grantee, group }: { readonly grantee?: string; readonly group: string }): PlainObject {
  const name = group === "uri" ? "http://acs.amazonaws.com/groups/global/AllUsers" : "AllUsers";
  return grantee === undefined ? { [group]: name } : { [grantee]: { [group]: name } };
}

/** Properties that hold each value at its path. */
function plant(values: readonly (readonly [path: string, value: Plain])[]): PlainObject {
  return values.reduce<PlainObject>((props, [path, value]) => {
    const planted = plantOne(path.split("."), value);
    return merge(props, planted) as PlainObject;
  }, {});
}

function plantOne(steps: readonly string[], value: Plain): Plain {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const within = plantOne(rest, value);
  return step === "[]" ? [within] : { [step]: within };
}

function merge(one: Plain | undefined, other: Plain): Plain {
  if (!isObject(one) || !isObject(other)) return other;
  const entries = Object.entries(other).map(([key, value]) => [key, merge(one[key], value)] as const);
  return { ...one, ...Object.fromEntries(entries) };
}

function isObject(value: Plain | undefined): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
