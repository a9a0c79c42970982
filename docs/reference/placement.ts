/** On which page each type is told of. */
import ts from "typescript";
import { classDoc, mentionsOf, type ComponentDoc } from "./model.ts";
import { has, isClass, type Declaration, type Project } from "./project.ts";

/** The page of the types that belong to no component. */
export const TYPES_PAGE = "types.md";

/** Where things are told of. */
export interface Placement {
  /** The link to a component or type, by its name; nothing for what no page tells of. */
  readonly linkTo: (name: string) => string | undefined;
  /** The types of a page. */
  readonly typesOf: (page: string) => readonly Declaration[];
}

/** A component's page. */
export function pageOf({ declaration }: Pick<ComponentDoc, "declaration">): string {
  return `${kebab(declaration.name)}.md`;
}

/** A class's name as a file's. */
export function kebab(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();
}

/**
 * Each type goes on the page of the component in whose file it is, of the first that needs it where there are more;
 * and a type of no component's file on a page of its own.
 */
export function placeTypes(project: Project, components: readonly ComponentDoc[]): Placement {
  const links = new Map(components.map((component) => [component.declaration.name, pageOf(component)]));
  const types = new Map<string, Declaration[]>();
  for (const component of components) {
    for (const declaration of reachOf(project, component)) {
      const { name, file } = declaration;
      const inFile = components.filter((other) => other.declaration.file === file);
      const owner = inFile.includes(component) ? component : inFile.at(0);
      // Another component needed it before; a different type of the name would share its link.
      if (links.has(name) && !isPlaced(types, declaration)) throw new Error(`two types are called ${name}`);
      if (links.has(name)) continue;
      const page = owner ? pageOf(owner) : TYPES_PAGE;
      links.set(name, `${page}#${name.toLowerCase()}`);
      types.set(page, [...(types.get(page) ?? []), declaration]);
    }
  }
  return {
    linkTo: (name) => links.get(name),
    typesOf: (page) =>
      (types.get(page) ?? []).toSorted((left, right) => left.name.localeCompare(right.name, "en")),
  };
}

/** Whether it is the type that is placed already. */
function isPlaced(types: ReadonlyMap<string, Declaration[]>, { name, file }: Declaration): boolean {
  return [...types.values()].flat().some((other) => other.name === name && other.file === file);
}

/** Every type that somebody who uses the component comes across. */
function reachOf(project: Project, component: ComponentDoc): Declaration[] {
  const { args, properties, methods } = component;
  const found = new Map<string, Declaration>();
  const waiting = [...args.members, ...properties, ...methods].flatMap(({ mentions }) => mentions);
  waiting.push(...args.others);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (!isType(project, next) || found.has(next.name)) continue;
    found.set(next.name, next);
    waiting.push(...nextOf(project, next));
  }
  return [...found.values()];
}

/** Components have their pages, and a constant is told of with the type that is made of it. */
function isType(project: Project, declaration: Declaration): boolean {
  if (ts.isVariableStatement(declaration.node)) return false;
  if (!isClass(declaration) || !project.isComponent(declaration)) return true;
  return has(declaration.node, ts.SyntaxKind.AbstractKeyword);
}

function nextOf(project: Project, declaration: Declaration): Declaration[] {
  if (!isClass(declaration)) return mentionsOf(project, declaration.node);
  const { properties, methods } = classDoc(project, declaration);
  return [...properties, ...methods].flatMap(({ mentions }) => mentions);
}
