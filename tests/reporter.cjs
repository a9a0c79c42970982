// The spec reporter, closed by one line a script can read: "N passed, N failed".
"use strict";
const Mocha = require("mocha");

module.exports = class SummaryReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      // After the spec reporter's own epilogue, which listens to the same event.
      setImmediate(() => console.log(`${this.stats.passes} passed, ${this.stats.failures} failed`));
    });
  }
};
