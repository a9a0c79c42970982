/** Starts the pack. `new PolicyPack` starts a gRPC server, so nothing else may import this file. */
import { PolicyPack } from "@pulumi/policy";
import { RULES } from "./rules/index.ts";
import { isStackRule, toPolicy } from "./rules/rule.ts";
import { stackPolicy } from "./stack/dispatcher.ts";
import { followConfiguration } from "./stack/levels.ts";

const settingsOf = followConfiguration();

new PolicyPack("sluice", {
  displayName: "Sluice",
  description:
    "Proves what an AWS program lets through, with the request that succeeds and the smallest fix.",
  policies: [...RULES.map(toPolicy), stackPolicy(RULES.filter(isStackRule), settingsOf)],
});
