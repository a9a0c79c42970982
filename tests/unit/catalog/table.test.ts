import assert from "node:assert/strict";
import { Database } from "../../../components/catalog/database.ts";
import { Table } from "../../../components/catalog/table.ts";
import { ZoneBucket } from "../../../components/storage/zone-bucket.ts";
import { defineDataset, type Dataset } from "../../../datasets/index.ts";
import { deployPart, one, type Declared } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const TABLE = "aws:glue/catalogTable:CatalogTable";

function declare(dataset: Dataset): Promise<Declared[]> {
  return deployPart((site) => {
    const zone = new ZoneBucket("curated", { site, zone: "curated" });
    const database = new Database("curated-database", { site, of: "curated", description: "Tables" });
    new Table("table", { site, database, dataset, zone });
  });
}

describe("a database", () => {
  it("is of the account's own catalog", async () => {
    const { inputs } = one(
      await declaredBy("preview"),
      "aws:glue/catalogDatabase:CatalogDatabase",
      "raw-database",
    );

    const { tags: _tags, ...others } = inputs;
    assert.deepEqual(others, {
      name: "sluice_dev_raw",
      catalogId: "123456789012",
      description: "The raw zone's tables",
    });
  });
});

describe("a table", () => {
  it("has the dataset's columns over the zone's Parquet files", async () => {
    const { inputs } = one(await declaredBy("preview"), TABLE, "seattle_weather-table");

    assert.deepEqual(inputs["storageDescriptor"], {
      location: "s3://sluice-dev-curated-123456789012/seattle_weather/",
      columns: [
        { name: "date", type: "date", comment: "The day, in local time." },
        { name: "precipitation", type: "double", comment: "Rain and snow, in millimetres." },
        { name: "temp_max", type: "double", comment: "Highest temperature, in °C." },
        { name: "temp_min", type: "double", comment: "Lowest temperature, in °C." },
        { name: "wind", type: "double", comment: "Mean wind speed, in metres a second." },
        { name: "weather", type: "string", comment: "The day in a word: drizzle, fog, rain, snow or sun." },
      ],
      inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
      outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
      serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
    });
    assert.equal(inputs["tableType"], "EXTERNAL_TABLE");
    assert.equal(inputs["databaseName"], "sluice_dev_curated");
    assert.equal(inputs["catalogId"], "123456789012");
  });

  it("computes its partitions by month", async () => {
    const { inputs } = one(await declaredBy("preview"), TABLE, "seattle_weather-table");

    assert.deepEqual(inputs["partitionKeys"], [{ name: "month", type: "string" }]);
    assert.deepEqual(inputs["parameters"], {
      EXTERNAL: "TRUE",
      classification: "parquet",
      "projection.enabled": "true",
      "projection.month.type": "date",
      "projection.month.format": "yyyy-MM",
      "projection.month.range": "2012-01,NOW",
      "projection.month.interval": "1",
      "projection.month.interval.unit": "MONTHS",
      "storage.location.template": "s3://sluice-dev-curated-123456789012/seattle_weather/month=${month}/",
    });
  });

  it("computes its partitions by day, of a time", async () => {
    const { inputs } = one(
      await declare(
        defineDataset({
          ...{ name: "trips", description: "Trips." },
          columns: [
            { name: "at", type: "timestamp", nullable: false, description: "When." },
            { name: "fare", type: "double", nullable: true, description: "How much." },
          ],
          partition: {
            column: "at",
            by: "day",
            name: "on_day",
            range: { from: "2020-01-01", to: "2029-12-31" },
          },
        }),
      ),
      TABLE,
    );

    const parameters = inputs["parameters"] as Record<string, string>;
    assert.equal(parameters["projection.on_day.range"], "2020-01-01,2029-12-31");
    assert.equal(parameters["projection.on_day.interval.unit"], "DAYS");
    assert.equal(
      parameters["storage.location.template"],
      "s3://sluice-dev-curated-123456789012/trips/on_day=${on_day}/",
    );
    assert.deepEqual(
      (inputs["storageDescriptor"] as { columns: { type: string }[] }).columns[0]?.type,
      "timestamp",
    );
  });

  it("comes after its database and the zone of its files", async () => {
    const { after } = one(await declaredBy("preview"), TABLE, "seattle_weather-table");

    assert(after.includes("curated-database") && after.includes("curated"), after.join());
  });
});
