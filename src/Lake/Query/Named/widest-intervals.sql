-- The latest run of each measurement with the widest 95 % interval: where more samples would help most.
WITH latest AS (
    SELECT
        env,
        mock,
        run_id,
        -- One value, so that all its parts come from the same run; far cheaper than sorting every measurement's runs.
        arg_max(
            {
                'model': model,
                'claim': claim,
                'prob_true_rpl': prob_true_rpl,
                'ci_lo': ci_lo,
                'ci_hi': ci_hi,
                'ci_width': ci_width,
                'stability_score': stability_score,
                'K': K,
                'R': R,
                'created_at': created_at,
                'execution_id': execution_id
            },
            created_at
        ) AS run
    FROM runs
    WHERE ci_width IS NOT NULL
    GROUP BY env, mock, run_id
)
SELECT env, mock, unnest(run)
FROM latest
ORDER BY mock, run.ci_width DESC, run.execution_id
LIMIT 50
