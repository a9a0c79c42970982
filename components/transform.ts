/** The way to change what a component makes, beyond its arguments. */
import * as pulumi from "@pulumi/pulumi";

/** A class of the provider. */
type ResourceClass = new (
  name: string,
  args: never,
  opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

/** What a class takes, also one that can be made with nothing. */
type ArgsOf<Class extends ResourceClass> = NonNullable<ConstructorParameters<Class>[1]>;

/** A change to one resource's arguments, and whether it found the resource. */
export interface Patch {
  readonly className: string;
  readonly resourceName: string;
  /** Whether the resource was declared. */
  readonly isUsed: boolean;
  /** What Pulumi calls for each resource. */
  readonly transformation: pulumi.ResourceTransformation;
}

/** A patch of a resource that the program does not declare. Pulumi prints it without a stack trace. */
export class UnusedPatchError extends pulumi.RunError {
  constructor(patches: readonly Patch[]) {
    const list = patches
      .map(({ className, resourceName }) => `  - ${className} "${resourceName}"`)
      .join("\n");
    super(
      `these patches change nothing, because the program declares no such resource:\n${list}\n` +
        "`pulumi preview` lists the resources by type and name",
    );
    this.name = "UnusedPatchError";
  }
}

/**
 * A change to the arguments of one resource that a component makes: whatever of a child a component's own arguments
 * leave out. The policy pack judges what comes of it.
 * @param resourceClass the child's class, which says what its arguments are: `aws.s3.BucketLifecycleConfiguration`
 * @param resourceName the child's name in the program: "raw-lifecycle"
 * @param change gets the arguments as the component made them, and gives back those to use
 */
export function patch<Class extends ResourceClass>(
  resourceClass: Class,
  resourceName: string,
  change: (args: ArgsOf<Class>) => ArgsOf<Class>,
): Patch {
  const className = resourceClass.name;
  const { __pulumiType: type } = resourceClass as unknown as { readonly __pulumiType: string };
  const found = { isUsed: false };
  return {
    ...{ className, resourceName },
    get isUsed() {
      return found.isUsed;
    },
    transformation: ({ type: declared, name, props, opts }) => {
      if (declared !== type || name !== resourceName) return undefined;
      found.isUsed = true;
      // A resource of the class was made with the class's arguments.
      return { props: change(props as ArgsOf<Class>), opts };
    },
  };
}

/** @throws {UnusedPatchError} when a patch found no resource: its name is misspelt, or the resource is gone */
export function refuseUnused(patches: readonly Patch[]): void {
  const unused = patches.filter(({ isUsed }) => !isUsed);
  if (unused.length > 0) throw new UnusedPatchError(unused);
}
