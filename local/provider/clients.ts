/** The AWS clients of the stand-in provider, all with the deployer's credentials and the emulator's endpoint. */
import { Agent } from "node:https";
import { AthenaClient } from "@aws-sdk/client-athena";
import { BudgetsClient } from "@aws-sdk/client-budgets";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GlueClient } from "@aws-sdk/client-glue";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LakeFormationClient } from "@aws-sdk/client-lakeformation";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { RDSClient } from "@aws-sdk/client-rds";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";

/** Where requests go and who makes them. */
export interface Connection {
  readonly endpoint: string;
  /** The PEM text of the certificate that the endpoint shows. */
  readonly certificate: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    /** Of temporary credentials. */
    readonly sessionToken?: string;
  };
}

/** Makes one client a service. */
export function createClients({ certificate, ...rest }: Connection) {
  const connection = {
    ...rest,
    requestHandler: { httpsAgent: new Agent({ ca: certificate, keepAlive: true }) },
  };
  return {
    athena: new AthenaClient(connection),
    budgets: new BudgetsClient(connection),
    cloudwatch: new CloudWatchClient(connection),
    ec2: new EC2Client(connection),
    ecr: new ECRClient(connection),
    events: new EventBridgeClient(connection),
    glue: new GlueClient(connection),
    iam: new IAMClient(connection),
    kms: new KMSClient(connection),
    lakeFormation: new LakeFormationClient(connection),
    lambda: new LambdaClient(connection),
    logs: new CloudWatchLogsClient(connection),
    rds: new RDSClient(connection),
    s3: new S3Client({ ...connection, forcePathStyle: true }),
    scheduler: new SchedulerClient(connection),
    secretsManager: new SecretsManagerClient(connection),
    sns: new SNSClient(connection),
    // A queue's URL names AWS's host; the requests go to the endpoint all the same.
    sqs: new SQSClient({ ...connection, useQueueUrlAsEndpoint: false }),
    sts: new STSClient(connection),
  };
}

/** One client a service. */
export type Clients = ReturnType<typeof createClients>;
