/** Runs a program against Pulumi's mocks and returns what it declared. */
import { setImmediate as nextTurn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";

/** A resource as the program declared it. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  /** A value that is unknown in a preview is `undefined` here. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The provider that it is given to, as URN and id; empty for the default one. */
  readonly provider: string;
}

/** How to run it. */
export interface DeployOptions {
  /** In a preview, ids and whatever AWS decides are unknown. */
  readonly mode: "preview" | "update";
  /** The stack's configuration by full key. */
  readonly config?: Readonly<Record<string, string>>;
  /** @default "dev" */
  readonly stack?: string;
}

/** A configuration that deploys. */
export const validConfig = {
  "aws:region": "eu-west-1",
  "sluice:accountId": "123456789012",
  "sluice:profile": "dev",
} as const;

/**
 * Runs the program to its end.
 * @param declared gets the resources as they are declared, also where the program then fails
 * @throws the first error of the program, also where it came inside an `apply`
 */
export async function deploy(
  build: () => unknown,
  options: DeployOptions,
  declared: Declared[] = [],
): Promise<Declared[]> {
  const errors: unknown[] = [];
  const collect = (error: unknown): void => void errors.push(error);
  // What fails inside an output reaches nobody but this event; mocha's own listeners would end the process.
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", collect);
  try {
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs, id, provider = "" }) => {
          declared.push({ type, name, inputs: inputs as Record<string, unknown>, provider });
          const made = options.mode === "preview" ? undefined : (id ?? "") || `${name}-id`;
          return { id: made, state: inputs as Record<string, unknown> };
        },
        call: ({ token }) => {
          const error = new Error(`the program called ${token}, which no test answers`);
          errors.push(error);
          throw error;
        },
      },
      "sluice",
      options.stack ?? "dev",
      options.mode === "preview",
    );
    pulumi.runtime.setAllConfig({ ...(options.config ?? validConfig) });
    await build();
    await pulumi.runtime.disconnect();
    await nextTurn(); // the event comes after the promise's own turn
  } finally {
    process.off("unhandledRejection", collect);
    for (const listener of others) process.on("unhandledRejection", listener);
  }
  if (errors.length > 0) throw errors[0];
  return declared;
}

/** The only resource of a type with a name, or the only one of the type. */
export function one(declared: readonly Declared[], type: string, name?: string): Declared {
  const found = declared.filter(
    (resource) => resource.type === type && (name ?? resource.name) === resource.name,
  );
  const [first] = found;
  if (found.length !== 1 || first === undefined) {
    throw new Error(
      `${found.length} resources are of type ${type}${name === undefined ? "" : ` and called ${name}`}`,
    );
  }
  return first;
}
