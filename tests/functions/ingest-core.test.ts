import assert from "node:assert/strict";
import fc from "fast-check";
import { datasets } from "../../datasets/index.ts";
import {
  checkHeader,
  contractHash,
  isCopyable,
  MalformedEventError,
  parseEvent,
  planKeys,
  renderFileReason,
  renderRejectedRow,
  routeKey,
  type Source,
  sourceId,
} from "../../functions/ingest/core.ts";
import { objectCreated, readings } from "./lake.ts";

const source: Source = { bucket: "raw", key: "readings/a.csv", sizeBytes: 1, etag: "e" };

describe("an event of an object created", () => {
  it("gives the object, with the version if there is one", () => {
    const common = { bucket: "raw", key: "a b+c%20", sizeBytes: 7, etag: "b1946ac92492d2347c6235b4d2611184" };

    assert.deepEqual(parseEvent(objectCreated("a b+c%20", 7, "v1")), { ...common, versionId: "v1" });
    assert.deepEqual(parseEvent(objectCreated("a b+c%20", 7)), common);
  });

  const malformed: [string, unknown, string][] = [
    ["nothing at all", undefined, "event"],
    ["an S3 notification", { Records: [] }, "source, detail-type, detail"],
    ["an event of another kind", { ...objectCreated("a"), "detail-type": "Object Deleted" }, "detail-type"],
    ["an object without a key", objectCreated(""), "detail.object.key"],
    ["an object of a negative size", objectCreated("a", -1), "detail.object.size"],
  ];
  for (const [title, event, fields] of malformed) {
    it(`is not ${title}`, () => {
      assert.throws(
        () => parseEvent(event),
        (error) => error instanceof MalformedEventError && error.message.endsWith(`missing: ${fields}`),
      );
    });
  }
});

describe("the route of a key", () => {
  const known = new Map([["readings", readings]]);
  const supported = ["csv", "jsonl", "ndjson"];
  const unknown = (dataset: string) => ({
    kind: "quarantine",
    folder: "_unknown",
    fault: { kind: "unknown-dataset", dataset },
  });
  const unsupported = {
    kind: "quarantine",
    folder: "readings",
    fault: { kind: "unsupported-format", supported },
  };
  const routes: [string, object][] = [
    ["readings/a.csv", { kind: "ingest", dataset: readings, format: "csv" }],
    ["readings/2024/05/a b.c.CSV", { kind: "ingest", dataset: readings, format: "csv" }],
    ["readings/a.jsonl", { kind: "ingest", dataset: readings, format: "json-lines" }],
    ["readings/a.ndjson", { kind: "ingest", dataset: readings, format: "json-lines" }],
    ["readings/a.csv.gz", unsupported],
    ["readings/csv", unsupported],
    ["readings/a.csv/b", unsupported],
    ["readings/", { kind: "ignore", reason: "folder-marker" }],
    ["elsewhere/", { kind: "ignore", reason: "folder-marker" }],
    ["READINGS/a.csv", unknown("READINGS")],
    ["readings", unknown("")],
    ["/readings/a.csv", unknown("")],
    ["__proto__/a.csv", unknown("__proto__")],
  ];
  for (const [key, route] of routes) {
    it(`of ${key} is ${JSON.stringify(route).slice(0, 60)}`, () => {
      assert.deepEqual(routeKey(key, known), route);
    });
  }
});

