/** The log of a function. */

/** One structured line of log. */
export interface Log {
  /** What came of an event. */
  readonly info: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Why an event failed. */
  readonly error: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}
