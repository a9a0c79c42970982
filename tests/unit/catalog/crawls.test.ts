import assert from "node:assert/strict";
import { Crawls } from "../../../components/catalog/crawls.ts";
import { Database } from "../../../components/catalog/database.ts";
import { ZoneBucket } from "../../../components/storage/zone-bucket.ts";
import { fullConfig } from "../access/whole.ts";
import { all, deployPart, one, validConfig, type Declared } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const CRAWLER = "aws:glue/crawler:Crawler";

interface Made {
  readonly declared: readonly Declared[];
  readonly crawlers: readonly string[];
  readonly databases: readonly string[];
}

async function declare(config: Readonly<Record<string, string>>): Promise<Made> {
  let made: Omit<Made, "declared"> | undefined;
  const declared = await deployPart(
    (site) => {
      const raw = new ZoneBucket("raw", { site, zone: "raw" });
      const rawDatabase = new Database("raw-database", { site, of: "raw", description: "" });
      const { crawlers, databases } = new Crawls("crawls", {
        ...{ site, raw, rawDatabase },
        keyArn: "arn:aws:kms:eu-west-1:123456789012:key/1",
      });
      made = {
        crawlers: crawlers.map(({ crawlerName }) => crawlerName),
        databases: databases.map(({ databaseName }) => databaseName),
      };
    },
    { config },
  );
  if (made === undefined) throw new Error("no crawls were made");
  return { declared, ...made };
}

describe("the crawls", () => {
  it("are of the raw zone alone where there is no source", async () => {
    const { declared, crawlers, databases } = await declare(validConfig);

    assert.deepEqual(crawlers, ["sluice-dev-raw"]);
    assert.deepEqual(databases, ["sluice_dev_raw"]);
    assert.deepEqual(
      all(declared, CRAWLER).map(({ name }) => name),
      ["crawl-raw"],
    );
    assert.deepEqual(
      declared.filter(({ type }) => type.startsWith("sluice:source:")),
      [],
    );
  });

  it("are of the source too where there is one, into a database of its own", async () => {
    const { declared, crawlers, databases } = await declare(fullConfig);

    assert.deepEqual(crawlers, ["sluice-dev-raw", "sluice-dev-source"]);
    assert.deepEqual(databases, ["sluice_dev_raw", "sluice_dev_source"]);
    assert.deepEqual(
      all(declared, CRAWLER).map(({ inputs }) => inputs["databaseName"]),
      databases,
    );
    for (const type of [
      ...["sluice:source:DatabaseSource", "sluice:source:PrivateNetwork", "aws:glue/connection:Connection"],
    ]) {
      assert.equal(all(declared, type).length, 1, type);
    }
  });

  it("are watched, and started by those who run the lake, each of them", async () => {
    const declared = await declaredBy("preview");

    const { inputs } = one(declared, "aws:cloudwatch/eventRule:EventRule", "crawl-failed");
    assert.deepEqual(
      (JSON.parse(String(inputs["eventPattern"])) as { detail: { crawlerName: string[] } }).detail
        .crawlerName,
      all(declared, CRAWLER).map((crawler) => crawler.inputs["name"]),
    );
  });

  it("are part of one component, which comes after the account's Lake Formation settings", async () => {
    const declared = await declaredBy("preview");

    const { parent, after } = one(declared, "sluice:catalog:Crawls");
    assert.equal(parent, "lake");
    assert(after.includes("lake-formation-settings"));
    for (const name of ["crawl-raw", "crawl-source"]) {
      assert.equal(one(declared, "sluice:catalog:Crawler", name).parent, "crawls");
    }
  });
});
