/** The account's Lake Formation settings. @see https://docs.aws.amazon.com/lake-formation/latest/dg/change-settings.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What {@link LakeFormationSettings} is made of. */
export interface LakeFormationSettingsArgs {
  /** The account whose settings they are. */
  readonly accountId: string;
  /** The administrators to add to those that there are, by ARN. */
  readonly admins: readonly string[];
}

/**
 * Lake Formation's settings of the account and region: there is one of them, whichever stack asks. Administrators are
 * added to those that there are and never taken away, other settings are left as they are found, and the settings
 * stay when the stack goes. New databases and tables are no longer open to everybody whom IAM lets in
 * (IAMAllowedPrincipals): Lake Formation's own permissions count.
 */
export class LakeFormationSettings extends pulumi.ComponentResource {
  constructor(name: string, args: LakeFormationSettingsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:governance:LakeFormationSettings", name, args, opts);
    const found = aws.lakeformation.getDataLakeSettingsOutput(
      { catalogId: args.accountId },
      { parent: this, async: true },
    );
    new aws.lakeformation.DataLakeSettings(
      name,
      { catalogId: args.accountId, ...mergedSettings(found, args.admins) },
      { parent: this, retainOnDelete: true },
    );
    this.registerOutputs({});
  }
}

/** The settings as they are, with the administrators added, and with nothing open by default. */
function mergedSettings(
  found: pulumi.Output<aws.lakeformation.GetDataLakeSettingsResult>,
  admins: readonly string[],
): aws.lakeformation.DataLakeSettingsArgs {
  return {
    admins: found.admins.apply((before) => [...new Set([...before, ...admins])]),
    readOnlyAdmins: found.readOnlyAdmins,
    // Empty is what turns Lake Formation's own permissions on.
    createDatabaseDefaultPermissions: [],
    createTableDefaultPermissions: [],
    trustedResourceOwners: found.trustedResourceOwners,
    allowExternalDataFiltering: found.allowExternalDataFiltering,
    allowFullTableExternalDataAccess: found.allowFullTableExternalDataAccess,
    externalDataFilteringAllowLists: found.externalDataFilteringAllowLists,
    authorizedSessionTagValueLists: found.authorizedSessionTagValueLists,
    // Lake Formation tells more parameters than it takes.
    parameters: found.parameters.apply(({ CROSS_ACCOUNT_VERSION: version }) =>
      version === undefined ? {} : { CROSS_ACCOUNT_VERSION: version },
    ),
  };
}
