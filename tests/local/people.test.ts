/** What the lake's people can and cannot do, on the local AWS with IAM enforced. */
import assert from "node:assert/strict";
import {
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
  UpdateWorkGroupCommand,
} from "@aws-sdk/client-athena";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DeleteTableCommand,
  GetTableCommand,
  StartCrawlerCommand,
  UpdateCrawlerCommand,
} from "@aws-sdk/client-glue";
import { InvokeCommand, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { PurgeQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import type { Named } from "../../components/names.ts";
import { createClients, type Clients } from "../../local/provider/clients.ts";
import { deployLake, names } from "./lake.ts";
import { eventually, testAws, type TestAws } from "./local-aws.ts";

const RAW = names.bucket("raw");
const CURATED = names.bucket("curated");
const DENIED = { name: /AccessDenied|UnauthorizedOperation/ };

async function become(aws: TestAws, role: Named<"role">): Promise<Clients> {
  const { Credentials: given } = await aws.clients.sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::000000000000:role/${names.role(role)}`,
      RoleSessionName: "test",
    }),
  );
  assert(given?.AccessKeyId && given.SecretAccessKey);
  return createClients({
    endpoint: aws.local.emulator.endpoint,
    certificate: aws.local.certificate,
    region: "eu-west-1",
    credentials: {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      ...(given.SessionToken && { sessionToken: given.SessionToken }),
    },
  });
}

function queueUrl(queue: Named<"queue">): string {
  return `https://sqs.eu-west-1.amazonaws.com/000000000000/${names.queue(queue)}`;
}

async function runQuery({ athena }: Clients, workgroup: Named<"workgroup">): Promise<string> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: "SELECT count(*) FROM seattle_weather",
      WorkGroup: names.workgroup(workgroup),
      QueryExecutionContext: { Database: names.database("curated") },
    }),
  );
  return eventually("the end of the query", async () => {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const state = QueryExecution?.Status?.State;
    if (state !== "SUCCEEDED") return undefined;
    return QueryExecution?.ResultConfiguration?.OutputLocation;
  });
}

