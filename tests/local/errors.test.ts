/** What the terminal shows of an error. */
import assert from "node:assert/strict";
import { explain, messageOf, renderError, UserError } from "../../local/errors.ts";

/** An error as the operating system's calls throw it. */
function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

describe("an error at the terminal", () => {
  it("shows a UserError's message and remedy, without a stack", () => {
    const error = new UserError("the port is taken", "choose another");

    assert.equal(renderError(error), "error: the port is taken\n  → choose another");
    assert.equal(error.name, "UserError");
  });

  it("shows the whole stack of a bug, which is what a report needs", () => {
    const rendered = renderError(new TypeError("x is not a function"));

    assert.match(rendered, /^TypeError: x is not a function\n\s+at .*errors\.test\.ts:\d+/);
  });

  it("shows what was thrown where it is no error", () => {
    assert.equal(renderError("just text"), "just text");
    assert.equal(messageOf(undefined), "undefined");
  });

  for (const [code, message] of [
    ["ENOSPC", /^error: the disk is full \(ENOSPC: write failed\)\n {2}→ free some space/],
    ["ECONNREFUSED", /^error: the local AWS does not answer \(ECONNREFUSED: write failed\)\n {2}→ its log/],
    ["ECONNRESET", /^error: the local AWS does not answer \(ECONNRESET: write failed\)\n {2}→ its log/],
  ] as const) {
    it(`says what ${code} means here and what to do, without a stack`, () => {
      const thrown = systemError(code, "write failed");

      const rendered = renderError(thrown);

      assert.match(rendered, message);
      assert.equal(rendered.split("\n").length, 2);
      const explained = explain(thrown);
      assert(explained instanceof UserError);
      assert.equal(explained.cause, thrown, "the first error is kept");
    });
  }

  it("leaves a system error that has no one meaning as it is", () => {
    const thrown = systemError("EACCES", "permission denied");

    assert.equal(explain(thrown), thrown);
    assert.match(renderError(thrown), /permission denied\n\s+at /);
  });
});
