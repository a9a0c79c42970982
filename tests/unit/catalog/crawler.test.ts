import assert from "node:assert/strict";
import {
  crawlPolicies,
  type JdbcCrawlMode,
  type S3CrawlMode,
} from "../../../components/catalog/crawl-mode.ts";
import { Crawler, type CrawlerArgs } from "../../../components/catalog/crawler.ts";
import { Database } from "../../../components/catalog/database.ts";
import { ZoneBucket } from "../../../components/storage/zone-bucket.ts";
import { fullConfig } from "../access/whole.ts";
import { all, deployPart, one, statementsOf, type Declared } from "../deploy.ts";
import { declaredBy } from "../program.ts";

const CRAWLER = "aws:glue/crawler:Crawler";
const everything = { kind: "everything", onChange: "update-table", onGone: "log" } as const;

function declare(
  mode: S3CrawlMode = everything,
  args: Partial<Pick<CrawlerArgs, "schedule">> & { prefix?: string; tableLevel?: number } = {},
): Promise<Declared[]> {
  const { prefix = "in/", tableLevel = 3, ...rest } = args;
  return deployPart((site) => {
    const zone = new ZoneBucket("raw", { site, zone: "raw" });
    const database = new Database("raw-database", { site, of: "raw", description: "" });
    const target = { kind: "s3", zone, prefix, tableLevel, mode } as const;
    new Crawler("crawl", { site, what: "raw", description: "Crawls", database, target, ...rest });
  });
}

describe("a crawl mode", () => {
  for (const { name, mode, recrawl, update, gone } of [
    {
      name: "looks at everything and changes tables",
      mode: everything,
      ...{ recrawl: "CRAWL_EVERYTHING", update: "UPDATE_IN_DATABASE", gone: "LOG" },
    },
    {
      name: "looks at everything and only tells of changes",
      mode: { kind: "everything", onChange: "log", onGone: "deprecate-table" },
      ...{ recrawl: "CRAWL_EVERYTHING", update: "LOG", gone: "DEPRECATE_IN_DATABASE" },
    },
    {
      name: "deletes tables whose data is gone",
      mode: { kind: "everything", onChange: "log", onGone: "delete-table" },
      ...{ recrawl: "CRAWL_EVERYTHING", update: "LOG", gone: "DELETE_FROM_DATABASE" },
    },
    {
      // The only pair that Glue takes for new folders.
      name: "looks at new folders, and changes nothing",
      mode: { kind: "new-folders" },
      ...{ recrawl: "CRAWL_NEW_FOLDERS_ONLY", update: "LOG", gone: "LOG" },
    },
  ] satisfies { name: string; mode: S3CrawlMode; recrawl: string; update: string; gone: string }[]) {
    it(name, () => {
      assert.deepEqual(crawlPolicies(mode), {
        recrawlPolicy: { recrawlBehavior: recrawl },
        schemaChangePolicy: { updateBehavior: update, deleteBehavior: gone },
      });
    });
  }

  it("cannot be written so that Glue refuses it", () => {
    const modes: (S3CrawlMode | JdbcCrawlMode)[] = [
      // @ts-expect-error -- new folders alone change no table
      { kind: "new-folders", onChange: "update-table" },
      // @ts-expect-error -- nor delete one
      { kind: "new-folders", onGone: "delete-table" },
      // @ts-expect-error -- what about changes?
      { kind: "everything", onGone: "log" },
    ];
    // @ts-expect-error -- a database has no folders
    const ofDatabase: JdbcCrawlMode = { kind: "new-folders" };

    assert.equal(modes.length, 3);
    assert.equal(ofDatabase.kind, "new-folders");
  });
});

