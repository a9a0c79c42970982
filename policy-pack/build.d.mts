/** Writes dist/index.cjs and resolves when it is on disk; rejects with esbuild's errors. */
export function build(): Promise<void>;
