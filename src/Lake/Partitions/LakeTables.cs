namespace Heretix.Lake.Partitions;

/// <summary>The two tables of the lake.</summary>
internal static class LakeTables
{
    internal static Table<RunRow> Runs { get; } =
        new(
            "runs",
            [
                new("env", "VARCHAR", static (a, r) => a.Add(r.Env)),
                new("mock", "BOOLEAN", static (a, r) => a.Add(r.Mock)),
                new("execution_id", "VARCHAR", static (a, r) => a.Add(r.ExecutionId)),
                new("run_id", "VARCHAR", static (a, r) => a.Add(r.RunId)),
                new("created_at", "TIMESTAMP", static (a, r) => a.Add(r.CreatedAt)),
                new("claim", "VARCHAR", static (a, r) => a.Add(r.Claim)),
                new("model", "VARCHAR", static (a, r) => a.Add(r.Model)),
                new("logical_model", "VARCHAR", static (a, r) => a.Add(r.LogicalModel)),
                new("provider", "VARCHAR", static (a, r) => a.Add(r.Provider)),
                new("provider_model_id", "VARCHAR", static (a, r) => a.Add(r.ProviderModelId)),
                new("prompt_version", "VARCHAR", static (a, r) => a.Add(r.PromptVersion)),
                new("mode", "VARCHAR", static (a, r) => a.Add(r.Mode)),
                new("K", "INTEGER", static (a, r) => a.Add(r.K)),
                new("R", "INTEGER", static (a, r) => a.Add(r.R)),
                new("T", "INTEGER", static (a, r) => a.Add(r.T)),
                new("B", "INTEGER", static (a, r) => a.Add(r.B)),
                new("seed", "VARCHAR", static (a, r) => a.Add(r.Seed)),
                new("bootstrap_seed", "VARCHAR", static (a, r) => a.Add(r.BootstrapSeed)),
                new("prob_true_rpl", "DOUBLE", static (a, r) => a.Add(r.ProbTrueRpl)),
                new("ci_lo", "DOUBLE", static (a, r) => a.Add(r.CiLo)),
                new("ci_hi", "DOUBLE", static (a, r) => a.Add(r.CiHi)),
                new("ci_width", "DOUBLE", static (a, r) => a.Add(r.CiWidth)),
                new("whole_cluster_ci_lo", "DOUBLE", static (a, r) => a.Add(r.WholeClusterCiLo)),
                new("whole_cluster_ci_hi", "DOUBLE", static (a, r) => a.Add(r.WholeClusterCiHi)),
                new("template_iqr_logit", "DOUBLE", static (a, r) => a.Add(r.TemplateIqrLogit)),
                new("stability_score", "DOUBLE", static (a, r) => a.Add(r.StabilityScore)),
                new("imbalance_ratio", "DOUBLE", static (a, r) => a.Add(r.ImbalanceRatio)),
                new("rpl_compliance_rate", "DOUBLE", static (a, r) => a.Add(r.RplComplianceRate)),
                new("cache_hit_rate", "DOUBLE", static (a, r) => a.Add(r.CacheHitRate)),
                new("config_json", "VARCHAR", static (a, r) => a.Add(r.ConfigJson)),
                new("sampler_json", "VARCHAR", static (a, r) => a.Add(r.SamplerJson)),
                new("counts_by_template_json", "VARCHAR", static (a, r) => a.Add(r.CountsByTemplateJson)),
                new("artifact_json_path", "VARCHAR", static (a, r) => a.Add(r.ArtifactJsonPath)),
                new("prompt_char_len_max", "INTEGER", static (a, r) => a.Add(r.PromptCharLenMax)),
                new("pqs", "INTEGER", static (a, r) => a.Add(r.Pqs)),
                new("gate_compliance_ok", "INTEGER", static (a, r) => a.Add(r.GateComplianceOk)),
                new("gate_stability_ok", "INTEGER", static (a, r) => a.Add(r.GateStabilityOk)),
                new("gate_precision_ok", "INTEGER", static (a, r) => a.Add(r.GatePrecisionOk)),
                new("pqs_version", "VARCHAR", static (a, r) => a.Add(r.PqsVersion)),
                new("schema_version", "VARCHAR", static (a, r) => a.Add(r.SchemaVersion)),
                new("tokens_in", "BIGINT", static (a, r) => a.Add(r.TokensIn)),
                new("tokens_out", "BIGINT", static (a, r) => a.Add(r.TokensOut)),
                new("cost_usd", "DOUBLE", static (a, r) => a.Add(r.CostUsd)),
                new("was_cached", "BOOLEAN", static (a, r) => a.Add(r.WasCached)),
            ]
        );

    internal static Table<SampleRow> Samples { get; } =
        new(
            "samples",
            [
                new("env", "VARCHAR", static (a, s) => a.Add(s.Env)),
                new("mock", "BOOLEAN", static (a, s) => a.Add(s.Mock)),
                new("execution_id", "VARCHAR", static (a, s) => a.Add(s.ExecutionId)),
                new("run_id", "VARCHAR", static (a, s) => a.Add(s.RunId)),
                new("cache_key", "VARCHAR", static (a, s) => a.Add(s.CacheKey)),
                new("model", "VARCHAR", static (a, s) => a.Add(s.Model)),
                new("prompt_version", "VARCHAR", static (a, s) => a.Add(s.PromptVersion)),
                new("prompt_sha256", "VARCHAR", static (a, s) => a.Add(s.PromptSha256)),
                new("paraphrase_idx", "INTEGER", static (a, s) => a.Add(s.ParaphraseIdx)),
                new("replicate_idx", "INTEGER", static (a, s) => a.Add(s.ReplicateIdx)),
                new("prob_true", "DOUBLE", static (a, s) => a.Add(s.ProbTrue)),
                new("logit", "DOUBLE", static (a, s) => a.Add(s.Logit)),
                new("provider_model_id", "VARCHAR", static (a, s) => a.Add(s.ProviderModelId)),
                new("response_id", "VARCHAR", static (a, s) => a.Add(s.ResponseId)),
                new("created_at", "TIMESTAMP", static (a, s) => a.Add(s.CreatedAt)),
                new("tokens_in", "BIGINT", static (a, s) => a.Add(s.TokensIn)),
                new("tokens_out", "BIGINT", static (a, s) => a.Add(s.TokensOut)),
                new("cost_usd", "DOUBLE", static (a, s) => a.Add(s.CostUsd)),
                new("latency_ms", "DOUBLE", static (a, s) => a.Add(s.LatencyMs)),
                new("json_valid", "BOOLEAN", static (a, s) => a.Add(s.JsonValid)),
                new("from_cache", "BOOLEAN", static (a, s) => a.Add(s.FromCache)),
                new("warnings_json", "VARCHAR", static (a, s) => a.Add(s.WarningsJson)),
            ]
        );
}
