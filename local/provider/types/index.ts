/** Every resource type that the local AWS serves, by token. */
import type { ResourceType } from "../resource-type.ts";
import { athenaTypes } from "./athena.ts";
import { athenaQueryTypes } from "./athena-queries.ts";
import { budgetTypes } from "./budgets.ts";
import { cloudwatchTypes } from "./cloudwatch.ts";
import { dashboardTypes } from "./dashboards.ts";
import { ec2Types } from "./ec2.ts";
import { ec2EndpointTypes } from "./ec2-endpoints.ts";
import { ec2SecurityGroupTypes } from "./ec2-security-groups.ts";
import { ecrTypes } from "./ecr.ts";
import { eventBusTypes } from "./event-buses.ts";
import { eventTypes } from "./events.ts";
import { glueTypes } from "./glue.ts";
import { glueCrawlerTypes } from "./glue-crawlers.ts";
import { glueSettingTypes } from "./glue-settings.ts";
import { iamTypes } from "./iam.ts";
import { iamPeopleTypes } from "./iam-people.ts";
import { kmsTypes } from "./kms.ts";
import { lakeFormationTypes } from "./lake-formation.ts";
import { lakeFormationGrantTypes } from "./lake-formation-grants.ts";
import { lambdaTypes } from "./lambda.ts";
import { lambdaEventSourceTypes } from "./lambda-event-sources.ts";
import { lambdaFunctionTypes } from "./lambda-function.ts";
import { logTypes } from "./logs.ts";
import { rdsGroupTypes } from "./rds.ts";
import { rdsInstanceTypes } from "./rds-instance.ts";
import { s3BucketTypes } from "./s3-bucket.ts";
import { s3LifecycleTypes } from "./s3-lifecycle.ts";
import { s3LoggingTypes } from "./s3-logging.ts";
import { s3SettingTypes } from "./s3-settings.ts";
import { schedulerTypes } from "./scheduler.ts";
import { secretsManagerTypes } from "./secrets-manager.ts";
import { snsTypes } from "./sns.ts";
import { sqsTypes } from "./sqs.ts";

/** Types by token, as the engine writes them in URNs. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [
    athenaTypes,
    athenaQueryTypes,
    budgetTypes,
    cloudwatchTypes,
    dashboardTypes,
    ec2Types,
    ec2EndpointTypes,
    ec2SecurityGroupTypes,
    ecrTypes,
    eventBusTypes,
    eventTypes,
    glueTypes,
    glueCrawlerTypes,
    glueSettingTypes,
    iamTypes,
    iamPeopleTypes,
    kmsTypes,
    lakeFormationTypes,
    lakeFormationGrantTypes,
    lambdaTypes,
    lambdaEventSourceTypes,
    lambdaFunctionTypes,
    logTypes,
    rdsGroupTypes,
    rdsInstanceTypes,
    s3BucketTypes,
    s3LifecycleTypes,
    s3LoggingTypes,
    s3SettingTypes,
    schedulerTypes,
    secretsManagerTypes,
    snsTypes,
    sqsTypes,
  ]
    .flat()
    .map((type) => [type.token, type]),
);
