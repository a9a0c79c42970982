/** Roles for people. */
import * as pulumi from "@pulumi/pulumi";
import type { Grant } from "../access/grant.ts";
import { PersonRole } from "../access/role.ts";
import type { Site } from "../site.ts";
import { PersonGroup } from "./groups.ts";

/** What {@link People} are made of. */
export interface PeopleArgs {
  readonly site: Site;
  /** What an analyst may do. */
  readonly analyst: readonly Grant[];
  /** What an engineer may do. */
  readonly engineer: readonly Grant[];
}

/** Who may become what, and which users to make for it. */
interface Kind {
  readonly role: "analyst" | "engineer";
  readonly group: "analysts" | "engineers";
  readonly description: string;
  readonly grants: readonly Grant[];
  readonly principals: readonly string[];
  readonly userNames: readonly string[];
}

/**
 * The roles analyst and engineer, each there once somebody may assume it: principals that the configuration names, an
 * identity provider's people, or IAM users that are made for it.
 */
export class People extends pulumi.ComponentResource {
  /** Not there while nobody may assume it. */
  readonly analyst: PersonRole | undefined;
  /** Not there while nobody may assume it. */
  readonly engineer: PersonRole | undefined;

  constructor(name: string, args: PeopleArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site } = args;
    super("sluice:people:People", name, {}, opts);
    const { settings } = site;
    this.analyst = this.createRole(site, {
      ...{ role: "analyst", group: "analysts", grants: args.analyst },
      description: "Queries the curated zone and reads the results",
      principals: settings.analysts,
      userNames: settings.analystUsers,
    });
    this.engineer = this.createRole(site, {
      ...{ role: "engineer", group: "engineers", grants: args.engineer },
      description: "Fills the raw zone, runs crawlers, looks into what failed and sends it again",
      principals: settings.engineers,
      userNames: settings.engineerUsers,
    });
    this.registerOutputs({});
  }

  private createRole(site: Site, kind: Kind): PersonRole | undefined {
    const { samlProvider, mfaRequired } = site.settings;
    const { role, group, description, grants, userNames } = kind;
    const principals = [...kind.principals, ...userNames.map((user) => site.arns.user(user))];
    if (principals.length === 0 && samlProvider === undefined) return undefined;
    const users =
      userNames.length === 0
        ? []
        : [new PersonGroup(group, { site, what: group, userNames, role }, { parent: this })];
    return new PersonRole(
      role,
      {
        site,
        what: role,
        description,
        grants,
        principals,
        mfaRequired,
        ...(samlProvider && { samlProvider }),
      },
      // IAM refuses a trust in a user that is not there yet.
      { parent: this, dependsOn: users },
    );
  }
}
