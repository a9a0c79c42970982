/**
 * The levels and configuration that the engine sends, kept where the one stack policy can read them.
 *
 * The policy server applies a policy's level itself and does not tell the policy what it is. A policy that
 * speaks for many rules has to know the level of each, so it reads the same message the server does, as that
 * is decoded. Were the server to stop decoding it this way, rules would run at their own level: stricter than
 * asked, never laxer.
 */
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/analyzer_pb.js";
import type { EnforcementLevel } from "@pulumi/policy";
import { toPlain, isPlainObject } from "../plain.ts";
import type { PlainObject } from "../plain.ts";
import type { Rule } from "../rules/rule.ts";

/** How one rule is to run. */
export interface RuleSettings {
  readonly enforcementLevel: EnforcementLevel;
  readonly config: PlainObject;
}

/** How each rule is to run, as of the engine's last word. */
export type SettingsOf = (rule: Rule) => RuleSettings;

/**
 * Starts to follow the engine's configuration. Call it before the pack is made, since the server takes its
 * decoders then. Until the engine has spoken, and for a rule it does not name, the rule's own level holds.
 */
export function followConfiguration(): SettingsOf {
  let sent = new Map<string, RuleSettings>();
  const decode = AnalyzerService.configure.requestDeserialize;
  AnalyzerService.configure.requestDeserialize = (bytes) => {
    const request = decode(bytes);
    sent = settingsIn(request);
    return request;
  };
  return (rule) => sent.get(rule.id) ?? { enforcementLevel: rule.enforcementLevel, config: {} };
}

function settingsIn(request: pb.ConfigureAnalyzerRequest): Map<string, RuleSettings> {
  const settings = new Map<string, RuleSettings>();
  request.getPolicyconfigMap().forEach((policy, name) => {
    const config = toPlain(policy.getProperties()?.toJavaScript());
    settings.set(name, {
      enforcementLevel: levelOf(policy.getEnforcementlevel()),
      config: isPlainObject(config) ? config : {},
    });
  });
  return settings;
}

function levelOf(level: pb.EnforcementLevel): EnforcementLevel {
  switch (level) {
    case pb.EnforcementLevel.ADVISORY:
      return "advisory";
    case pb.EnforcementLevel.DISABLED:
      return "disabled";
    case pb.EnforcementLevel.MANDATORY:
    case pb.EnforcementLevel.REMEDIATE:
      // The server holds stack policies to the same: what cannot be remediated is mandatory.
      return "mandatory";
  }
}
