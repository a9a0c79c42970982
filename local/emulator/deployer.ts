/**
 * The IAM user that deploys to the local AWS. The emulator checks nothing for its root keys; with a user's keys its
 * IAM decides, as AWS's does.
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import { Agent } from "node:https";
import path from "node:path";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { withLock } from "../process.ts";
import { LOCAL_ACCOUNT } from "./emulator.ts";

/** An IAM user's keys. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const USER_NAME = "sluice-deployer";

/** The emulator takes these as its root, unchecked. */
const ROOT = { accessKeyId: "test", secretAccessKey: "test" };

/** The services that a deployment, an upload and a query use. */
const DEPLOYER_POLICY = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "DeployAndTry",
      Effect: "Allow",
      Action: [
        "athena:*",
        "budgets:*",
        "cloudwatch:*",
        "ec2:*",
        "ecr:*",
        "events:*",
        "glue:*",
        "iam:*",
        "kms:*",
        "lakeformation:*",
        "lambda:*",
        "logs:*",
        "rds:*",
        "s3:*",
        "scheduler:*",
        "secretsmanager:*",
        "sns:*",
        "sqs:*",
        "sts:GetCallerIdentity",
      ],
      Resource: "*",
    },
    {
      Sid: "BecomePeople",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: ["engineer", "analyst"].map((role) => `arn:aws:iam::${LOCAL_ACCOUNT}:role/*-${role}`),
    },
  ],
};

/**
 * Returns the deployer's keys, making user and keys where the emulator does not know those in the file. Safe to call
 * from two processes at once.
 * @param keyFile where the keys are kept between runs
 */
export async function ensureDeployer(
  connection: { readonly endpoint: string; readonly region: string; readonly certificate: string },
  keyFile: string,
): Promise<Credentials> {
  const { certificate, ...rest } = connection;
  const iam = new IAMClient({
    ...rest,
    credentials: ROOT,
    requestHandler: { httpsAgent: new Agent({ ca: certificate }) },
  });
  return withLock(
    path.dirname(keyFile),
    () => undefined,
    async () => {
      const kept = await readKeys(keyFile);
      if (kept === undefined || !(await isKnown(iam, kept))) return createKeys(iam, keyFile);
      // An older checkout may have made the user, with rights to fewer services.
      await putPolicy(iam);
      return kept;
    },
  );
}

async function createKeys(iam: IAMClient, keyFile: string): Promise<Credentials> {
  await iam.send(new CreateUserCommand({ UserName: USER_NAME })).catch(unlessExists);
  await putPolicy(iam);
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: USER_NAME }));
  const keys = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  await writeFile(`${keyFile}.partial`, JSON.stringify(keys), { mode: 0o600 });
  await rename(`${keyFile}.partial`, keyFile);
  return keys;
}

async function putPolicy(iam: IAMClient): Promise<void> {
  const PolicyDocument = JSON.stringify(DEPLOYER_POLICY);
  await iam.send(new PutUserPolicyCommand({ UserName: USER_NAME, PolicyName: "deploy", PolicyDocument }));
}

async function readKeys(keyFile: string): Promise<Credentials | undefined> {
  const text = await readFile(keyFile, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Credentials);
}

async function isKnown(iam: IAMClient, keys: Credentials): Promise<boolean> {
  const listed = await iam.send(new ListAccessKeysCommand({ UserName: USER_NAME })).catch(unlessMissing);
  return listed?.AccessKeyMetadata?.some(({ AccessKeyId }) => AccessKeyId === keys.accessKeyId) ?? false;
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof Error && error.name === "NoSuchEntityException")) throw error;
}

function unlessExists(error: unknown): undefined {
  if (!(error instanceof Error && error.name === "EntityAlreadyExistsException")) throw error;
}
