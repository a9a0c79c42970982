import assert from "node:assert/strict";
import { MalformedEventError } from "../../functions/ingest/core.ts";
import type { Engine } from "../../functions/ingest/duckdb.ts";
import { IngestError } from "../../functions/ingest/errors.ts";
import { duckdb, good, header, useIngestion } from "./ingestion.ts";
import { objectCreated } from "./lake.ts";

describe("the ingestion function, when something around it fails,", () => {
  const { start } = useIngestion();

  const failures = [
    {
      method: "read",
      key: "seattle_weather/a.csv",
      action: "GetObject",
      bucket: "raw",
      at: /^seattle_weather\/a\.csv$/,
    },
    {
      method: "put",
      key: "seattle_weather/a.csv",
      action: "PutObject",
      bucket: "curated",
      at: /month=2012-01/,
    },
    {
      method: "copy",
      key: "nothing/a.csv",
      action: "CopyObject",
      bucket: "quarantine",
      at: /^_unknown\/files\//,
    },
  ] as const;

  for (const { method, key, action, bucket, at } of failures) {
    it(`throws, naming the object and the cause, when ${action} is refused`, async () => {
      const { store, logged, drop } = start();
      const refusal = new Error("Access Denied");
      store.failures.set(method, refusal);

      await assert.rejects(drop(key, header + good), (error) => {
        assert.ok(error instanceof IngestError);
        assert.deepEqual([error.action, error.bucket, error.cause], [action, bucket, refusal]);
        assert.match(error.key, at);
        assert.ok(error.message.includes(error.key));
        return true;
      });
      assert.deepEqual(
        logged.map(({ message }) => message),
        ["failed"],
      );
    });
  }

  it("throws when the body breaks off in the middle", async () => {
    const { store, drop } = start();
    store.read = () =>
      Promise.resolve(
        (async function* () {
          yield await Promise.resolve(Buffer.from(header));
          throw new Error("socket hang up");
        })(),
      );

    await assert.rejects(drop("seattle_weather/a.csv", ""), { name: "IngestError", action: "GetObject" });
  });

  it("throws when the engine runs out of memory, and puts nothing aside", async () => {
    const engine: Engine = { withFile: () => Promise.reject(new Error("Out of Memory Error: failed")) };
    const { store, drop } = start({ engine });

    await assert.rejects(drop("seattle_weather/a.csv", header + good), {
      name: "IngestError",
      action: "convert",
    });
    assert.equal(store.written.size, 0);
  });

  it("puts the file aside when the engine can't read it", async () => {
    const engine: Engine = { withFile: (_job, use) => use({ kind: "unreadable", detail: "no idea" }) };
    const { drop } = start({ engine });

    const result = await drop("seattle_weather/a.csv", header + good);

    assert.deepEqual(result, { kind: "quarantined", reason: "unreadable" });
  });

  it("puts the file aside when the engine lost sight of a row", async () => {
    const engine: Engine = {
      withFile: (job, use) =>
        duckdb.withFile(job, (reading) => {
          assert.ok(reading.kind === "read");
          return use({ kind: "read", conversion: { ...reading.conversion, rowsRead: 0, rowsGood: 0 } });
        }),
    };
    const { drop } = start({ engine });

    const result = await drop("seattle_weather/a.csv", header + good);

    assert.deepEqual(result, { kind: "quarantined", reason: "rows-unaccounted" });
  });

  it("puts the file aside, and nothing else, when the engine cut it where no record ends", async () => {
    const engine: Engine = {
      withFile: (job, use) =>
        duckdb.withFile(job, (reading) => {
          assert.ok(reading.kind === "read");
          const unreadRecords = async function* () {
            for await (const record of reading.conversion.unreadRecords()) {
              yield { ...record, offsetBytes: record.offsetBytes + 1 };
            }
          };
          return use({ kind: "read", conversion: { ...reading.conversion, unreadRecords } });
        }),
    };
    const { store, drop } = start({ engine });

    const result = await drop("seattle_weather/a.csv", `${header}${good}too,few\n${good}`);

    assert.deepEqual(result, { kind: "quarantined", reason: "rows-unaccounted" });
    assert.equal(store.keys().length, 2);
    const [record] = store
      .keys("quarantine/seattle_weather/files/")
      .filter((key) => key.endsWith(".json"))
      .flatMap((key) => store.json(key));
    assert.deepEqual((record as { reason: object }).reason, {
      kind: "rows-unaccounted",
      inFile: 3,
      accountedFor: 2,
    });
  });

  it("throws for an event that is no Object Created, naming the field and not its value", async () => {
    const { send } = start();
    const event = { ...objectCreated("seattle_weather/a.csv"), source: "secret.source" };

    await assert.rejects(send(event), (error) => {
      assert.ok(error instanceof MalformedEventError);
      assert.match(error.message, /: source$/);
      return true;
    });
  });
});
