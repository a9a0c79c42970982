/** Errors that the person at the terminal can act on. */

/** A fault outside this program's code: what was found, and what to do about it. Printed without a stack. */
export class UserError extends Error {
  /** The next thing to do, as an instruction. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UserError";
    this.remedy = remedy;
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const EMULATOR_GONE = {
  message: "the local AWS does not answer",
  remedy: "its log (emulator.log beside its data) says why it ended; run the command again to start it anew",
};

/** Errors of the operating system that have one meaning here. */
const SYSTEM_ERRORS: Readonly<
  Record<string, { readonly message: string; readonly remedy: string } | undefined>
> = {
  ECONNREFUSED: EMULATOR_GONE,
  ECONNRESET: EMULATOR_GONE,
  ENOSPC: {
    message: "the disk is full",
    remedy: "free some space and run the command again; what is there is kept",
  },
};

/** Says what an error of the operating system means here; other errors come back as they are. */
export function explain(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = SYSTEM_ERRORS[code];
  return known === undefined
    ? error
    : new UserError(`${known.message} (${code}: ${messageOf(error)})`, known.remedy, { cause: error });
}

/** What a terminal shows of an error: message and remedy where they are known, the whole stack of a bug. */
export function renderError(thrown: unknown): string {
  const error = explain(thrown);
  if (error instanceof UserError) return `error: ${error.message}\n  → ${error.remedy}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
