/** The provider functions that a program may call, by token. */
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Context } from "./resource-type.ts";
import { readSettings } from "./types/lake-formation.ts";
import type { Properties } from "./values.ts";

type ProviderFunction = (args: Properties, context: Context) => Promise<Properties>;

const functions: Readonly<Record<string, ProviderFunction>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": async (_args, { clients, accountId }) => {
    const { Arn, UserId } = await clients.sts.send(new GetCallerIdentityCommand({}));
    return { accountId, arn: Arn, id: accountId, userId: UserId };
  },
  "aws:index/getRegion:getRegion": (_args, { region }) =>
    Promise.resolve({ id: region, name: region, region }),
  "aws:index/getPartition:getPartition": (_args, { partition }) =>
    Promise.resolve({ id: partition, partition, dnsSuffix: "amazonaws.com" }),
  "aws:lakeformation/getDataLakeSettings:getDataLakeSettings": async ({ catalogId }, context) => {
    const id = typeof catalogId === "string" ? catalogId : context.accountId;
    return { ...(await readSettings(context, id)), id, region: context.region };
  },
};

/**
 * Calls a function of the provider.
 * @throws for one that is not served
 */
export async function callFunction(token: string, args: Properties, context: Context): Promise<Properties> {
  const found = functions[token];
  if (found === undefined) throw new Error(`the local AWS does not serve the function ${token}`);
  return found(args, context);
}
