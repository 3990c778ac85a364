-- The latest run of each measurement with the widest 95 % interval: where more samples would help most.
SELECT env, mock, model, claim, prob_true_rpl, ci_lo, ci_hi, ci_width, stability_score, K, R, created_at, execution_id
FROM runs
WHERE ci_width IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY env, mock, run_id ORDER BY created_at DESC, execution_id) = 1
ORDER BY mock, ci_width DESC, execution_id
LIMIT 50
