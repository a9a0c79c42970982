/** A queue with its dead letters, and a role that works on it. */
import { Role } from "../../components/access/role.ts";
import { Queue } from "../../components/events/queue.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site }) => {
    const dead = new Queue("dead", { site, what: "ingest-dead" });
    const work = new Queue("work", {
      site,
      what: "ingest",
      visibilityTimeoutSeconds: 360,
      deadLetters: { queue: dead, afterReceives: 5 },
    });

    new Role("worker-role", {
      site,
      what: "report",
      description: "Works on the queue",
      service: "lambda.amazonaws.com",
      grants: [work.canConsume()],
    });
  });
  /// hide
}
