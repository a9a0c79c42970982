/** aws.cloudwatch.Dashboard. */
import {
  DeleteDashboardsCommand,
  GetDashboardCommand,
  PutDashboardCommand,
} from "@aws-sdk/client-cloudwatch";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { text, unlessMissing } from "./common.ts";

const MISSING = ["ResourceNotFound", "DashboardNotFoundError", "ResourceNotFoundException"];

const dashboard = defineType({
  token: "aws:cloudwatch/dashboard:Dashboard",
  inputs: v.strictObject({ dashboardName: text, dashboardBody: text }),
  documents: ["dashboardBody"],
  replaceOn: ["dashboardName"],
  computed: ["dashboardArn"],
  create: ({ dashboardName }) => Promise.resolve(dashboardName),
  async configure(id, { dashboardBody }, { clients }) {
    await clients.cloudwatch.send(
      new PutDashboardCommand({ DashboardName: id, DashboardBody: dashboardBody }),
    );
  },
  async read(id, { clients }) {
    const found = await unlessMissing(
      clients.cloudwatch.send(new GetDashboardCommand({ DashboardName: id })),
      ...MISSING,
    );
    return (
      found && { dashboardName: id, dashboardBody: found.DashboardBody, dashboardArn: found.DashboardArn }
    );
  },
  async delete(id, _inputs, { clients }) {
    const call = clients.cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: [id] }));
    await unlessMissing(call, ...MISSING);
  },
});

/** Types of CloudWatch's dashboards. */
export const dashboardTypes = [dashboard];
