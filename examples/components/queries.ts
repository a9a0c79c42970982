/** A query that asks for a value, beside those that are kept as files. */
import { deployLake } from "../../components/deploy.ts";
import { parseQuery, Queries } from "../../components/query/queries.ts";

/** Declares it. */
export function example(): void {
  /// show
  deployLake({
    extend: (lake) => {
      const query = parseQuery(
        "rainy_days.sql",
        "-- The days of a month on which it rained.\n" +
          "SELECT date FROM seattle_weather WHERE month = ? AND weather = 'rain';",
      );
      new Queries(
        "engineering-queries",
        {
          workgroup: lake.workgroups.engineering,
          database: lake.databases.curated,
          queries: [query],
        },
        { parent: lake },
      );
    },
  });
  /// hide
}
