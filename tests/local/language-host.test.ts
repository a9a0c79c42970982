/** The project's own language host, as a process. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { isAlive } from "../../local/process.ts";
import { eventually, projectDir } from "./local-aws.ts";

describe("the language host", function () {
  this.timeout(30_000);

  it("ends when the engine that started it was killed", async () => {
    const host = path.join(projectDir, "local", "toolchain", "language-host.ts");
    // In the engine's place: something that starts the host, says its number, and waits.
    const script = `"${process.execPath}" "${host}" 127.0.0.1:1 & echo $!; wait`;
    const engine = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: engine.stdout })[Symbol.asyncIterator]();
    const pid = Number((await lines.next()).value);
    // Its port: it is up.
    assert.match(String((await lines.next()).value), /^\d+$/);

    engine.kill("SIGKILL");

    try {
      await eventually("the host's end", async () => Promise.resolve(isAlive(pid) ? undefined : true));
    } finally {
      // One that lives on would hold this process too, by its output.
      if (isAlive(pid)) process.kill(pid, "SIGKILL");
    }
  });
});
