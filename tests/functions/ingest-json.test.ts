import assert from "node:assert/strict";
import { type BadRow, useIngestion } from "./ingestion.ts";

describe("the ingestion of JSON lines", () => {
  const { start } = useIngestion();

  const lines = [
    '{"at":"2024-05-01T10:00:00Z","day":"2024-05-01","count":3,"value":1.5,"ok":true,"note":"a \\"b\\", c"}',
    '{"note":null,"at":"2024-05-01 11:00:00.25","count":-9223372036854775808,"value":2,"unit":"m"}',
    '{"at":"2024-04-30T00:00:00","unit":"m","place":{"x":1}}',
  ];

  it("writes them typed, and says which keys it ignored", async () => {
    const { store, drop, rows } = start();

    const result = await drop("readings/a.jsonl", `${lines.join("\r\n")}\n\n`);

    assert.deepEqual(result, {
      kind: "ingested",
      dataset: "readings",
      rowsWritten: 3,
      rowsRejected: 0,
      files: 2,
      ignoredColumns: ["place", "unit"],
    });
    const nothing = { day: null, count: null, value: null, ok: null, note: null };
    assert.deepEqual(await rows(), [
      { ...nothing, at: "2024-04-30 00:00:00" },
      { at: "2024-05-01 10:00:00", day: "2024-05-01", count: "3", value: 1.5, ok: true, note: 'a "b", c' },
      { ...nothing, at: "2024-05-01 11:00:00.25", count: "-9223372036854775808", value: 2 },
    ]);
    assert.match(
      store.keys("curated/")[0] ?? "",
      /^curated\/readings\/on_day=2024-04-30\/[0-9a-f]{32}\.parquet$/,
    );
  });

  const at = '"at":"2024-05-01T10:00:00Z"';
  const badLines: BadRow[] = [
    { title: "no JSON", row: "hello", column: null, reason: /not JSON/ },
    { title: "half an object", row: `{${at},"count":`, column: null, reason: /not JSON/ },
    { title: "a JSON list", row: "[1]", column: null, reason: /not a JSON object/ },
    {
      title: "a key left out where a value is needed",
      row: '{"count":1}',
      column: "at",
      reason: /no value/,
    },
    {
      title: "a fraction for a whole number",
      row: `{${at},"count":3.7}`,
      column: "count",
      reason: /whole/,
    },
    {
      title: "a number beyond 64 bits",
      row: `{${at},"count":9223372036854775808}`,
      column: "count",
      reason: /64 bits/,
    },
    { title: "a text for a number", row: `{${at},"value":"1.5"}`, column: "value", reason: /JSON number/ },
    { title: "no finite number", row: `{${at},"value":1e999}`, column: "value", reason: /finite/ },
    { title: "a number for a flag", row: `{${at},"ok":1}`, column: "ok", reason: /true nor false/ },
    { title: "a number for a text", row: `{${at},"note":1}`, column: "note", reason: /JSON string/ },
    { title: "an object for a text", row: `{${at},"note":{"a":1}}`, column: "note", reason: /JSON string/ },
    {
      title: "a day that doesn't exist",
      row: `{${at},"day":"2024-02-30"}`,
      column: "day",
      reason: /not a date/,
    },
    {
      title: "a time with an offset",
      row: '{"at":"2024-05-01T10:00:00+02:00"}',
      column: "at",
      reason: /UTC/,
    },
    {
      title: "a time beyond the range",
      row: '{"at":"2030-01-01T00:00:00Z"}',
      column: "at",
      reason: /range/,
    },
    {
      title: "the reader's own delimiter",
      row: `{${at},"note":"a\x01b"}`,
      column: null,
      reason: /too many|not JSON/,
    },
  ];

  for (const { title, row, column, reason } of badLines) {
    it(`keeps the good lines and quarantines ${title}`, async () => {
      const { drop, rejected } = start();

      const result = await drop("readings/a.ndjson", [lines[0], "", row, lines[2]].join("\n"));

      assert.ok(result.kind === "ingested");
      assert.deepEqual([result.rowsWritten, result.rowsRejected], [2, 1]);
      const kept = rejected();
      assert.equal(kept.length, 1);
      assert.match(kept[0]?.reason ?? "", reason);
      assert.deepEqual([kept[0]?.line, kept[0]?.column, kept[0]?.row], [3, column, row]);
    });
  }
});
