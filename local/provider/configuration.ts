/** The settings of an `aws` provider. */
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import * as v from "valibot";
import type { Context, Failure, Tags } from "./resource-type.ts";
import type { Properties } from "./values.ts";

/** What a program's `aws.Provider`, or the stack's `aws:` configuration, says. */
export interface Settings {
  readonly region: string;
  readonly defaultTags: Tags;
}

/** The settings that mean something here, and those that the SDK always sends, which do not. */
const PROVIDER_SETTINGS = new Set([
  ...["region", "allowedAccountIds", "defaultTags"],
  ...["skipCredentialsValidation", "skipRegionValidation", "version", "pluginDownloadURL"],
]);

/** The settings that the local AWS does not support. */
export function checkSettings(given: Properties): Failure[] {
  return Object.keys(given)
    .filter((name) => !PROVIDER_SETTINGS.has(name) && !name.startsWith("__"))
    .map((property) => ({
      property,
      reason: "the local AWS does not support this setting of the aws provider",
    }));
}

const settingsSchema = v.object({
  region: v.optional(v.string()),
  allowedAccountIds: v.optional(v.array(v.string())),
  defaultTags: v.optional(v.object({ tags: v.optional(v.record(v.string(), v.string())) })),
});

/**
 * Takes the settings over.
 * @throws for a region that the local AWS does not have, or an account that the settings do not allow
 */
export async function configure(given: Properties, context: Context): Promise<Settings> {
  const { region, allowedAccountIds, defaultTags } = v.parse(settingsSchema, fromJsonText(given));
  if (region !== undefined && region !== context.region) {
    throw new Error(`the local AWS has one region, ${context.region}; the provider's region is ${region}`);
  }
  if (allowedAccountIds !== undefined) {
    const { Account = "" } = await context.clients.sts.send(new GetCallerIdentityCommand({}));
    if (!allowedAccountIds.includes(Account)) {
      throw new Error(
        `AWS account ${Account} is not among the provider's allowedAccountIds: ${allowedAccountIds.join(", ")}`,
      );
    }
  }
  return { region: context.region, defaultTags: defaultTags?.tags ?? {} };
}

/** Settings that are no plain text come as JSON text. */
function fromJsonText(given: Properties): Properties {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      typeof value === "string" && /^[[{]/.test(value) ? (JSON.parse(value) as unknown) : value,
    ]),
  );
}
