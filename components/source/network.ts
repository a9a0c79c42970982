/** A network that nothing leaves: for a database, and for the crawler that reads it. @see https://docs.aws.amazon.com/glue/latest/dg/setup-vpc-for-glue-access.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { documentText, resourcePolicy } from "../access/documents.ts";
import { allowOwnAccountToS3 } from "../access/resource-policies.ts";
import type { Named } from "../names.ts";
import { keepsData, type Site } from "../site.ts";

/** What a {@link PrivateNetwork} is made of. */
export interface PrivateNetworkArgs {
  readonly site: Site;
  /** The database's port. */
  readonly databasePort: number;
  /** Two availability zones of the region, by letter. */
  readonly zones: readonly [string, string];
}

/** The network and its subnets, one an availability zone: RDS wants two. */
const NETWORK_CIDR = "10.76.0.0/24";
const SUBNET_CIDRS = ["10.76.0.0/26", "10.76.0.64/26"] as const;

/** AWS services that the crawler calls from inside. */
const SERVICES = ["secretsmanager", "glue", "logs"] as const;

const HTTPS = 443;

/**
 * A network without a way to the internet: no gateway, no NAT. AWS is reached by endpoints: S3 for this account's own
 * users and roles alone. The database takes connections from crawlers alone.
 */
export class PrivateNetwork extends pulumi.ComponentResource {
  /** Each is unknown until it exists. */
  readonly subnetIds: readonly pulumi.Output<string>[];
  /** Where the first subnet is. */
  readonly availabilityZone: string;
  /** What the database is to be in. Unknown until it exists. */
  readonly databaseSecurityGroupId: pulumi.Output<string>;
  /** What its crawlers are to be in. Unknown until it exists. */
  readonly crawlerSecurityGroupId: pulumi.Output<string>;

  readonly #kept: pulumi.CustomResourceOptions;

  constructor(name: string, args: PrivateNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, databasePort, zones } = args;
    super("sluice:source:PrivateNetwork", name, { databasePort, zones }, opts);
    // A database that stays needs its network.
    this.#kept = keepsData(site, { parent: this });
    this.availabilityZone = `${site.settings.region}${zones[0]}`;
    const vpc = new aws.ec2.Vpc(
      name,
      { cidrBlock: NETWORK_CIDR, enableDnsSupport: true, enableDnsHostnames: true },
      this.#kept,
    );
    // What forgets to name a group gets the default one, which lets nothing in or out.
    new aws.ec2.DefaultSecurityGroup(`${name}-default`, { vpcId: vpc.id }, this.#kept);
    const routes = new aws.ec2.RouteTable(`${name}-routes`, { vpcId: vpc.id, routes: [] }, this.#kept);
    this.subnetIds = this.createSubnets(name, args, vpc, routes);

    const database = this.createGroup(site, vpc, "source", "The database");
    const crawler = this.createGroup(site, vpc, "crawler", "Crawlers of the database");
    const endpoints = this.createGroup(site, vpc, "endpoints", "AWS services");
    this.databaseSecurityGroupId = database.id;
    this.crawlerSecurityGroupId = crawler.id;
    this.allow(`${name}-crawler-to-database`, crawler, database, databasePort);
    this.allow(`${name}-crawler-to-endpoints`, crawler, endpoints, HTTPS);
    this.allowAmongCrawlers(name, crawler);
    this.createEndpoints(name, site, vpc, routes, endpoints, crawler);
    this.registerOutputs({});
  }

  private createSubnets(
    name: string,
    { site: { settings }, zones }: PrivateNetworkArgs,
    vpc: aws.ec2.Vpc,
    routes: aws.ec2.RouteTable,
  ): pulumi.Output<string>[] {
    return zones.map((letter, index) => {
      const cidrBlock = SUBNET_CIDRS[index] ?? NETWORK_CIDR;
      const subnet = new aws.ec2.Subnet(
        `${name}-${letter}`,
        {
          vpcId: vpc.id,
          cidrBlock,
          availabilityZone: `${settings.region}${letter}`,
          mapPublicIpOnLaunch: false,
        },
        this.#kept,
      );
      new aws.ec2.RouteTableAssociation(
        `${name}-${letter}`,
        { subnetId: subnet.id, routeTableId: routes.id },
        this.#kept,
      );
      return subnet.id;
    });
  }

  private createGroup(
    { names }: Site,
    vpc: aws.ec2.Vpc,
    what: Named<"securityGroup">,
    description: string,
  ): aws.ec2.SecurityGroup {
    return new aws.ec2.SecurityGroup(
      `${what}-group`,
      { name: names.securityGroup(what), description, vpcId: vpc.id, revokeRulesOnDelete: true },
      this.#kept,
    );
  }

  /** Lets one group in to a port of another, and out to it. */
  private allow(name: string, from: aws.ec2.SecurityGroup, to: aws.ec2.SecurityGroup, port: number): void {
    const rule = { ipProtocol: "tcp", fromPort: port, toPort: port };
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-out`,
      { securityGroupId: from.id, referencedSecurityGroupId: to.id, ...rule },
      this.#kept,
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-in`,
      { securityGroupId: to.id, referencedSecurityGroupId: from.id, ...rule },
      this.#kept,
    );
  }

  /** Glue's own parts talk to each other on any port. @see https://docs.aws.amazon.com/glue/latest/dg/setup-vpc-for-glue-access.html */
  private allowAmongCrawlers(name: string, crawler: aws.ec2.SecurityGroup): void {
    const rule = { ipProtocol: "tcp", fromPort: 0, toPort: 65_535 };
    const itself = { securityGroupId: crawler.id, referencedSecurityGroupId: crawler.id, ...rule };
    new aws.vpc.SecurityGroupEgressRule(`${name}-among-crawlers-out`, itself, this.#kept);
    new aws.vpc.SecurityGroupIngressRule(`${name}-among-crawlers-in`, itself, this.#kept);
  }

  private createEndpoints(
    name: string,
    { arns }: Site,
    vpc: aws.ec2.Vpc,
    routes: aws.ec2.RouteTable,
    group: aws.ec2.SecurityGroup,
    crawler: aws.ec2.SecurityGroup,
  ): void {
    const serviceName = (service: string): string => endpointServiceName(arns, service);
    const s3 = new aws.ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId: vpc.id,
        serviceName: serviceName("s3"),
        vpcEndpointType: "Gateway",
        routeTableIds: [routes.id],
        policy: documentText(resourcePolicy([allowOwnAccountToS3(arns)])),
      },
      this.#kept,
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-crawler-to-s3`,
      {
        securityGroupId: crawler.id,
        prefixListId: s3.prefixListId,
        ...{ ipProtocol: "tcp", fromPort: HTTPS, toPort: HTTPS },
      },
      this.#kept,
    );
    for (const service of SERVICES) {
      new aws.ec2.VpcEndpoint(
        `${name}-${service}`,
        {
          vpcId: vpc.id,
          serviceName: serviceName(service),
          vpcEndpointType: "Interface",
          subnetIds: [...this.subnetIds],
          securityGroupIds: [group.id],
          privateDnsEnabled: true,
        },
        this.#kept,
      );
    }
  }
}

/** @see https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
function endpointServiceName({ partition, region }: Site["arns"], service: string): string {
  // In China the services that were there first have another beginning than S3.
  const start = partition === "aws-cn" && service !== "s3" ? "cn.com.amazonaws" : "com.amazonaws";
  return `${start}.${region}.${service}`;
}
