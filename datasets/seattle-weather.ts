/** Daily weather of Seattle, as in the `seattle-weather.csv` of https://github.com/vega/vega-datasets. */
import { defineDataset } from "./dataset.ts";

/** The contract of the daily weather of Seattle, partitioned by month. */
export const seattleWeather = defineDataset({
  name: "seattle_weather",
  description: "Daily weather of Seattle: one row a day, measured by NOAA.",
  columns: [
    { name: "date", type: "date", nullable: false, description: "The day, in local time." },
    { name: "precipitation", type: "double", nullable: false, description: "Rain and snow, in millimetres." },
    { name: "temp_max", type: "double", nullable: false, description: "Highest temperature, in °C." },
    { name: "temp_min", type: "double", nullable: false, description: "Lowest temperature, in °C." },
    { name: "wind", type: "double", nullable: false, description: "Mean wind speed, in metres a second." },
    {
      name: "weather",
      type: "string",
      nullable: false,
      description: "The day in a word: drizzle, fog, rain, snow or sun.",
    },
  ],
  partition: { column: "date", by: "month", name: "month", range: { from: "2012-01", to: "NOW" } },
});
