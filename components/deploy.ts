/** A stack's lake with its provider, for index.ts and for programs that add to it. */
import * as aws from "@pulumi/aws";
import { Lake } from "./lake.ts";
import { loadSettings, type Settings } from "./settings.ts";
import { createSite } from "./site.ts";
import { tagging } from "./tags.ts";
import { refuseUnused, type Patch } from "./transform.ts";

/** How a program changes the lake, and adds to it. */
export interface DeployOptions {
  /** Changes to the arguments of what the lake's components make. @default none */
  readonly patches?: readonly Patch[];
  /** Adds to the lake: roles that use its key or zones must be declared here. @default nothing */
  readonly extend?: (lake: Lake) => void;
}

/** What {@link deployLake} made. */
export interface Deployment {
  readonly settings: Settings;
  readonly provider: aws.Provider;
  readonly lake: Lake;
}

/**
 * Declares the lake of the stack that is being deployed, in the settings' account and region and in no other.
 * @throws {InvalidSettingsError} before any resource is declared
 * @throws {UnusedPatchError} when a patch names a resource that there is not
 */
export function deployLake({ patches = [], extend }: DeployOptions = {}): Deployment {
  const settings = loadSettings();
  const site = createSite(settings);
  const provider = new aws.Provider("aws", {
    region: settings.region as aws.Region,
    allowedAccountIds: [settings.accountId],
    ...(settings.awsProfile !== undefined && { profile: settings.awsProfile }),
    defaultTags: { tags: { project: settings.project, stack: settings.stack } },
  });
  const lake = new Lake(
    "lake",
    { site },
    {
      providers: [provider],
      transformations: [tagging(settings.dataClass), ...patches.map(({ transformation }) => transformation)],
    },
  );
  extend?.(lake);
  lake.closeAccess();
  refuseUnused(patches);
  return { settings, provider, lake };
}
