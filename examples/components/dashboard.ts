/** A dashboard with one graph. */
import { Dashboard } from "../../components/observability/dashboard.ts";
import { lakeMetric } from "../../components/observability/metric.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site }) => {
    const functionName = site.names.function("ingest");

    new Dashboard("dashboard", {
      site,
      introduction: "# The lake",
      graphs: [
        {
          title: "Rows in",
          lines: [
            { label: "written", metric: lakeMetric("RowsWritten", site.names.prefix), statistic: "Sum" },
            { label: "rejected", metric: lakeMetric("RowsRejected", site.names.prefix), statistic: "Sum" },
          ],
        },
      ],
      alarmArns: [site.arns.alarm(site.names.alarm("rows-rejected"))],
      logGroupName: site.names.logGroup(functionName),
    });
  });
  /// hide
}
