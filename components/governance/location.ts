/** A zone whose data Lake Formation gives out. @see https://docs.aws.amazon.com/lake-formation/latest/dg/register-data-lake.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Role } from "../access/role.ts";
import type { Site } from "../site.ts";
import type { ZoneBucket } from "../storage/zone-bucket.ts";

/** What a {@link RegisteredLocation} is made of. */
export interface RegisteredLocationArgs {
  readonly site: Site;
  /** The zone to register. */
  readonly zone: ZoneBucket;
}

/**
 * A zone's bucket, registered with Lake Formation, which reads it by a role of its own and hands out what its
 * permissions allow. The role reads and lists, and does nothing else: tables are filled past Lake Formation, by
 * functions that may write.
 * @see https://docs.aws.amazon.com/lake-formation/latest/dg/registration-role.html
 */
export class RegisteredLocation extends pulumi.ComponentResource {
  constructor(name: string, { site, zone }: RegisteredLocationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:governance:RegisteredLocation", name, { bucketName: zone.bucketName }, opts);
    const role = new Role(
      `${name}-role`,
      {
        site,
        what: "lake-formation",
        description: `Hands out the data of zone ${zone.zone}`,
        service: "lakeformation.amazonaws.com",
        sourceArn: site.arns.lakeFormation,
        grants: [zone.canRead(), zone.canList()],
      },
      { parent: this },
    );
    new aws.lakeformation.Resource(
      name,
      {
        arn: site.arns.bucket(zone.bucketName),
        roleArn: role.roleArn,
        // Nobody comes to the data by IAM alone.
        hybridAccessEnabled: false,
      },
      { parent: this, dependsOn: [role.policy, zone] },
    );
    this.registerOutputs({});
  }
}
