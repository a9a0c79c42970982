import assert from "node:assert/strict";
import { createApp } from "../../functions/freshness/app.ts";
import { stalest } from "../../functions/freshness/core.ts";

const HOUR = 3_600_000;
const NOW = 1_700_000_000_000;

describe("the stalest dataset", () => {
  it("is the one whose newest file is the oldest", () => {
    const newest = new Map([
      ["weather", NOW - 2 * HOUR],
      ["trips", NOW - 30 * HOUR],
      ["prices", NOW - HOUR],
    ]);

    assert.deepEqual(stalest(newest, NOW), { dataset: "trips", hours: 30 });
  });

  it("is none that never had a file", () => {
    const newest = new Map([
      ["empty", null],
      ["weather", NOW - HOUR / 2],
    ]);

    assert.deepEqual(stalest(newest, NOW), { dataset: "weather", hours: 0.5 });
  });

  it("is none at all in a lake that nothing was ever dropped into", () => {
    assert.equal(stalest(new Map([["empty", null]]), NOW), null);
    assert.equal(stalest(new Map(), NOW), null);
  });

  it("has waited for no time when its file is of the future", () => {
    assert.deepEqual(stalest(new Map([["weather", NOW + HOUR]]), NOW), { dataset: "weather", hours: 0 });
  });
});

describe("the freshness function", () => {
  interface Lake {
    readonly files: Readonly<Record<string, readonly number[]>>;
  }

  function start({ files }: Lake) {
    const emitted: unknown[] = [];
    const logged: unknown[] = [];
    const listed: string[] = [];
    const run = createApp({
      datasets: Object.keys(files).map((prefix) => prefix.slice(0, -1)),
      async *listTimes(prefix) {
        listed.push(prefix);
        for (const atMs of files[prefix] ?? []) yield await Promise.resolve(atMs);
      },
      emit: (values) => emitted.push(values),
      log: { info: (message, fields) => logged.push([message, fields]) },
      now: () => NOW,
    });
    return { run, emitted, logged, listed };
  }

  it("looks for the newest file of each dataset's own folder, in whatever order they come", async () => {
    const { run, emitted, logged, listed } = start({
      files: { "weather/": [NOW - 9 * HOUR, NOW - 3 * HOUR, NOW - 8 * HOUR], "trips/": [NOW - HOUR] },
    });

    assert.deepEqual(await run(), { dataset: "weather", hours: 3 });
    assert.deepEqual(listed, ["weather/", "trips/"]);
    assert.deepEqual(emitted, [{ HoursWithoutNewFile: 3 }]);
    assert.deepEqual(logged, [["freshness", { dataset: "weather", hours: 3 }]]);
  });

  it("emits zero for a lake without a file: an alarm is for one that had some", async () => {
    const { run, emitted } = start({ files: { "weather/": [] } });

    assert.equal(await run(), null);
    assert.deepEqual(emitted, [{ HoursWithoutNewFile: 0 }]);
  });

  it("emits nothing and fails when the zone cannot be listed", async () => {
    const emitted: unknown[] = [];
    const run = createApp({
      datasets: ["weather"],
      async *listTimes() {
        await Promise.resolve();
        throw new Error("AccessDenied");
      },
      emit: (values) => emitted.push(values),
      log: { info: () => undefined },
      now: () => NOW,
    });

    await assert.rejects(run(), /AccessDenied/);
    assert.deepEqual(emitted, []);
  });
});
