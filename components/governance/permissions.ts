/** Lake Formation's permissions, from the grants of the roles. @see https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LakeFormationResource, LakeFormationRight } from "../access/grant.ts";
import type { Holder } from "../access/ledger.ts";
import type { Arns } from "../arns.ts";

/** What {@link LakeFormationPermissions} are made of. */
export interface LakeFormationPermissionsArgs {
  /** `site.arns`. */
  readonly arns: Arns;
  /** The roles: whatever their grants ask of Lake Formation is given to them. */
  readonly holders: readonly Holder[];
}

/** Every Lake Formation permission that the roles' grants hold, each once a role. None is `ALL`, none can be handed on. */
export class LakeFormationPermissions extends pulumi.ComponentResource {
  constructor(name: string, args: LakeFormationPermissionsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { arns, holders } = args;
    super("sluice:governance:LakeFormationPermissions", name, { holders: holders.map(rightsOf) }, opts);
    for (const holder of holders) {
      for (const { label, right } of rightsOf(holder).rights) {
        new aws.lakeformation.Permissions(
          `${name}-${holder.name}-${label}`,
          {
            catalogId: arns.accountId,
            principal: holder.arn,
            permissions: [...right.permissions],
            ...resourceArgs(right.resource, arns),
          },
          // Lake Formation gives nothing to somebody who is not there.
          { parent: this, ...(holder.resource && { dependsOn: [holder.resource] }) },
        );
      }
    }
    this.registerOutputs({});
  }
}

/** A role's rights, each once, by what they are on. */
function rightsOf({ name, grants }: Holder) {
  const byLabel = new Map<string, LakeFormationRight>();
  for (const right of grants.flatMap((grant) => grant.lakeFormation ?? [])) {
    const label = labelOf(right.resource);
    const before = byLabel.get(label)?.permissions ?? [];
    byLabel.set(label, { ...right, permissions: [...new Set([...before, ...right.permissions])] });
  }
  return { holder: name, rights: [...byLabel].map(([label, right]) => ({ label, right })) };
}

function labelOf(resource: LakeFormationResource): string {
  switch (resource.kind) {
    case "database":
      return resource.databaseName;
    case "table":
      return [resource.databaseName, resource.tableName, ...(resource.columns ?? [])].join(".");
    case "cells":
      return [resource.databaseName, resource.tableName, resource.filterName].join(".");
    case "tagged":
      return [
        resource.type,
        ...Object.entries(resource.tags).map(([key, values]) => `${key}=${values.join("+")}`),
      ].join(".");
  }
}

function resourceArgs(
  resource: LakeFormationResource,
  { accountId }: Arns,
): Omit<aws.lakeformation.PermissionsArgs, "principal" | "permissions"> {
  switch (resource.kind) {
    case "database":
      return { database: { name: resource.databaseName, catalogId: accountId } };
    case "table":
      // SELECT is a right to columns; given on the table as a whole, each deployment takes it away and gives it again.
      return {
        tableWithColumns: {
          ...{ databaseName: resource.databaseName, name: resource.tableName, catalogId: accountId },
          ...(resource.columns === undefined ? { wildcard: true } : { columnNames: [...resource.columns] }),
        },
      };
    case "cells":
      return {
        dataCellsFilter: {
          ...{ databaseName: resource.databaseName, tableName: resource.tableName },
          ...{ name: resource.filterName, tableCatalogId: accountId },
        },
      };
    case "tagged":
      return {
        lfTagPolicy: {
          catalogId: accountId,
          resourceType: resource.type,
          expressions: Object.entries(resource.tags).map(([key, values]) => ({ key, values: [...values] })),
        },
      };
  }
}
