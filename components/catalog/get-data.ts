/** The right to what Lake Formation hands out. */
import type { Call, Statement } from "../access/grant.ts";

/**
 * AWS lets nobody narrow this action; Lake Formation's own permissions do.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslakeformation.html
 */
export const GET_DATA: Statement = {
  Sid: "GetData",
  Effect: "Allow",
  Action: ["lakeformation:GetDataAccess"],
  Resource: ["*"],
};

/** The call that {@link GET_DATA} allows. */
export const GET_DATA_CALL: Call = { action: "lakeformation:GetDataAccess", resource: "*" };
