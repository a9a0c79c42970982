/** Where the resources of the program say what they are called. */
import type { NameKind } from "../../components/names.ts";
import type { Declared } from "./deploy.ts";

/** By type: the property that is the physical name, and the kind that it is in the names. */
const NAMED_BY: Readonly<Record<string, { readonly property: string; readonly kind: NameKind }>> = {
  "aws:s3/bucket:Bucket": { property: "bucket", kind: "bucket" },
  "aws:glue/catalogDatabase:CatalogDatabase": { property: "name", kind: "database" },
  "aws:athena/workgroup:Workgroup": { property: "name", kind: "workgroup" },
  "aws:glue/crawler:Crawler": { property: "name", kind: "crawler" },
  "aws:glue/connection:Connection": { property: "name", kind: "connection" },
  "aws:lambda/function:Function": { property: "name", kind: "function" },
  "awsx:ecr:Repository": { property: "name", kind: "repository" },
  "aws:iam/role:Role": { property: "name", kind: "role" },
  "aws:iam/policy:Policy": { property: "name", kind: "policy" },
  "aws:iam/group:Group": { property: "name", kind: "group" },
  "aws:cloudwatch/eventBus:EventBus": { property: "name", kind: "bus" },
  "aws:cloudwatch/eventRule:EventRule": { property: "name", kind: "rule" },
  "aws:scheduler/schedule:Schedule": { property: "name", kind: "schedule" },
  "aws:scheduler/scheduleGroup:ScheduleGroup": { property: "name", kind: "scheduleGroup" },
  "aws:sqs/queue:Queue": { property: "name", kind: "queue" },
  "aws:sns/topic:Topic": { property: "name", kind: "topic" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { property: "name", kind: "alarm" },
  "aws:cloudwatch/dashboard:Dashboard": { property: "dashboardName", kind: "dashboard" },
  "aws:budgets/budget:Budget": { property: "name", kind: "budget" },
  "aws:kms/alias:Alias": { property: "name", kind: "alias" },
  "aws:secretsmanager/secret:Secret": { property: "name", kind: "secret" },
  "aws:rds/instance:Instance": { property: "identifier", kind: "dbInstance" },
  "aws:rds/subnetGroup:SubnetGroup": { property: "name", kind: "dbSubnetGroup" },
  "aws:rds/parameterGroup:ParameterGroup": { property: "name", kind: "dbParameterGroup" },
  "aws:ec2/securityGroup:SecurityGroup": { property: "name", kind: "securityGroup" },
  "aws:lakeformation/lfTag:LfTag": { property: "key", kind: "lfTag" },
};

/** A resource that is called something. */
export interface NamedThing {
  readonly kind: NameKind;
  readonly name: string;
  readonly resource: Declared;
}

/** Everything declared that has a physical name of a kind. */
export function namedThings(declared: readonly Declared[]): NamedThing[] {
  return declared.flatMap((resource) => {
    const by = NAMED_BY[resource.type];
    return by === undefined ? [] : [{ kind: by.kind, name: String(resource.inputs[by.property]), resource }];
  });
}
