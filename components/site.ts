/** What every part of a stack's lake needs to know of where it is. */
import type * as pulumi from "@pulumi/pulumi";
import { createKeyAccess, type KeyAccess } from "./access/key-access.ts";
import { AccessLedger } from "./access/ledger.ts";
import { createArns, type Arns } from "./arns.ts";
import { createNames, type Names } from "./names.ts";
import type { Settings } from "./settings.ts";

/** A stack's place in AWS. Plain data, but for the ledger, which notes every role. */
export interface Site {
  readonly settings: Settings;
  readonly names: Names;
  readonly arns: Arns;
  /** How to use the lake's key. */
  readonly key: KeyAccess;
  /** Every role of the stack and its grants. */
  readonly access: AccessLedger;
  /** What no role of the stack can exceed, by ARN. */
  readonly boundaryArn: string;
  /** What must be there before a role: the boundary. */
  readonly beforeRoles: readonly pulumi.Resource[];
}

/** The place of a stack with these settings. */
export function createSite(settings: Settings): Site {
  const names = createNames(settings);
  const arns = createArns(settings);
  return {
    ...{ settings, names, arns },
    key: createKeyAccess(arns, names.alias("lake")),
    access: new AccessLedger(),
    boundaryArn: arns.policy(names.policy("boundary")),
    beforeRoles: [],
  };
}

/**
 * Options of whatever holds data, and of what protects it: both stay when the stack goes, unless both keys to destroy
 * data say so; where the profile never lets data go, the engine refuses to destroy the stack at all.
 */
export function keepsData(
  site: Pick<Site, "settings">,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  const { destroyData, mayDestroyData } = site.settings;
  return { ...opts, retainOnDelete: !destroyData, protect: !mayDestroyData };
}