describe("a crawler of files", () => {
  it("reads its folder and makes tables of its database, by a role of its own", async () => {
    const { inputs, after } = one(await declare(), CRAWLER);

    const { configuration, ...others } = inputs;
    assert.deepEqual(others, {
      name: "sluice-dev-raw",
      description: "Crawls",
      role: "arn:aws:iam::123456789012:role/sluice-dev-crawl-raw",
      databaseName: "sluice_dev_raw",
      s3Targets: [{ path: "s3://sluice-dev-raw-123456789012/in/" }],
      ...crawlPolicies(everything),
    });
    assert.deepEqual(JSON.parse(String(configuration)), {
      Version: 1,
      CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", TableLevelConfiguration: 3 },
    });
    assert(after.includes("crawl-role-grants"), "its rights come first");
  });

  it("runs when it is told to, unless it is given a time", async () => {
    const schedule = "cron(0 4 * * ? *)";

    assert.equal("schedule" in one(await declare(), CRAWLER).inputs, false);
    assert.equal(one(await declare(everything, { schedule }), CRAWLER).inputs["schedule"], schedule);
  });

  it("may do exactly this: read and list the folder, use the key for that, make tables, write its log", async () => {
    const declared = await declare();

    const rights = statementsOf(one(declared, "aws:iam/rolePolicy:RolePolicy").inputs["policy"]);
    assert.deepEqual(
      rights.map(({ Action, Resource }) => [Resource, Action]),
      [
        [["arn:aws:s3:::sluice-dev-raw-123456789012/in/*"], ["s3:GetObject"]],
        [["arn:aws:kms:eu-west-1:123456789012:key/*"], ["kms:Decrypt"]],
        [["arn:aws:s3:::sluice-dev-raw-123456789012"], ["s3:ListBucket"]],
        [
          [
            "arn:aws:glue:eu-west-1:123456789012:catalog",
            "arn:aws:glue:eu-west-1:123456789012:database/sluice_dev_raw",
            "arn:aws:glue:eu-west-1:123456789012:table/sluice_dev_raw/*",
          ],
          [
            ...[
              "glue:GetDatabase",
              "glue:GetTable",
              "glue:GetTables",
              "glue:CreateTable",
              "glue:UpdateTable",
            ],
            ...["glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"],
            ...["glue:CreatePartition", "glue:BatchCreatePartition", "glue:UpdatePartition"],
          ],
        ],
        [
          ["arn:aws:logs:eu-west-1:123456789012:log-group:/aws-glue/crawlers:*"],
          ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        ],
      ],
    );
    const { inputs: role } = one(declared, "aws:iam/role:Role");
    assert.equal(role["managedPolicyArns"], undefined);
    assert.deepEqual(
      declared.filter(({ type }) => /PolicyAttachment/.test(type)),
      [],
    );
  });
});

describe("the lake's crawlers", () => {
  it("run by the profile's clock in production, and when they are told to elsewhere", async () => {
    for (const [profile, schedule] of [
      ["prod", "cron(0 4 * * ? *)"],
      ["dev", undefined],
    ] as const) {
      const declared = await declaredBy("preview", { ...fullConfig, "sluice:profile": profile });
      assert.deepEqual(
        all(declared, CRAWLER).map(({ inputs }) => inputs["schedule"]),
        [schedule, schedule],
      );
    }
  });

  it("look at each dataset's folder of the raw zone as a table", async () => {
    const { inputs } = one(await declaredBy("preview"), CRAWLER, "crawl-raw");

    assert.deepEqual(inputs["s3Targets"], [{ path: "s3://sluice-dev-raw-123456789012/" }]);
    assert.match(String(inputs["configuration"]), /"TableLevelConfiguration":2/);
  });

  for (const [engine, path] of [
    ["postgres", "shop/public/%"],
    ["mysql", "shop/%"],
  ] as const) {
    it(`look at every table of a source of ${engine}`, async () => {
      const declared = await declaredBy("preview", {
        ...fullConfig,
        "sluice:source": `{"engine": "${engine}", "databaseName": "shop"}`,
      });

      const { inputs } = one(declared, CRAWLER, "crawl-source");
      assert.deepEqual(inputs["jdbcTargets"], [{ connectionName: "sluice-dev-source", path }]);
      assert.equal(inputs["s3Targets"], undefined);
      assert.equal(inputs["databaseName"], "sluice_dev_source");
      assert.doesNotMatch(String(inputs["configuration"]), /TableLevel/);
      const { after } = one(declared, "sluice:catalog:Crawler", "crawl-source");
      assert(after.includes("source-connection") && after.includes("source-secret"));
    });
  }
});
