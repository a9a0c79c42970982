/** Tags on everything that takes some. @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
import type * as pulumi from "@pulumi/pulumi";
import type { DataClass } from "./settings.ts";

/** The types of the program that take tags, and whether they hold data. */
export const TAGGED_TYPES: Readonly<Record<string, { readonly holdsData: boolean }>> = {
  "aws:s3/bucket:Bucket": { holdsData: true },
  "aws:sqs/queue:Queue": { holdsData: true },
  "aws:cloudwatch/logGroup:LogGroup": { holdsData: true },
  "aws:rds/instance:Instance": { holdsData: true },
  "aws:secretsmanager/secret:Secret": { holdsData: true },
  "aws:kms/key:Key": { holdsData: true },
  "aws:athena/workgroup:Workgroup": { holdsData: true },
  "aws:glue/catalogDatabase:CatalogDatabase": { holdsData: false },
  "aws:glue/connection:Connection": { holdsData: false },
  "aws:glue/crawler:Crawler": { holdsData: false },
  "aws:iam/policy:Policy": { holdsData: false },
  "aws:iam/role:Role": { holdsData: false },
  "aws:iam/user:User": { holdsData: false },
  "aws:lambda/function:Function": { holdsData: false },
  "aws:lambda/eventSourceMapping:EventSourceMapping": { holdsData: false },
  "aws:cloudwatch/eventRule:EventRule": { holdsData: false },
  "aws:cloudwatch/eventBus:EventBus": { holdsData: false },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { holdsData: false },
  "aws:scheduler/scheduleGroup:ScheduleGroup": { holdsData: false },
  "aws:sns/topic:Topic": { holdsData: false },
  "aws:budgets/budget:Budget": { holdsData: false },
  "awsx:ecr:Repository": { holdsData: false },
  "aws:ec2/vpc:Vpc": { holdsData: false },
  "aws:ec2/subnet:Subnet": { holdsData: false },
  "aws:ec2/routeTable:RouteTable": { holdsData: false },
  "aws:ec2/securityGroup:SecurityGroup": { holdsData: false },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": { holdsData: false },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { holdsData: false },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": { holdsData: false },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": { holdsData: false },
  "aws:rds/subnetGroup:SubnetGroup": { holdsData: false },
  "aws:rds/parameterGroup:ParameterGroup": { holdsData: false },
};

/**
 * Tags each resource with the component that made it and the class of the data in it, beside the project and the stack,
 * which the provider tags everything with.
 */
export function tagging(dataClass: DataClass): pulumi.ResourceTransformation {
  return ({ type, props, opts }) => {
    const kind = TAGGED_TYPES[type];
    if (kind === undefined) return undefined;
    const own = (props as { readonly tags?: Readonly<Record<string, string>> }).tags;
    const tags = {
      component: nameOf(opts.parent),
      "data-class": kind.holdsData ? dataClass : "none",
      ...own,
    };
    return { props: { ...props, tags }, opts };
  };
}

/** A component's name in the program. */
function nameOf(parent: pulumi.Resource | undefined): string {
  // The SDK keeps it there, and says it nowhere else before the engine has answered.
  return (parent as unknown as { readonly __name?: string } | undefined)?.__name ?? "stack";
}
