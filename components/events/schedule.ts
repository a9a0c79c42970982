/** Schedule → function. @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Role } from "../access/role.ts";
import type { Grant } from "../access/grant.ts";
import type { What } from "../names.ts";
import type { Site } from "../site.ts";
import type { Queue } from "./queue.ts";
import { RETRY_POLICY } from "./retry.ts";
import type { Callable } from "./rule.ts";

/** How often, or when. */
export type ScheduleTime =
  | { readonly kind: "rate"; readonly every: number; readonly unit: "minutes" | "hours" | "days" }
  | {
      readonly kind: "cron";
      /** Minutes, hours, day of the month, month, day of the week, year: "0 6 * * ? *". */
      readonly expression: string;
      /** A name of the IANA time zone database: "Europe/Berlin". Clocks that are put forward or back are taken into account. */
      readonly timeZone: string;
    };

/** A time that EventBridge would refuse. Pulumi prints it without a stack trace. */
export class InvalidScheduleError extends pulumi.RunError {
  constructor(name: string, fault: string) {
    super(`schedule "${name}": ${fault}`);
    this.name = "InvalidScheduleError";
  }
}

/** A function that a schedule may call. */
export interface SchedulableFunction extends Callable {
  /** The right to call it. */
  canInvoke(): Grant;
}

/** The group of a stack's schedules. @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-group.html */
export class ScheduleGroup extends pulumi.ComponentResource {
  readonly groupName: string;

  constructor(
    name: string,
    { site, what }: { readonly site: Site; readonly what: What<"scheduleGroup"> },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("sluice:events:ScheduleGroup", name, { what }, opts);
    this.groupName = site.names.scheduleGroup(what);
    new aws.scheduler.ScheduleGroup(name, { name: this.groupName }, { parent: this });
    this.registerOutputs({ groupName: this.groupName });
  }
}

/** What a {@link Schedule} is made of. */
export interface ScheduleArgs {
  readonly site: Site;
  readonly what: What<"schedule">;
  readonly description: string;
  /** The group that it belongs to: its role is for this one alone. */
  readonly group: ScheduleGroup;
  /** How often, or when. */
  readonly time: ScheduleTime;
  /** The function to call. */
  readonly function: SchedulableFunction;
  /** Where a call goes that could not be made. */
  readonly undelivered: Queue;
}

/**
 * Calls a function by the clock, by a role of its own that only this account's schedules of its group can assume.
 * Tries again for an hour; a call that could not be made is kept.
 */
export class Schedule extends pulumi.ComponentResource {
  /** @throws {InvalidScheduleError} */
  constructor(name: string, args: ScheduleArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, group, function: target, undelivered, ...data } = args;
    super("sluice:events:Schedule", name, { ...data, function: target.functionName }, opts);
    const expression = scheduleExpression(name, args.time);
    const role = new Role(
      `${name}-role`,
      {
        site,
        what: `${args.what}-schedule`,
        description: `Calls ${target.functionName} by the clock`,
        service: "scheduler.amazonaws.com",
        sourceArn: site.arns.scheduleGroup(group.groupName),
        grants: [target.canInvoke(), undelivered.canSend()],
      },
      { parent: this },
    );
    new aws.scheduler.Schedule(
      name,
      {
        name: site.names.schedule(args.what),
        groupName: group.groupName,
        description: args.description,
        scheduleExpression: expression,
        scheduleExpressionTimezone: args.time.kind === "cron" ? args.time.timeZone : "UTC",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: target.functionArn,
          roleArn: role.roleArn,
          retryPolicy: RETRY_POLICY,
          deadLetterConfig: { arn: undelivered.queueArn },
        },
      },
      { parent: this, dependsOn: [group, role.policy, target, undelivered] },
    );
    this.registerOutputs({});
  }
}

/** A time in EventBridge's own words. @throws {InvalidScheduleError} */
export function scheduleExpression(name: string, time: ScheduleTime): string {
  if (time.kind === "rate") {
    if (!Number.isInteger(time.every) || time.every < 1) {
      throw new InvalidScheduleError(
        name,
        `every ${time.every} ${time.unit}; it must be a whole number, 1 at least`,
      );
    }
    // "rate(1 minutes)" is refused. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
    return `rate(${time.every} ${time.every === 1 ? time.unit.slice(0, -1) : time.unit})`;
  }
  const fields = time.expression.trim().split(/\s+/);
  if (fields.length !== 6) {
    throw new InvalidScheduleError(
      name,
      `cron expression "${time.expression}" has ${fields.length} fields; AWS wants six: ` +
        "minutes, hours, day of the month, month, day of the week, year",
    );
  }
  if ((fields[2] === "?") === (fields[4] === "?")) {
    throw new InvalidScheduleError(
      name,
      `cron expression "${time.expression}": one of day of the month and day of the week must be "?", and not both`,
    );
  }
  if (!Intl.supportedValuesOf("timeZone").includes(time.timeZone) && time.timeZone !== "UTC") {
    throw new InvalidScheduleError(
      name,
      `there is no time zone "${time.timeZone}"; write one such as Europe/Berlin`,
    );
  }
  return `cron(${fields.join(" ")})`;
}
