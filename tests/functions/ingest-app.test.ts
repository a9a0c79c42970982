import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { defineDataset } from "../../datasets/index.ts";
import { sourceId } from "../../functions/ingest/core.ts";
import { good, header, useIngestion, weatherCsv } from "./ingestion.ts";
import { query, readings } from "./lake.ts";

describe("the ingestion function", () => {
  const { start, lookDir } = useIngestion();

  describe("given the real weather of Seattle", () => {
    it("writes every row of the CSV, equal and in order, one file a month", async () => {
      const { drop, rows } = start();

      const result = await drop("seattle_weather/2012-2015.csv", await readFile(weatherCsv));

      assert.deepEqual(result, {
        kind: "ingested",
        dataset: "seattle_weather",
        rowsWritten: 1461,
        rowsRejected: 0,
        files: 48,
        ignoredColumns: [],
      });
      const expected = await query(
        `SELECT * FROM read_csv('${weatherCsv.pathname}', types = {date: 'DATE'})`,
      );
      assert.equal(expected.length, 1461);
      assert.deepEqual(await rows(), expected);
    });

    it("lays the files out by month under one id, with the partition column in the path alone", async () => {
      const { store, drop, rows } = start();

      await drop("seattle_weather/2012-2015.csv", await readFile(weatherCsv));

      const id = sourceId({ bucket: "raw", key: "seattle_weather/2012-2015.csv" });
      const keys = store.keys();
      assert.equal(keys[0], `curated/seattle_weather/month=2012-01/${id}.parquet`);
      assert.equal(keys.at(-1), `curated/seattle_weather/month=2015-12/${id}.parquet`);
      assert.equal(keys.length, 48);
      const [first = {}] = await rows();
      assert.deepEqual(Object.keys(first), header.trim().split(","));
      assert.deepEqual([...new Set(store.contentTypes.values())], ["application/vnd.apache.parquet"]);
    });

    it("compresses with zstd", async () => {
      const { drop, rows } = start();
      await drop("seattle_weather/a.csv", await readFile(weatherCsv));
      await rows();

      const [row] = await query(
        `SELECT DISTINCT compression FROM parquet_metadata('${lookDir()}/*.parquet')`,
      );

      assert.deepEqual(row, { compression: "ZSTD" });
    });

    it("leaves the same objects, byte for byte, when the event comes twice", async () => {
      const { store, drop } = start();
      const text = `${(await readFile(weatherCsv)).toString("utf8")}2016-01-01,none,1,1,1,sun\n`;
      const first = await drop("seattle_weather/a.csv", text);
      const before = new Map(store.written);
      store.written.clear();

      const second = await drop("seattle_weather/a.csv", text);

      assert.deepEqual(second, first);
      assert.equal(before.size, 49);
      assert.deepEqual(store.written, before);
    });

    it("reads the same whatever the size of the chunks it comes in", async () => {
      const text = `\uFEFF${(await readFile(weatherCsv)).toString("utf8").replaceAll("\n", "\r\n")}`;
      const whole = start();
      await whole.drop("seattle_weather/a.csv", text);

      const pieces = start({ chunkBytes: 1 });
      await pieces.drop("seattle_weather/a.csv", text);

      assert.equal(whole.store.written.size, 48);
      assert.deepEqual(pieces.store.written, whole.store.written);
    });
  });

  interface GoodFile {
    readonly title: string;
    readonly text: string;
    readonly rows: readonly Record<string, unknown>[];
    readonly ignoredColumns?: readonly string[];
  }
  const drizzle = {
    date: "2012-01-01",
    precipitation: 0,
    temp_max: 12.8,
    temp_min: 5,
    wind: 4.7,
    weather: "drizzle",
  };
  const goodFiles: GoodFile[] = [
    { title: "a header alone, as no rows", text: header, rows: [] },
    { title: "a header without a line end", text: header.trim(), rows: [] },
    { title: "a byte order mark", text: `\uFEFF${header}${good}`, rows: [drizzle] },
    { title: "no line end at the end", text: header + good.trim(), rows: [drizzle] },
    {
      title: "line ends of three kinds in one file",
      text: `${header.trim()}\r\n${good}${good.trim()}\r${good}`,
      rows: [drizzle, drizzle, drizzle],
    },
    {
      title: "a quoted field with commas, quotes and line ends",
      text: `${header}${good.replace("drizzle", '"a, ""b""\r\nc"')}`,
      rows: [{ ...drizzle, weather: 'a, "b"\r\nc' }],
    },
    {
      title: "an empty text in quotes",
      text: header + good.replace("drizzle", '""'),
      rows: [{ ...drizzle, weather: "" }],
    },
    {
      title: "columns in another order, and one too many",
      text: 'weather,"wind",it\'s,temp_min, temp_max ,precipitation,date\ndrizzle,4.7,?,5,12.8,0,2012-01-01\n',
      rows: [drizzle],
      ignoredColumns: ["it's"],
    },
  ];

  for (const { title, text, rows: expected, ignoredColumns = [] } of goodFiles) {
    it(`reads ${title}`, async () => {
      const { store, drop, rows } = start();

      const result = await drop("seattle_weather/a.csv", text);

      assert.deepEqual(result, {
        kind: "ingested",
        dataset: "seattle_weather",
        rowsWritten: expected.length,
        rowsRejected: 0,
        files: expected.length === 0 ? 0 : 1,
        ignoredColumns,
      });
      assert.deepEqual(await rows(), expected);
      assert.equal(store.written.size, expected.length === 0 ? 0 : 1);
    });
  }

  it("leaves a folder made in the console alone", async () => {
    const { store, drop } = start();

    assert.deepEqual(await drop("seattle_weather/", ""), { kind: "ignored", reason: "folder-marker" });
    assert.equal(store.written.size, 0);
  });

  it("takes a key as it is, without decoding it", async () => {
    const { store, drop } = start();

    const result = await drop("seattle_weather/it's a+b%20é.CSV", header + good, "v7");

    assert.equal(result.kind, "ingested");
    assert.deepEqual(
      store.reads.map(({ key, versionId }) => ({ key, versionId })),
      [{ key: "seattle_weather/it's a+b%20é.CSV", versionId: "v7" }],
    );
  });

  it("quotes what a name could smuggle into SQL", async () => {
    const { store, drop } = start();

    const result = await drop("seattle_weather/'; DROP TABLE staged; --.csv", `"a"",'b'",${header}x,${good}`);

    assert.ok(result.kind === "ingested");
    assert.deepEqual([result.rowsWritten, result.ignoredColumns], [1, [`a",'b'`]]);
    assert.equal(store.keys("curated/").length, 1);
  });

  it("answers to a changed contract with another contract hash", async () => {
    const narrow = defineDataset({ ...readings, name: "narrow", columns: readings.columns.slice(0, 2) });
    const wide = defineDataset({ ...narrow, name: "wide", columns: readings.columns.slice(0, 3) });
    const { drop, rejected } = start({ datasets: [narrow, wide] });

    await drop("narrow/a.jsonl", "x");
    await drop("wide/a.jsonl", "x");

    const hashes = rejected().map((line) => line.contract);
    assert.equal(new Set(hashes).size, 2);
    assert.ok(hashes.every((hash) => /^[0-9a-f]{16}$/.test(hash)));
  });

  it("logs one line an event, with counts and ids and nothing of the rows", async () => {
    const { logged, drop } = start();

    const text = `${header}${good}2012-01-02,secret,1,1,1,sun\n`;

    await drop("seattle_weather/a.csv", text, "v1");

    assert.deepEqual(logged, [
      {
        message: "ingested",
        fields: {
          awsRequestId: "request-1",
          source: { bucket: "raw", key: "seattle_weather/a.csv", versionId: "v1" },
          sizeBytes: Buffer.byteLength(text),
          durationMs: 0,
          kind: "ingested",
          dataset: "seattle_weather",
          rowsWritten: 1,
          rowsRejected: 1,
          files: 1,
          ignoredColumns: [],
        },
      },
    ]);
  });
});
