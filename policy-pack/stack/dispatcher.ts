/**
 * The pack's one stack policy. The server deserialises the whole stack once for each stack policy, so all
 * stack rules share one, and each finding is reported under its own rule's name, level and severity.
 */
import type { ReportViolation, StackValidationPolicy } from "@pulumi/policy";
import { messagesOf } from "../rules/rule.ts";
import type { StackRule } from "../rules/rule.ts";
import type { ResourceRef } from "../report/finding.ts";
import { stackFacts } from "./facts.ts";
import type { SettingsOf } from "./levels.ts";

/** The name of the pack's one stack policy. Disabling it disables every stack rule. */
export const STACK_POLICY = "stack-rules";

/** Where a finding about no one resource is shown. */
const WHOLE_STACK: ResourceRef = { type: "pulumi:pulumi:Stack", name: "stack", urn: "" };

// The server's own form of a violation that carries its policy with it; its type declaration omits it.
interface LabelledViolation {
  readonly name: string;
  readonly description: string;
  readonly message: string;
  readonly urn?: string;
  readonly enforcementLevel: string;
  readonly severity: string;
}

/** The stack policy that runs every stack rule. A rule that throws is a violation of that rule alone. */
export function stackPolicy(rules: readonly StackRule[], settingsOf: SettingsOf): StackValidationPolicy {
  return {
    name: STACK_POLICY,
    description: "Every rule that needs more than one resource runs, under its own name and level.",
    enforcementLevel: "mandatory",
    severity: "high",
    validateStack: (args, reportViolation) => {
      const facts = stackFacts(args.resources);
      for (const rule of rules) {
        const { enforcementLevel, config } = settingsOf(rule);
        if (enforcementLevel === "disabled") continue;
        const messages = messagesOf(rule, WHOLE_STACK, () => rule.checkStack(facts, config));
        for (const { message, urn } of messages) {
          report(reportViolation, {
            name: rule.id,
            description: rule.description,
            // A labelled violation's message is shown as it is; the server puts the description before others.
            message: `${rule.description}\n${message}`,
            ...(urn === "" ? {} : { urn }),
            enforcementLevel: enforcementLevel === "remediate" ? "mandatory" : enforcementLevel,
            severity: rule.severity,
          });
        }
      }
    },
  };
}

function report(reportViolation: ReportViolation, violation: LabelledViolation): void {
  (reportViolation as unknown as (violation: LabelledViolation) => void)(violation);
}
