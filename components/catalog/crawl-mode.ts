/**
 * How a crawler looks again, and what it does about what it finds changed. Glue takes only some of the pairs, and
 * refuses the others when the crawler is made; here they cannot be written.
 * @see https://docs.aws.amazon.com/glue/latest/dg/incremental-crawls.html
 */
import type * as aws from "@pulumi/aws";

/** What a crawler does when a table's columns have changed. */
export type OnChange = "update-table" | "log";

/** What a crawler does when the data of a table is gone. */
export type OnGone = "deprecate-table" | "delete-table" | "log";

/** How a crawler of S3 looks again. */
export type S3CrawlMode =
  | { readonly kind: "everything"; readonly onChange: OnChange; readonly onGone: OnGone }
  /** Only folders that are new. Glue changes and deletes no table then; it tells what it saw in its log. */
  | { readonly kind: "new-folders" };

/** How a crawler of a database looks again: always at everything. */
export interface JdbcCrawlMode {
  readonly kind: "everything";
  readonly onChange: OnChange;
  readonly onGone: OnGone;
}

const UPDATE = { "update-table": "UPDATE_IN_DATABASE", log: "LOG" } as const;
const DELETE = {
  "deprecate-table": "DEPRECATE_IN_DATABASE",
  "delete-table": "DELETE_FROM_DATABASE",
  log: "LOG",
} as const;

/** The two settings of a Glue crawler that a mode stands for. */
export function crawlPolicies(
  mode: S3CrawlMode,
): Required<Pick<aws.glue.CrawlerArgs, "recrawlPolicy" | "schemaChangePolicy">> {
  switch (mode.kind) {
    case "everything":
      return {
        recrawlPolicy: { recrawlBehavior: "CRAWL_EVERYTHING" },
        schemaChangePolicy: { updateBehavior: UPDATE[mode.onChange], deleteBehavior: DELETE[mode.onGone] },
      };
    case "new-folders":
      return {
        recrawlPolicy: { recrawlBehavior: "CRAWL_NEW_FOLDERS_ONLY" },
        schemaChangePolicy: { updateBehavior: "LOG", deleteBehavior: "LOG" },
      };
  }
}
