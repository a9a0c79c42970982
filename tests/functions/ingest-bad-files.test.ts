import assert from "node:assert/strict";
import { sourceId } from "../../functions/ingest/core.ts";
import { good, header, useIngestion } from "./ingestion.ts";

describe("the ingestion of a bad file", () => {
  const { start } = useIngestion();

  interface BadFile {
    readonly title: string;
    readonly key?: string;
    readonly bytes: string | Buffer;
    readonly folder?: string;
    readonly reason: Record<string, unknown>;
  }
  const badFiles: BadFile[] = [
    { title: "an empty file", bytes: "", reason: { kind: "empty-file" } },
    { title: "a file of blank lines", bytes: "\r\n\n\n", reason: { kind: "empty-file" } },
    {
      title: "a picture",
      bytes: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
      reason: { kind: "not-text" },
    },
    { title: "UTF-16", bytes: Buffer.from(header + good, "utf16le"), reason: { kind: "not-text" } },
    {
      title: "bytes that are no text",
      bytes: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x10, 0x4a]),
      reason: { kind: "header-unreadable" },
    },
    {
      title: "an unclosed quote in the header",
      bytes: `"date,wind\n${good}`,
      reason: { kind: "header-unreadable" },
    },
    {
      title: "a header without a declared column",
      bytes: "date,precipitation,temp_max,temp_low,wind\n",
      reason: {
        kind: "columns-missing",
        missing: ["temp_min", "weather"],
        found: ["date", "precipitation", "temp_max", "temp_low", "wind"],
      },
    },
    {
      title: "a file cut by semicolons",
      bytes: header.replaceAll(",", ";") + good.replaceAll(",", ";"),
      reason: {
        kind: "columns-missing",
        missing: header.trim().split(","),
        found: [header.trim().replaceAll(",", ";")],
      },
    },
    {
      title: "a header that names a column twice",
      bytes: `wind,${header}`,
      reason: { kind: "columns-repeated", repeated: ["wind"] },
    },
    {
      title: "a row of more than two million bytes",
      bytes: `${header}${good}2012-01-02,1,1,1,1,${"x".repeat(2_000_000)}\n`,
      reason: { kind: "row-too-long", longestBytes: 2_000_019, limitBytes: 2_000_000 },
    },
    {
      title: "a file with more than sixteen quotes that are never closed",
      bytes: header + 'x","y\n'.repeat(20),
      reason: { kind: "unclosed-quotes", lines: Array.from({ length: 16 }, (_, index) => index + 2) },
    },
    {
      // DuckDB 1.5.6 sees a record too many after an empty quoted text that more text follows.
      title: "a file the engine finds another number of rows in",
      bytes: `${header}""2012-01-02,1,1,1,1,"\n2012-01-01,1,1,1,1,"s\nun"\n${good}`,
      reason: { kind: "rows-unaccounted", inFile: 3, accountedFor: 4 },
    },
    {
      title: "an unknown dataset",
      key: "portland_weather/a.csv",
      bytes: header + good,
      folder: "_unknown",
      reason: { kind: "unknown-dataset", dataset: "portland_weather" },
    },
    {
      title: "a file in no folder",
      key: "a.csv",
      bytes: header + good,
      folder: "_unknown",
      reason: { kind: "unknown-dataset", dataset: "" },
    },
    {
      title: "an unsupported format",
      key: "seattle_weather/a.xlsx",
      bytes: "PK",
      reason: { kind: "unsupported-format", supported: ["csv", "jsonl", "ndjson"] },
    },
    {
      title: "an empty file of JSON lines",
      key: "seattle_weather/a.jsonl",
      bytes: "\n",
      reason: { kind: "empty-file" },
    },
  ];

  for (const {
    title,
    key = "seattle_weather/a.csv",
    bytes,
    folder = "seattle_weather",
    reason,
  } of badFiles) {
    it(`puts aside ${title}, whole and with its reason`, async () => {
      const { store, logged, drop } = start();

      const result = await drop(key, bytes);

      assert.deepEqual(result, { kind: "quarantined", reason: reason["kind"] });
      const stem = `quarantine/${folder}/files/${sourceId({ bucket: "raw", key })}`;
      assert.deepEqual(store.keys(), [`${stem}.json`, `${stem}.original`]);
      assert.deepEqual(store.written.get(`${stem}.original`), Buffer.from(bytes));
      const [record] = store.json(`${stem}.json`) as { reason: unknown; source: object; copyKey: string }[];
      assert.deepEqual(record?.reason, reason);
      assert.equal(`quarantine/${record.copyKey}`, `${stem}.original`);
      assert.equal(logged.length, 1);
    });
  }
});
