-- The days of each kind of weather in Seattle, with the mean of their highest temperatures and their rain.
SELECT
  weather,
  count(*) AS days,
  round(avg(temp_max), 1) AS mean_max,
  round(sum(precipitation)) AS rain_mm
FROM seattle_weather
GROUP BY weather
ORDER BY days DESC, weather
