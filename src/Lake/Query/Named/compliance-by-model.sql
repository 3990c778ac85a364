-- How often each model's fresh answers keep to the format, and how fast they come: the worst first.
SELECT
    mock,
    model,
    prompt_version,
    count(*) AS answers,
    avg(json_valid::INTEGER) AS valid_rate,
    count(*) FILTER (WHERE NOT json_valid) AS invalid,
    quantile_cont(latency_ms, 0.5) AS median_latency_ms,
    quantile_cont(latency_ms, 0.95) AS p95_latency_ms
FROM samples
WHERE NOT coalesce(from_cache, false)
GROUP BY mock, model, prompt_version
ORDER BY mock, valid_rate, answers DESC, model
