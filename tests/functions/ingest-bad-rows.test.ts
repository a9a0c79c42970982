import assert from "node:assert/strict";
import fc from "fast-check";
import { sourceId } from "../../functions/ingest/core.ts";
import { type BadRow, type RejectedLine, after, good, header, useIngestion } from "./ingestion.ts";

describe("the ingestion of a CSV with bad rows", () => {
  const { start } = useIngestion();

  const badRows: BadRow[] = [
    {
      title: "a text for a number",
      row: "2012-01-02,x,1,1,1,sun",
      column: "precipitation",
      reason: /finite/,
    },
    { title: "an infinite number", row: "2012-01-02,1,inf,1,1,sun", column: "temp_max", reason: /finite/ },
    {
      title: "a number grouped by underscores",
      row: "2012-01-02,1_0,1,1,1,sun",
      column: "precipitation",
      reason: /finite/,
    },
    {
      title: "no value where one is needed",
      row: "2012-01-02,1,,1,1,sun",
      column: "temp_max",
      reason: /no value/,
    },
    { title: "no partition value", row: ",1,1,1,1,sun", column: "date", reason: /no value/ },
    {
      title: "a day that doesn't exist",
      row: "2012-02-30,1,1,1,1,sun",
      column: "date",
      reason: /not a date/,
    },
    { title: "a date in another form", row: "2012-1-2,1,1,1,1,sun", column: "date", reason: /not a date/ },
    { title: "a date with slashes", row: "2012/01/02,1,1,1,1,sun", column: "date", reason: /not a date/ },
    {
      title: "a word DuckDB takes for a date",
      row: "epoch,1,1,1,1,sun",
      column: "date",
      reason: /not a date/,
    },
    {
      title: "a date before the dataset begins",
      row: "2011-12-31,1,1,1,1,sun",
      column: "date",
      reason: /range/,
    },
    { title: "too few columns", row: "2012-01-02,1,1,1,1", column: null, reason: /too few/ },
    { title: "too many columns", row: "2012-01-02,1,1,1,1,sun,x", column: null, reason: /too many/ },
    {
      title: "text after a closing quote",
      row: '2012-01-02,1,1,1,1,"s"un',
      column: "weather",
      reason: /quote/,
    },
    {
      title: "a quoted empty text for a number",
      row: '2012-01-02,"",1,1,1,sun',
      column: "precipitation",
      reason: /finite/,
    },
    { title: "blanks alone", row: "   ", column: null, reason: /too few/ },
    {
      title: "a broken row of two lines",
      row: '2012-01-02,x,1,1,1,"su\nn"',
      column: "precipitation",
      reason: /finite/,
    },
    {
      title: "a quote that is never closed",
      row: '2012-01-02,1,1,1,1,"sun',
      column: null,
      reason: /never closed/,
    },
  ];

  for (const { title, row, column, reason } of badRows) {
    for (const lineEnd of ["\n", "\r\n"]) {
      it(`keeps the good rows and quarantines ${title} (${JSON.stringify(lineEnd)})`, async () => {
        const { store, drop, rows } = start();
        const lines = [header.trim(), good.trim(), row, after.trim(), ""];

        const result = await drop("seattle_weather/a.csv", lines.join(lineEnd), "v1");

        assert.deepEqual(
          { ...result, files: 0 },
          {
            kind: "ingested",
            dataset: "seattle_weather",
            rowsWritten: 2,
            rowsRejected: 1,
            files: 0,
            ignoredColumns: [],
          },
        );
        const id = sourceId({ bucket: "raw", key: "seattle_weather/a.csv" });
        const [kept] = store.json(`quarantine/seattle_weather/rows/${id}.jsonl`) as RejectedLine[];
        assert.match(kept?.reason ?? "", reason);
        assert.deepEqual(
          { ...kept, reason: "", contract: "" },
          {
            source: { bucket: "raw", key: "seattle_weather/a.csv", versionId: "v1" },
            line: 3,
            column,
            reason: "",
            row,
            dataset: "seattle_weather",
            contract: "",
          },
        );
        const days = (await rows()).map((written) => written["date"]);
        assert.deepEqual(days, ["2012-01-01", "2012-02-01"]);
      });
    }
  }

  it("finds many bad rows again among good ones, blank lines and rows of several lines", async () => {
    const { drop, rejected } = start({ chunkBytes: 7 });
    const pattern = [
      good.trim(),
      "",
      "2012-01-03,bad,1,1,1,sun",
      '2012-01-04,1,1,1,1,"two\nlines"',
      "too,few",
      "",
      "2012-01-05,1,1,1,,sun",
      "2012-01-06,1,1,1,1,sun,too many",
    ];
    const lines = [header.trim(), ...Array.from({ length: 500 }, () => pattern).flat()];

    const result = await drop("seattle_weather/a.csv", lines.join("\r\n"));

    assert.ok(result.kind === "ingested");
    assert.equal(result.rowsWritten, 1000);
    assert.equal(result.rowsRejected, 2000);
    const seen = rejected().map(({ line, row }) => `${line} ${row}`);
    const expected = lines
      .join("\n")
      .split("\n")
      .map((row, index) => `${index + 1} ${row}`)
      .filter((row) => /bad|few|,,|many/.test(row));
    assert.deepEqual(seen, expected);
  });

  it("goes on after each of sixteen quotes that are never closed", async () => {
    const { drop, rejected } = start();

    const result = await drop("seattle_weather/a.csv", header + good + 'x","y\n'.repeat(16) + good);

    assert.ok(result.kind === "ingested");
    assert.deepEqual([result.rowsWritten, result.rowsRejected], [2, 16]);
    assert.deepEqual(
      rejected().map(({ line, row }) => [line, row]),
      Array.from({ length: 16 }, (_, index) => [index + 3, 'x","y']),
    );
  });

  it("loses no text of a file, whatever its quotes and line ends", async () => {
    const part = fc.oneof(
      { arbitrary: fc.constantFrom('"', '""', ",", " ", "\n", "\r\n", "\r", "x"), weight: 2 },
      { arbitrary: fc.constantFrom("row", "two-line row", "start of a row"), weight: 1 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 14 }), async (parts) => {
        const { store, drop, rows } = start();
        const marks = parts.map((_, index) => String(1_000_001 + index));
        const texts: Record<string, (mark: string) => string> = {
          row: (mark) => `2012-01-01,${mark},1,1,1,sun\n`,
          "two-line row": (mark) => `2012-01-01,${mark},1,1,1,"s\nun"\n`,
          "start of a row": (mark) => `2012-01-01,${mark},1,`,
        };
        const text = parts.map((name, index) => texts[name]?.(marks[index] ?? "") ?? name).join("");

        const result = await drop("seattle_weather/a.csv", header + text);

        const written = JSON.stringify(await rows());
        const kept =
          written +
          store
            .keys("quarantine/")
            .map((key) => String(store.written.get(key)))
            .join("");
        const lost = marks.filter((mark) => text.includes(mark) && !kept.includes(mark));
        assert.deepEqual(lost, [], JSON.stringify({ result, text }));
      }),
      { numRuns: 80 },
    );
  }).timeout(60_000);

  it("keeps the bytes of a row that is not UTF-8", async () => {
    const { drop, rows, rejected } = start();
    const bad = Buffer.concat([Buffer.from("2012-01-02,1,1,1,1,caf"), Buffer.from([0xe9])]);

    await drop(
      "seattle_weather/a.csv",
      Buffer.concat([Buffer.from(header + good), bad, Buffer.from(`\n${after}`)]),
    );

    const [line] = rejected();
    assert.equal(line?.reason, "is not UTF-8");
    assert.deepEqual(Buffer.from(line.rowBase64 ?? "", "base64"), bad);
    assert.equal((await rows()).length, 2);
  });

  it("writes no Parquet when no row is good", async () => {
    const { store, drop } = start();

    const result = await drop("seattle_weather/a.csv", `${header}x,1,1,1,1,sun\n`);

    assert.ok(result.kind === "ingested");
    assert.deepEqual([result.rowsWritten, result.rowsRejected, result.files], [0, 1, 0]);
    assert.deepEqual(store.keys("curated/"), []);
  });

  describe("given a CSV with a column of every type", () => {
    const names = "at,day,count,value,ok,note\n";
    const badValues: [string, string, string][] = [
      ["count", "2024-05-01 10:00:00,,3.7,,,", "a fraction DuckDB would round"],
      ["count", "2024-05-01 10:00:00,,1e2,,,", "an exponent"],
      ["count", "2024-05-01 10:00:00,, 12 ,,,", "blanks around a whole number"],
      ["count", "2024-05-01 10:00:00,,1_000,,,", "underscores"],
      ["count", "2024-05-01 10:00:00,,9223372036854775808,,,", "a number beyond 64 bits"],
      ["ok", "2024-05-01 10:00:00,,,,yes,", "a yes for a flag"],
      ["at", "2024-05-01,,,,,", "a date for a time"],
      ["at", "2024-05-01 10:00:00+02,,,,,", "a time whose offset DuckDB would drop"],
    ];

    for (const [column, row, title] of badValues) {
      it(`rejects ${title}`, async () => {
        const { drop, rows, rejected } = start();

        await drop("readings/a.csv", `${names}${row}\n2024-05-01T10:00:00Z,,-12,1e2,TRUE,\n`);

        assert.deepEqual(
          rejected().map((line) => [line.column, line.row]),
          [[column, row]],
        );
        const [written] = await rows();
        assert.deepEqual(written, {
          at: "2024-05-01 10:00:00",
          day: null,
          count: "-12",
          value: 100,
          ok: true,
          note: null,
        });
      });
    }

    it("writes one file a partition, however many there are, and keeps the order of the rows", async () => {
      const { drop, rows } = start();
      const row = (index: number) => {
        const day = new Date(Date.UTC(2020, 0, 1) + (index % 700) * 86_400_000).toISOString().slice(0, 10);
        return `${day} 00:00:00,,${index},,,\n`;
      };

      const result = await drop(
        "readings/a.csv",
        names + Array.from({ length: 7000 }, (_, index) => row(index)).join(""),
      );

      assert.ok(result.kind === "ingested");
      assert.deepEqual([result.rowsWritten, result.files], [7000, 700]);
      const counts = (await rows()).map((written) => Number(written["count"]));
      const expected = Array.from({ length: 700 }, (_, day) =>
        Array.from({ length: 10 }, (_unused, round) => round * 700 + day),
      );
      assert.deepEqual(counts, expected.flat());
    });
  });
});
