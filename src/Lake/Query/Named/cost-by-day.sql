-- Runs, tokens and US dollars per day, environment and model; what came out of the cache cost nothing that day.
SELECT
    dt AS day,
    env,
    mock,
    model,
    count(*) AS runs,
    sum(tokens_in) AS tokens_in,
    sum(tokens_out) AS tokens_out,
    sum(cost_usd) AS cost_usd,
    avg(cache_hit_rate) AS cache_hit_rate
FROM runs
GROUP BY ALL
ORDER BY day DESC, mock, cost_usd DESC NULLS LAST, env, model
