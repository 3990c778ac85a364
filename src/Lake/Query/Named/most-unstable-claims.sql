-- Claims whose answer depends most on how the question is put: the lowest mean stability first.
SELECT
    mock,
    claim,
    model,
    count(*) AS runs,
    avg(stability_score) AS stability,
    avg(template_iqr_logit) AS template_iqr_logit,
    avg(prob_true_rpl) AS prob_true,
    sum((gate_stability_ok = 0)::INTEGER) AS failed_stability_gate
FROM runs
WHERE stability_score IS NOT NULL
GROUP BY mock, claim, model
ORDER BY mock, stability, claim, model
LIMIT 50
