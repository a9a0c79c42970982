/** A bus, and a role that may tell of one kind of thing on it. */
import { Role } from "../../components/access/role.ts";
import { Bus } from "../../components/events/bus.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site }) => {
    const bus = new Bus("bus", { site, what: "lake", description: "What happens in the lake" });

    new Role("report-role", {
      site,
      what: "report",
      description: "Tells that a report is ready",
      service: "lambda.amazonaws.com",
      grants: [bus.canPut("sluice.reports")],
    });
  });
  /// hide
}
