/** Somebody sees the days on which it rained, and neither temperatures nor wind. */
import { PersonRole } from "../../components/access/role.ts";
import { Database } from "../../components/catalog/database.ts";
import { Table } from "../../components/catalog/table.ts";
import { DataFilter } from "../../components/governance/data-filter.ts";
import { ZoneBucket } from "../../components/storage/zone-bucket.ts";
import { seattleWeather } from "../../datasets/seattle-weather.ts";
import { declarePart } from "../part.ts";

/** Declares it. */
export function example(): void {
  /// show
  declarePart(({ site, keyArn }) => {
    const curated = new ZoneBucket("curated", { site, zone: "curated", keyArn });
    const database = new Database("curated-database", { site, of: "curated", description: "The tables" });
    const table = new Table("weather-table", { site, database, dataset: seattleWeather, zone: curated });

    const rain = new DataFilter("rain", {
      table,
      filterName: "rain",
      rows: "weather = 'rain'",
      columns: ["date", "precipitation", "weather"],
    });

    new PersonRole("analyst", {
      site,
      what: "analyst",
      description: "Sees the rain",
      principals: ["arn:aws:iam::123456789012:user/ada"],
      mfaRequired: true,
      grants: [table.canQuery(rain.part)],
    });
  });
  /// hide
}
