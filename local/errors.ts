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

/** What a terminal shows of an error: message and remedy of a {@link UserError}, the whole stack of a bug. */
export function renderError(error: unknown): string {
  if (error instanceof UserError) return `error: ${error.message}\n  → ${error.remedy}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
