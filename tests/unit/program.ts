/** The whole program, run against the mocks. */
import { deployLake, type DeployOptions } from "../../components/deploy.ts";
import { PROFILES, type ProfileName } from "../../components/profiles.ts";
import { fullConfig } from "./access/whole.ts";
import { deploy, type Declared } from "./deploy.ts";

/** Every kind of stack. */
export const EVERY_PROFILE = Object.keys(PROFILES) as ProfileName[];

/** A configuration with everything that a lake can have, of a kind of stack. */
export function fullConfigOf(profile: ProfileName): Record<string, string> {
  return { ...fullConfig, "sluice:profile": profile };
}

/** What the program declares with a configuration. */
export function declaredBy(
  mode: "preview" | "update",
  config: Readonly<Record<string, string>> = fullConfig,
): Promise<readonly Declared[]> {
  const key = JSON.stringify([mode, config]);
  const before = results.get(key);
  if (before !== undefined) return before;
  const result = deploy(deployLake, { mode, config });
  results.set(key, result);
  return result;
}

/** The same program declares the same. */
const results = new Map<string, Promise<readonly Declared[]>>();

/** What the program declares with these changes. */
export function declaredWith(options: DeployOptions): Promise<Declared[]> {
  return deploy(() => deployLake(options), { mode: "preview", config: fullConfig });
}
