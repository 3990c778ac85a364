-- The latest run of each measurement with the widest 95 % interval: where more samples would help most.
WITH widest AS (
    SELECT
        env,
        mock,
        run_id,
        arg_max(execution_id, created_at) AS execution_id,
        arg_max(ci_width, created_at) AS width
    FROM runs
    WHERE ci_width IS NOT NULL
    GROUP BY env, mock, run_id
    ORDER BY mock, width DESC, execution_id
    LIMIT 50
)
SELECT env, mock, model, claim, prob_true_rpl, ci_lo, ci_hi, ci_width, stability_score, K, R, created_at, execution_id
FROM runs
SEMI JOIN widest USING (env, execution_id)
ORDER BY mock, ci_width DESC, execution_id
