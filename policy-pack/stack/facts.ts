/** The resources of a whole stack as plain data, and how they depend on each other. */
import type { PolicyResource } from "@pulumi/policy";
import { plainProps } from "../plain.ts";
import type { PlainObject } from "../plain.ts";
import type { ResourceRef } from "../report/finding.ts";

/** A resource of the stack: its outputs, or in a preview its planned outputs. */
export interface StackResource extends ResourceRef {
  readonly props: PlainObject;
  /**
   * The resources of the stack that a property is computed from. Known even where the property's value is
   * not: in a preview the name of a new bucket may be unknown, and whose name it is is not.
   */
  dependenciesOf(property: string): readonly ResourceRef[];
}

/** The stack as rules see it. */
export interface StackFacts {
  /** The resources of the given types, in the order the engine made them. */
  ofTypes(types: readonly string[]): readonly StackResource[];
}

/** Reads the resources that the policy server hands over. A resource is converted when first asked for. */
export function stackFacts(resources: readonly PolicyResource[]): StackFacts {
  const read = new Map<PolicyResource, StackResource>();
  const toFacts = (resource: PolicyResource): StackResource => {
    const known = read.get(resource) ?? readResource(resource);
    read.set(resource, known);
    return known;
  };
  return { ofTypes: (types) => resources.filter(({ type }) => types.includes(type)).map(toFacts) };
}

function readResource(resource: PolicyResource): StackResource {
  const { type, name, urn, propertyDependencies } = resource;
  return {
    type,
    name,
    urn,
    props: plainProps(resource.props),
    dependenciesOf: (property) =>
      (propertyDependencies[property] ?? []).map((other) => ({
        type: other.type,
        name: other.name,
        urn: other.urn,
      })),
  };
}
