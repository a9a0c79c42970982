/** Each right of the ingestion that the emulator enforces is needed: taken away, the file does not come through. */
import assert from "node:assert/strict";
import {
  deployLake,
  drop,
  entriesOf,
  HEADER,
  outcomeOf,
  retryAsDeployed,
  retryAtOnce,
  withRights,
} from "./lake.ts";
import { eventually, testAws, type TestAws } from "./local-aws.ts";

const GOOD = "2023-01-01,1.0,8.0,2.0,3.0,rain";
const BAD = "2023-01-02,much,8.0,2.0,3.0,rain";

describe("the ingestion's rights", function () {
  this.timeout(120_000);
  let aws: TestAws;

  before(async () => {
    aws = await testAws();
    await deployLake(aws);
    await retryAtOnce(aws);
  });

  after(() => retryAsDeployed(aws));

  for (const { sid, action, fails } of [
    { sid: "ReadVersionsRaw", action: "s3:GetObjectVersion", fails: /GetObject failed/ },
    {
      sid: "WriteCurated",
      action: "s3:PutObject",
      fails: /PutObject failed for s3:\/\/sluice-local-curated/,
    },
    {
      sid: "WriteQuarantine",
      action: "s3:PutObject",
      fails: /PutObject failed for s3:\/\/sluice-local-quarantine/,
    },
  ]) {
    it(`need ${action} of ${sid}: without it nothing comes through, and with it again everything does`, async () => {
      const key = `seattle_weather/without-${sid}.csv`;

      const versionId = await withRights(
        aws,
        "ingest",
        (statements) => statements.filter((statement) => !statement.Sid.startsWith(sid)),
        async () => {
          const version = await drop(aws, key, [HEADER, GOOD, BAD, ""].join("\n"));
          const first = await outcomeOf(aws, version);
          assert.equal(first.message, "failed");
          assert.match(first.error?.message ?? "", fails);
          return version;
        },
      );

      const last = await eventually("the file's rows", async () =>
        (await entriesOf(aws, versionId)).find(({ message }) => message === "ingested"),
      );
      assert.deepEqual([last.rowsWritten, last.rowsRejected], [1, 1]);
    });
  }
});
