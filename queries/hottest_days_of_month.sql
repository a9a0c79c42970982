-- The ten hottest days of a month ("2015-07"), which is the one value it asks for.
SELECT date, temp_max, temp_min, weather
FROM seattle_weather
WHERE month = ?
ORDER BY temp_max DESC, date
LIMIT 10