describe("the output keys of a source", () => {
  const allKeys = (of: Pick<Source, "bucket" | "key">) => {
    const keys = planKeys(of, "readings", "on_day");
    return [keys.parquet("2024-05-01"), keys.rows, keys.fileReason, keys.fileCopy];
  };

  it("are in the dataset's folder, under the first 32 digits of the SHA-256 of bucket and key", () => {
    // printf 'raw\nreadings/a.csv' | sha256sum
    const id = "5abde1cc6505bca5acbebec30907e8eb";

    assert.deepEqual(allKeys(source), [
      `readings/on_day=2024-05-01/${id}.parquet`,
      `readings/rows/${id}.jsonl`,
      `readings/files/${id}.json`,
      `readings/files/${id}.original`,
    ]);
  });

  it("are never shared by two sources, and always the same for one", () => {
    const place = fc.record({
      bucket: fc.stringMatching(/^[a-z0-9.-]{3,63}$/),
      key: fc.string({ minLength: 1 }),
    });
    fc.assert(
      fc.property(place, place, (one, other) => {
        const isSame = one.bucket === other.bucket && one.key === other.key;
        assert.deepEqual(allKeys({ ...one }), allKeys(one));
        assert.equal(
          allKeys(one).some((key) => allKeys(other).includes(key)),
          isSame,
        );
      }),
    );
  });

  it("are as distinct for bucket and key that meet in the same letters", () => {
    assert.notEqual(sourceId({ bucket: "a", key: "bc" }), sourceId({ bucket: "ab", key: "c" }));
  });

  it("don't depend on the version, so that a new version replaces the old one's rows", () => {
    assert.equal(sourceId({ ...source, ...{ versionId: "v1" } }), sourceId(source));
  });
});

describe("the check of a header", () => {
  const weather = datasets.get("seattle_weather");
  assert.ok(weather !== undefined);
  const names = weather.columns.map((column) => column.name);

  it("finds the columns by name, in any order, blanks around them aside", () => {
    const header = ["extra", ...names.toReversed().map((name) => ` ${name} `), "more"];

    assert.deepEqual(checkHeader(header, weather), {
      kind: "matched",
      columns: [null, ...names.toReversed(), null],
      ignoredColumns: ["extra", "more"],
    });
  });

  it("names the columns that are missing, and those found", () => {
    assert.deepEqual(checkHeader(["Date", ...names.slice(1)], weather), {
      kind: "faulty",
      fault: { kind: "columns-missing", missing: ["date"], found: ["Date", ...names.slice(1)] },
    });
  });

  it("refuses a column of the contract that is there twice, and lets another be", () => {
    assert.deepEqual(checkHeader([...names, "wind"], weather), {
      kind: "faulty",
      fault: { kind: "columns-repeated", repeated: ["wind"] },
    });
    assert.equal(checkHeader([...names, "x", "x"], weather).kind, "matched");
  });
});

describe("a contract's hash", () => {
  it("changes with a column's type, name or need of a value, and with the partition", () => {
    const [first, ...rest] = readings.columns;
    assert.ok(first !== undefined);
    const others = [
      { ...readings, columns: [{ ...first, type: "date" as const }, ...rest] },
      { ...readings, columns: [{ ...first, nullable: true }, ...rest] },
      { ...readings, columns: rest },
      { ...readings, partition: { ...readings.partition, by: "month" as const } },
    ];

    assert.equal(new Set([readings, ...others].map(contractHash)).size, 5);
  });

  it("stays when only words for people change", () => {
    assert.equal(
      contractHash({ ...readings, description: "Other words.", owner: "someone" }),
      contractHash(readings),
    );
  });
});

describe("the records of the quarantine", () => {
  it("hold a row as it was, in one line", () => {
    const bytes = Buffer.from('a,"b\nc"');

    const text = renderRejectedRow(source, readings, { line: 3, column: "count", reason: "is bad", bytes });

    assert.equal(text.indexOf("\n"), text.length - 1);
    assert.deepEqual(JSON.parse(text), {
      source: { bucket: "raw", key: "readings/a.csv", versionId: null },
      line: 3,
      column: "count",
      reason: "is bad",
      row: 'a,"b\nc"',
      dataset: "readings",
      contract: contractHash(readings),
    });
  });

  it("say of a file what was wrong and where its copy is", () => {
    const text = renderFileReason(
      { ...source, versionId: "v1" },
      { kind: "empty-file" },
      "readings/files/x.original",
    );

    assert.deepEqual(JSON.parse(text), {
      source: { bucket: "raw", key: "readings/a.csv", versionId: "v1", sizeBytes: 1, etag: "e" },
      reason: { kind: "empty-file" },
      copyKey: "readings/files/x.original",
    });
  });

  it("have no copy of a file beyond the 5 GB that one copy may have", () => {
    assert.equal(isCopyable({ sizeBytes: 5 * 1024 ** 3 }), true);
    assert.equal(isCopyable({ sizeBytes: 5 * 1024 ** 3 + 1 }), false);
  });
});
