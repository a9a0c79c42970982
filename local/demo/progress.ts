/** What the demo says as it goes: a line a step, with the time it took. */

/** A step's value, and a few words on what came of it. */
export interface StepResult<T> {
  readonly value: T;
  readonly result: string;
}

/** Reports steps to a stream, and the whole time since it was made. */
export class Progress {
  readonly #out: NodeJS.WritableStream;
  readonly #startedAtMs = performance.now();

  constructor(out: NodeJS.WritableStream) {
    this.#out = out;
  }

  /** Runs a step; its own reports stand under it. Where it throws, the line says that it failed. */
  async step<T>(name: string, work: (report: (line: string) => void) => Promise<StepResult<T>>): Promise<T> {
    const startedAtMs = performance.now();
    try {
      const { value, result } = await work((line) => {
        this.say(`    ${line}`);
      });
      this.say(`✔ ${name} (${seconds(performance.now() - startedAtMs)}): ${result}`);
      return value;
    } catch (error) {
      this.say(`✘ ${name} (${seconds(performance.now() - startedAtMs)})`);
      throw error;
    }
  }

  /** Writes lines as they are. */
  say(text: string): void {
    this.#out.write(`${text}\n`);
  }

  /** The time since the start, in words. */
  elapsed(): string {
    return seconds(performance.now() - this.#startedAtMs);
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
