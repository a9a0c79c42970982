/** What a rule is, and the policy that runs it. */
import type {
  EnforcementLevel,
  PolicyConfigSchema,
  ResourceValidationPolicy,
  Severity,
} from "@pulumi/policy";
import { plainProps } from "../plain.ts";
import type { PlainObject } from "../plain.ts";
import type { Finding, ResourceRef } from "../report/finding.ts";
import { renderText } from "../report/text.ts";
import type { StackFacts } from "../stack/facts.ts";

/** A resource as a rule sees it: the inputs the provider has checked, as plain data. */
export interface ResourceFacts extends ResourceRef {
  readonly props: PlainObject;
  /** The inputs of the provider that manages the resource; empty when the engine names none. */
  readonly providerProps: PlainObject;
  /** The rule's own configuration. */
  readonly config: PlainObject;
}

/** What every rule states about itself. */
interface RuleBase<Code extends string> {
  /** The rule's file name and its policy's name. */
  readonly id: string;
  /** The rule itself, not the fault: what is true of a program that complies. */
  readonly description: string;
  readonly enforcementLevel: EnforcementLevel;
  readonly severity: Severity;
  /** AWS's page on the subject. */
  readonly url: string;
  /** Every code its findings may have, and what each means. */
  readonly codes: Readonly<Record<Code, string>>;
  readonly configSchema?: PolicyConfigSchema;
  /** Type tokens of the resources it judges. */
  readonly types: readonly string[];
}

/** A rule that judges one resource at a time, before the engine acts on it. */
export interface ResourceRule<Code extends string = string> extends RuleBase<Code> {
  readonly check: (facts: ResourceFacts) => readonly Finding<Code>[];
}

/** A rule that judges resources together, after the engine has planned or made them all. */
export interface StackRule<Code extends string = string> extends RuleBase<Code> {
  readonly checkStack: (facts: StackFacts, config: PlainObject) => readonly Finding<Code>[];
}

/** A rule of either sort. */
export type Rule = ResourceRule | StackRule;

/** Whether a rule judges the stack as a whole. */
export function isStackRule(rule: Rule): rule is StackRule {
  return "checkStack" in rule;
}

/**
 * The policy of a rule, under the rule's own name and level. It never throws: a check that throws is a
 * violation, since a rule that has not run has not passed.
 *
 * A stack rule's policy finds nothing itself. It is there so that the rule is listed and its level and
 * configuration can be set by its name; the pack's one stack policy does its work.
 */
export function toPolicy(rule: Rule): ResourceValidationPolicy {
  const { id, description, enforcementLevel, severity, url, configSchema } = rule;
  const types = new Set(rule.types);
  return {
    name: id,
    description,
    enforcementLevel,
    severity,
    url,
    ...(configSchema === undefined ? {} : { configSchema }),
    validateResource: (args, reportViolation) => {
      if (isStackRule(rule)) return args.notApplicable("Judged over the whole stack.");
      if (!types.has(args.type)) return args.notApplicable("Judges other types of resource.");
      const resource = { type: args.type, name: args.name, urn: args.urn };
      const messages = messagesOf(rule, resource, () =>
        rule.check({
          ...resource,
          props: plainProps(args.props),
          providerProps: plainProps(args.provider?.props),
          config: plainProps(args.getConfig()),
        }),
      );
      for (const { message } of messages) reportViolation(message);
    },
  };
}

/** A finding as text, and the resource it is about. */
export interface Message {
  readonly message: string;
  readonly urn: string;
}

/** Runs a check and renders what it finds; a check that throws becomes one message about `resource`. */
export function messagesOf(rule: Rule, resource: ResourceRef, check: () => readonly Finding[]): Message[] {
  try {
    return check().map((finding) => ({ message: renderText(finding), urn: finding.resource.urn }));
  } catch (error) {
    return [{ message: renderText(failure(rule, resource, error)), urn: resource.urn }];
  }
}

/** The code of the finding that stands for a check that threw; every rule may have it. */
const RULE_FAILED = "rule-failed";

function failure(rule: Rule, resource: ResourceRef, error: unknown): Finding {
  return {
    rule: rule.id,
    code: RULE_FAILED,
    resource,
    path: "",
    evidence: { fault: `rule failed (${describeError(error)}), so nothing is known about this resource` },
    remedy: `report the failure with the resource's type; until then set "${rule.id}" to advisory`,
  };
}

// Where it failed, and not the error's message: that may quote a value, and a value may be a secret.
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return "it threw a value that is not an Error";
  const stack = error.stack ?? "";
  const frames = stack.slice(stack.indexOf(error.message) + error.message.length);
  const frame = /^\s+at (.+)$/m.exec(frames)?.[1];
  return frame === undefined ? error.name : `${error.name} at ${frame}`;
}

/** What a rule gives to make a finding. */
export interface FindingParts<Code extends string> {
  readonly code: Code;
  readonly path: string;
  readonly fault: string;
  readonly request?: { readonly command: string; readonly outcome: string };
  readonly remedy: string;
}

/** A finding of a rule about a resource. */
export function finding<Code extends string>(
  rule: string,
  resource: ResourceRef,
  parts: FindingParts<Code>,
): Finding<Code> {
  const { code, path, fault, request, remedy } = parts;
  const evidence = request === undefined ? { fault } : { fault, request };
  return {
    rule,
    code,
    resource: { type: resource.type, name: resource.name, urn: resource.urn },
    path,
    evidence,
    remedy,
  };
}

/** A finding for a value that decides the rule and that a preview cannot know. */
export function unknownFinding<Code extends string>(
  rule: string,
  resource: ResourceRef,
  code: Code,
  path: string,
): Finding<Code> {
  return finding(rule, resource, {
    code,
    path,
    fault: "is not known before deployment, so nothing can be proven about it",
    remedy:
      "give it as a plain value: build names and ARNs from configuration, and not from another resource's outputs",
  });
}

/** A finding for a value that AWS would refuse, which therefore says nothing about access. */
export function malformedFinding<Code extends string>(
  rule: string,
  resource: ResourceRef,
  code: Code,
  path: string,
  reason: string,
): Finding<Code> {
  return finding(rule, resource, {
    code,
    path,
    fault: reason,
    remedy: "write it in the form that AWS documents; what AWS would refuse cannot be judged",
  });
}
