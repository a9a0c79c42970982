/** Every resource type that the local AWS serves, by token. */
import type { ResourceType } from "../resource-type.ts";
import { athenaTypes } from "./athena.ts";
import { eventTypes } from "./events.ts";
import { glueTypes } from "./glue.ts";
import { iamTypes } from "./iam.ts";
import { lambdaTypes } from "./lambda.ts";
import { logTypes } from "./logs.ts";
import { s3BucketTypes } from "./s3-bucket.ts";
import { s3SettingTypes } from "./s3-settings.ts";
import { sqsTypes } from "./sqs.ts";

/** Types by token, as the engine writes them in URNs. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [
    athenaTypes,
    eventTypes,
    glueTypes,
    iamTypes,
    lambdaTypes,
    logTypes,
    s3BucketTypes,
    s3SettingTypes,
    sqsTypes,
  ]
    .flat()
    .map((type) => [type.token, type]),
);
