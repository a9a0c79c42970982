/** The lake's roles, as people use them: the demo does nothing with the lake's data by the deployer's own rights. */
import { Agent } from "node:https";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { LOCAL_REGION } from "../emulator/emulator.ts";
import type { LocalAws } from "../environment.ts";

/** What a client of the AWS SDK is made with, to work as somebody. */
export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly requestHandler: { readonly httpsAgent: Agent };
  readonly forcePathStyle: true;
}

/** Becomes what a role is. */
export async function assumeRole(local: LocalAws, roleArn: string): Promise<ClientSettings> {
  const own: ClientSettings = {
    endpoint: local.emulator.endpoint,
    region: LOCAL_REGION,
    credentials: local.credentials,
    requestHandler: { httpsAgent: new Agent({ ca: local.certificate }) },
    forcePathStyle: true,
  };
  const { Credentials: given } = await new STSClient(own).send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "demo" }),
  );
  if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken) {
    throw new Error(`STS gave no credentials for ${roleArn}`);
  }
  const credentials = {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
  };
  return { ...own, credentials };
}
