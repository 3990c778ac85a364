-- How far each model's answer to the same claim moved between its first and its last run, largest first.
SELECT
    mock,
    model,
    prompt_version,
    claim,
    count(*) AS runs,
    min(created_at) AS first_run,
    max(created_at) AS last_run,
    arg_min(prob_true_rpl, created_at) AS first_p,
    arg_max(prob_true_rpl, created_at) AS last_p,
    last_p - first_p AS drift,
    -- The intervals of the first and the last run have no point in common.
    arg_max(ci_lo, created_at) > arg_min(ci_hi, created_at)
        OR arg_max(ci_hi, created_at) < arg_min(ci_lo, created_at) AS intervals_apart
FROM runs
WHERE prob_true_rpl IS NOT NULL
GROUP BY mock, model, prompt_version, claim
HAVING count(*) > 1
ORDER BY mock, abs(drift) DESC, model, claim
LIMIT 50
