/** Who holds which grants in a stack: what the key's policy and the permissions boundary are derived from. */
import type * as pulumi from "@pulumi/pulumi";
import type { Grant } from "./grant.ts";

/** A role, or a group of users, and its grants. */
export interface Holder {
  /** What it is called in the names. */
  readonly name: string;
  readonly arn: string;
  readonly grants: readonly Grant[];
  /** What must be there before somebody else names the holder. @default nothing */
  readonly resource?: pulumi.Resource;
}

/**
 * Every role of a stack, as it is declared. What depends on all of them (the key's policy, the boundary) takes
 * {@link AccessLedger.settled}: plain data, known in a preview, once the program has declared its last role.
 */
export class AccessLedger {
  readonly #holders: Holder[] = [];
  readonly #settling = Promise.withResolvers<readonly Holder[]>();
  #isClosed = false;

  /** Every role, once the ledger is closed. */
  get settled(): Promise<readonly Holder[]> {
    return this.#settling.promise;
  }

  /** The roles so far. */
  get holders(): readonly Holder[] {
    return this.#holders;
  }

  /** Notes a holder. @throws when the ledger is closed: the key and the boundary would not know of it */
  record(holder: Holder): void {
    if (this.#isClosed) {
      throw new Error(
        `"${holder.name}" comes too late: the lake's key and permissions boundary are made already; ` +
          "declare it in the function that deployLake calls with the lake",
      );
    }
    this.#holders.push(holder);
  }

  /** Says that no role comes any more. */
  close(): void {
    this.#isClosed = true;
    this.#settling.resolve(this.#holders);
  }
}
