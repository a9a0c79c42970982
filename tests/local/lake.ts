/** The deployed lake, for tests: files to drop into it, and what came of them. */
import assert from "node:assert/strict";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { createNames, type Named } from "../../components/names.ts";
import { eventually, type TestAws } from "./local-aws.ts";

/** The names of the stack "local". */
export const names = createNames({ project: "sluice", stack: "local", accountId: "000000000000" });

/** The header of the weather's files. */
export const HEADER = "date,precipitation,temp_max,temp_min,wind,weather";

/** What the ingestion logs of an event. */
export interface Entry {
  readonly message: string;
  readonly source?: { readonly versionId: string };
  readonly rowsWritten?: number;
  readonly rowsRejected?: number;
  readonly reason?: string;
  readonly error?: { readonly message: string };
}

/** Deploys the lake, or brings it up to date. */
export async function deployLake(aws: TestAws): Promise<void> {
  const up = await aws.pulumi(["up", "--yes", "--skip-preview"]);
  assert.equal(up.code, 0, up.stdout + up.stderr);
}

/** Puts a file into the raw zone and returns its version. */
export async function drop(aws: TestAws, key: string, body: string | Buffer): Promise<string> {
  const { VersionId } = await aws.clients.s3.send(
    new PutObjectCommand({ Bucket: names.bucket("raw"), Key: key, Body: body }),
  );
  assert(VersionId !== undefined);
  return VersionId;
}

/** The ingestion's own log entries about one version of a file. */
export async function entriesOf(aws: TestAws, versionId: string): Promise<Entry[]> {
  const logGroupName = names.logGroup(names.function("ingest"));
  const { events } = await aws.clients.logs.send(new FilterLogEventsCommand({ logGroupName, limit: 10_000 }));
  return (events ?? [])
    .map(({ message }) => message ?? "")
    .filter((message) => message.startsWith("{") && message.includes(versionId))
    .map((message) => JSON.parse(message) as Entry)
    .filter(({ source }) => source?.versionId === versionId);
}

/** What came of a version first. */
export async function outcomeOf(aws: TestAws, versionId: string): Promise<Entry> {
  return eventually(
    `the log entry of version ${versionId}`,
    async () => (await entriesOf(aws, versionId))[0],
  );
}

/** ETags of a bucket's objects by key. */
export async function objectsOf(aws: TestAws, bucket: string): Promise<Record<string, string>> {
  const { Contents } = await aws.clients.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Object.fromEntries((Contents ?? []).map(({ Key, ETag }) => [Key ?? "", ETag ?? ""]));
}

/** Sets a queue's attributes, by the emulator's root. */
export async function setQueue(
  { root }: TestAws,
  queue: Named<"queue">,
  Attributes: Record<string, string>,
): Promise<void> {
  const { QueueUrl } = await root.sqs.send(new GetQueueUrlCommand({ QueueName: names.queue(queue) }));
  await root.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
}

/** Lets a failed event come again at once, where half an hour passes else. */
export async function retryAtOnce(aws: TestAws): Promise<void> {
  await setQueue(aws, "ingest", { VisibilityTimeout: "1" });
}

/** Brings back what {@link retryAtOnce} changed. */
export async function retryAsDeployed(aws: TestAws): Promise<void> {
  await setQueue(aws, "ingest", { VisibilityTimeout: "1800" });
}

/** A statement of a role's policy, as far as tests change it. */
export interface RoleStatement {
  readonly Sid: string;
  readonly Action: readonly string[];
}

/** A role's rights changed for as long as `work` takes. */
export async function withRights<T>(
  { clients }: TestAws,
  role: Named<"role">,
  change: (statements: readonly RoleStatement[]) => readonly RoleStatement[],
  work: () => Promise<T>,
): Promise<T> {
  const policy = { RoleName: names.role(role), PolicyName: "grants" };
  const { PolicyDocument = "" } = await clients.iam.send(new GetRolePolicyCommand(policy));
  const granted = decodeURIComponent(PolicyDocument);
  const { Statement, ...rest } = JSON.parse(granted) as { Statement: RoleStatement[] };
  const changed = JSON.stringify({ ...rest, Statement: change(Statement) });
  assert.notEqual(changed.length, JSON.stringify({ ...rest, Statement }).length, "nothing was changed");
  await clients.iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: changed }));
  try {
    return await work();
  } finally {
    await clients.iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: granted }));
  }
}
