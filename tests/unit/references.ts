/** Which resource of the program means which other, by name or ARN. */
import type { NameKind } from "../../components/names.ts";
import { namedThings } from "./declared-names.ts";
import { all, siteOf, type Declared } from "./deploy.ts";

/** A resource whose inputs hold another's name or ARN. */
export interface Reference {
  readonly from: Declared;
  /** Where it stands in the inputs. */
  readonly path: string;
  readonly to: Declared;
}

/** What is looked for. */
type Kind =
  | Extract<
      NameKind,
      "bucket" | "role" | "function" | "queue" | "database" | "workgroup" | "topic" | "bus" | "crawler"
    >
  | Extract<NameKind, "scheduleGroup" | "repository">
  | "logGroup";

/** Something that is declared, by all that it may be called. */
interface Thing {
  readonly kind: Kind;
  readonly name: string;
  readonly arns: readonly string[];
  readonly resource: Declared;
}

/** Rights, patterns of events, environment variables and graphs: what these name need not be there yet. */
const MAY_COME_LATER = new Set([
  ...["policy", "assumeRolePolicy", "environment", "dashboardBody", "eventPattern", "dimensions"],
  ...["description", "alarmDescription", "tags"],
]);

/** What a plain name stands for, by the end of its place. */
const KINDS: readonly { readonly end: RegExp; readonly kind: Kind | "other" }[] = [
  { end: /(^|\.)(bucket|targetBucket)$/, kind: "bucket" },
  { end: /(^|\.)(databaseName|database|database\.name)$/, kind: "database" },
  { end: /^workgroup$/, kind: "workgroup" },
  { end: /^role$/, kind: "role" },
  { end: /^(function|functionName)$/, kind: "function" },
  { end: /^eventBusName$/, kind: "bus" },
  { end: /^groupName$/, kind: "scheduleGroup" },
  { end: /^repository$/, kind: "repository" },
  { end: /(^|\.)logGroup$/, kind: "logGroup" },
  // Of things that are not looked for: rules, groups, schedules, statements.
  {
    end: /^(rule|group|groups\.\d+|statementId|secretId|parameterGroupName|dbSubnetGroupName)$/,
    kind: "other",
  },
  { end: /^(name|identifier|finalSnapshotIdentifier|dashboardName|scheduleName)$/, kind: "other" },
  { end: /SECRET_ID$|^jdbcTargets\.\d+\.connectionName$/, kind: "other" },
];

/** Every reference of the program's resources to each other. @throws where a name stands at a place that nobody explained */
export function referencesIn(declared: readonly Declared[]): Reference[] {
  const things = thingsOf(declared);
  const own = declared.filter(({ type }) => /^awsx?:/.test(type));
  return own.flatMap((from) =>
    textsIn("", from.inputs).flatMap(([path, text]) =>
      meantBy(from, path, text, things)
        .filter((to) => to !== from)
        .map((to) => ({ from, path, to })),
    ),
  );
}

function thingsOf(declared: readonly Declared[]): Thing[] {
  const { arns } = siteOf();
  const arnOf: Record<Exclude<Kind, "logGroup">, (name: string) => string> = {
    ...{ bucket: arns.bucket, role: arns.role, function: arns.function, queue: arns.queue },
    ...{ database: arns.database, workgroup: arns.workgroup, topic: arns.topic, bus: arns.bus },
    ...{ scheduleGroup: arns.scheduleGroup, repository: arns.repository, crawler: arns.crawler },
  };
  const isLookedFor = (kind: NameKind): kind is Exclude<Kind, "logGroup"> => kind in arnOf;
  return [
    ...namedThings(declared).flatMap(({ kind, name, resource }) =>
      isLookedFor(kind) ? [{ kind, name, arns: [arnOf[kind](name)], resource }] : [],
    ),
    ...all(declared, "aws:cloudwatch/logGroup:LogGroup").map((resource): Thing => {
      const name = String(resource.inputs["name"]);
      const arn = arns.logGroup(name);
      return { kind: "logGroup", name, arns: [arn, arn.replace(/:\*$/, "")], resource };
    }),
  ];
}

function meantBy(from: Declared, path: string, text: string, things: readonly Thing[]): Declared[] {
  const place = /^s3:\/\/([^/]+)\//.exec(text)?.[1];
  const byArn = things.filter(
    ({ kind, name, arns }) => arns.includes(text) || (kind === "bucket" && name === place),
  );
  const byName = things.filter(({ name }) => name === text);
  if (byName.length === 0) return byArn.map(({ resource }) => resource);
  const kind = KINDS.find(({ end }) => end.test(path))?.kind;
  if (kind === undefined) throw new Error(`${from.key}: is ${path} the name of a bucket, a function …?`);
  return byName.filter((thing) => thing.kind === kind).map(({ resource }) => resource);
}

/** Every text of the inputs by its place, and those of JSON in them. */
function textsIn(path: string, value: unknown): [string, string][] {
  if (typeof value === "string") {
    return value.startsWith("{") ? textsIn(path, JSON.parse(value) as unknown) : [[path, value]];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => path !== "" || !MAY_COME_LATER.has(key))
    .flatMap(([key, part]) => textsIn(path === "" ? key : `${path}.${key}`, part));
}
