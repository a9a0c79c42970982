/** The datasets of the lake, by name, and what is needed to read their contracts. */
import type { Dataset } from "./dataset.ts";
import { seattleWeather } from "./seattle-weather.ts";

export {
  type Column,
  type ColumnType,
  type Dataset,
  defineDataset,
  InvalidDatasetError,
  periodStart,
} from "./dataset.ts";
export { duckdbType, glueType, partitionFormat, type PartitionKey, partitionKey } from "./types.ts";

/** Every dataset of the lake by its name. A file of any other dataset is quarantined. */
export const datasets: ReadonlyMap<string, Dataset> = new Map(
  [seattleWeather].map((dataset) => [dataset.name, dataset]),
);
