/** A group: a schedule's role is for it alone. */
import { ScheduleGroup } from "../../components/events/schedule.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site }) => {
    new ScheduleGroup("schedules", { site, what: "lake" });
  });
  /// hide
}
