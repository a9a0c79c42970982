/** A network for a database, and for whatever reads it. */
import * as aws from "@pulumi/aws";
import { PrivateNetwork } from "../../components/source/network.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site }) => {
    const network = new PrivateNetwork("network", { site, databasePort: 5432, zones: ["a", "b"] });

    new aws.rds.SubnetGroup("subnets", {
      name: site.names.dbSubnetGroup("source"),
      description: "Private subnets",
      subnetIds: [...network.subnetIds],
    });
  });
  /// hide
}
