/** A stack's lake with its provider, for index.ts and for programs that add to it. */
import * as aws from "@pulumi/aws";
import { Lake } from "./lake.ts";
import { createNames } from "./names.ts";
import { loadSettings, type Settings } from "./settings.ts";

/** What {@link deployLake} made. */
export interface Deployment {
  readonly settings: Settings;
  readonly provider: aws.Provider;
  readonly lake: Lake;
}

/**
 * Declares the lake of the stack that is being deployed, in the settings' account and region and in no other.
 * @throws {InvalidSettingsError} before any resource is declared
 * @throws {InvalidNameError} before any resource is declared
 */
export function deployLake(): Deployment {
  const settings = loadSettings();
  const names = createNames(settings);
  const provider = new aws.Provider("aws", {
    region: settings.region as aws.Region,
    allowedAccountIds: [settings.accountId],
    ...(settings.awsProfile !== undefined && { profile: settings.awsProfile }),
    defaultTags: { tags: { project: settings.project, stack: settings.stack } },
  });
  return { settings, provider, lake: new Lake("lake", { settings, names }, { providers: [provider] }) };
}