describe("the lake's people", function () {
  this.timeout(60_000);
  let aws: TestAws;
  let analyst: Clients;
  let engineer: Clients;

  before(async () => {
    aws = await testAws();
    await deployLake(aws);
    [analyst, engineer] = [await become(aws, "analyst"), await become(aws, "engineer")];
    const row = "date,precipitation,temp_max,temp_min,wind,weather\n2012-01-01,1,2,1,2,rain\n";
    await engineer.s3.send(
      new PutObjectCommand({ Bucket: RAW, Key: "seattle_weather/people.csv", Body: row }),
    );
    await eventually("a file in the curated zone", async () => {
      const listed = await aws.clients.s3.send(new ListObjectsV2Command({ Bucket: CURATED }));
      return listed.Contents?.[0];
    });
  });

  it("may query as analysts, and read the results of their own workgroup", async () => {
    const location = await runQuery(analyst, "lake");

    const [, key = ""] = /^s3:\/\/[^/]+\/(.*)$/.exec(location) ?? [];
    assert(key.startsWith(`${names.workgroup("lake")}/`), location);
    const result = await analyst.s3.send(new GetObjectCommand({ Bucket: names.bucket("results"), Key: key }));
    assert.match((await result.Body?.transformToString()) ?? "", /count/);
  });

  it("may not, as analysts, run queries elsewhere, or read what another workgroup found", async () => {
    await assert.rejects(runQuery(analyst, "engineering"), DENIED);
    const location = await runQuery(engineer, "engineering");
    const [, key = ""] = /^s3:\/\/[^/]+\/(.*)$/.exec(location) ?? [];
    await assert.rejects(
      analyst.s3.send(new GetObjectCommand({ Bucket: names.bucket("results"), Key: key })),
      DENIED,
    );
  });

  it("come to the curated zone's files by no way past Lake Formation, whoever they are", async () => {
    const { Contents } = await aws.clients.s3.send(new ListObjectsV2Command({ Bucket: CURATED }));
    const read = { Bucket: CURATED, Key: Contents?.[0]?.Key };

    for (const person of [analyst, engineer]) {
      await assert.rejects(person.s3.send(new GetObjectCommand(read)), DENIED);
      await assert.rejects(person.s3.send(new ListObjectsV2Command({ Bucket: CURATED })), DENIED);
      await assert.rejects(person.s3.send(new PutObjectCommand({ ...read, Body: "mine" })), DENIED);
    }
  });

  it("may fill the raw zone as engineers and not as analysts, and delete nothing there", async () => {
    const file = { Bucket: RAW, Key: "unheard_of/file.csv" };
    await engineer.s3.send(new PutObjectCommand({ ...file, Body: "a\n1\n" }));
    assert((await engineer.s3.send(new GetObjectCommand(file))).Body);

    await assert.rejects(analyst.s3.send(new PutObjectCommand({ ...file, Body: "a\n2\n" })), DENIED);
    await assert.rejects(analyst.s3.send(new GetObjectCommand(file)), DENIED);
    await assert.rejects(engineer.s3.send(new DeleteObjectCommand(file)), DENIED);
    await assert.rejects(
      engineer.s3.send(new PutObjectAclCommand({ ...file, ACL: "public-read" })),
      /AccessDenied|AccessControlListNotSupported/,
    );
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    await assert.rejects(engineer.s3.send(new PutBucketPolicyCommand({ Bucket: RAW, Policy })), DENIED);
  });

  it("may look tables up, and neither change nor delete one", async () => {
    const table = { DatabaseName: names.database("curated"), Name: "seattle_weather" };
    for (const person of [analyst, engineer]) {
      assert.equal((await person.glue.send(new GetTableCommand(table))).Table?.Name, "seattle_weather");
      await assert.rejects(person.glue.send(new DeleteTableCommand(table)), DENIED);
    }
    const other = { DatabaseName: names.database("raw"), Name: "seattle_weather" };
    await assert.rejects(analyst.glue.send(new GetTableCommand(other)), DENIED);
  });

  it("may run crawlers as engineers, and not change them", async () => {
    const crawler = { Name: names.crawler("raw") };
    await engineer.glue.send(new StartCrawlerCommand(crawler));

    await assert.rejects(analyst.glue.send(new StartCrawlerCommand(crawler)), DENIED);
    await assert.rejects(
      engineer.glue.send(
        new UpdateCrawlerCommand({ ...crawler, Role: "arn:aws:iam::000000000000:role/admin" }),
      ),
      DENIED,
    );
  });

  it("may look into failed events and the log as engineers; not throw events away, or change the function", async () => {
    const dead = { QueueUrl: queueUrl("ingest-dead") };
    await engineer.sqs.send(new ReceiveMessageCommand({ ...dead, VisibilityTimeout: 0 }));
    const log = { logGroupName: names.logGroup(names.function("ingest")) };
    await engineer.logs.send(new FilterLogEventsCommand(log));
    await engineer.lambda.send(
      new InvokeCommand({ FunctionName: names.function("ingest"), Payload: JSON.stringify({ Records: [] }) }),
    );

    await assert.rejects(analyst.sqs.send(new ReceiveMessageCommand(dead)), DENIED);
    await assert.rejects(analyst.logs.send(new FilterLogEventsCommand(log)), DENIED);
    await assert.rejects(engineer.sqs.send(new PurgeQueueCommand(dead)), DENIED);
    await assert.rejects(
      engineer.lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName: names.function("ingest"), MemorySize: 128 }),
      ),
      DENIED,
    );
  });

  it("may not change the settings that hold for their queries", async () => {
    const change = {
      WorkGroup: names.workgroup("lake"),
      ConfigurationUpdates: { EnforceWorkGroupConfiguration: false },
    };
    await assert.rejects(analyst.athena.send(new UpdateWorkGroupCommand(change)), DENIED);
    await assert.rejects(engineer.athena.send(new UpdateWorkGroupCommand(change)), DENIED);
  });

  it("become nobody else: a role of a service is none of theirs", async () => {
    for (const role of ["ingest", "crawl-raw", "lake-formation"] as const) {
      await assert.rejects(become(aws, role), DENIED);
    }
  });
});
