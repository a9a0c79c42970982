/** A boundary, and a role within it. */
import { Boundary } from "../../components/access/boundary.ts";
import { Role } from "../../components/access/role.ts";
import { Bus } from "../../components/events/bus.ts";
import { loadSettings } from "../../components/settings.ts";
import { createSite } from "../../components/site.ts";

/** Declares it. */
export function example(): void {
  /// show
  const site = createSite(loadSettings());
  const boundary = new Boundary("boundary", { site });
  const bus = new Bus("bus", { site, what: "lake", description: "What happens in the lake" });
  new Role("report-role", {
    site: { ...site, beforeRoles: [boundary] },
    what: "report",
    description: "Tells that a report is ready",
    service: "lambda.amazonaws.com",
    grants: [bus.canPut("sluice.reports")],
  });
  // The boundary is made of the roles' grants: it waits until the last role is declared.
  site.access.close();
  /// hide
}
