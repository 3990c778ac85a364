-- Paraphrases whose answers sit apart from the other paraphrases of the same run: candidates for a rewrite.
WITH template AS (
    SELECT mock, execution_id, prompt_version, model, paraphrase_idx, avg(logit) AS logit
    FROM samples
    WHERE isfinite(logit)
    GROUP BY ALL
),
apart AS (
    SELECT *, logit - median(logit) OVER (PARTITION BY execution_id) AS from_median FROM template
)
SELECT
    mock,
    prompt_version,
    paraphrase_idx,
    count(*) AS runs,
    avg(from_median) AS mean_shift_logit,
    avg(abs(from_median)) AS mean_distance_logit,
    max(abs(from_median)) AS largest_distance_logit
FROM apart
GROUP BY mock, prompt_version, paraphrase_idx
ORDER BY mock, mean_distance_logit DESC, prompt_version, paraphrase_idx
LIMIT 50
