using Npgsql;

namespace Heretix.Lake;

/// <summary>Rows of a production database in the columns of the lake.</summary>
internal static class ProductionRows
{
    internal static RunRow Run(NpgsqlDataReader row) =>
        new()
        {
            Env = Text(row, "env")!,
            Mode = Text(row, "mode"),
            Mock = row.GetBoolean(row.GetOrdinal("mock")),
            ExecutionId = Text(row, "execution_id")!,
            RunId = Text(row, "run_id")!,
            CreatedAt = row.GetFieldValue<DateTimeOffset>(row.GetOrdinal("created_at")),
            Claim = Text(row, "claim"),
            Model = Text(row, "model"),
            LogicalModel = Text(row, "logical_model"),
            Provider = Text(row, "provider"),
            ProviderModelId = Text(row, "provider_model_id"),
            PromptVersion = Text(row, "prompt_version"),
            K = Value<int>(row, "K"),
            R = Value<int>(row, "R"),
            T = Value<int>(row, "T"),
            B = Value<int>(row, "B"),
            Seed = Text(row, "seed"),
            BootstrapSeed = Text(row, "bootstrap_seed"),
            ProbTrueRpl = Value<double>(row, "prob_true_rpl"),
            CiLo = Value<double>(row, "ci_lo"),
            CiHi = Value<double>(row, "ci_hi"),
            CiWidth = Value<double>(row, "ci_width"),
            WholeClusterCiLo = Value<double>(row, "whole_cluster_ci_lo"),
            WholeClusterCiHi = Value<double>(row, "whole_cluster_ci_hi"),
            TemplateIqrLogit = Value<double>(row, "template_iqr_logit"),
            StabilityScore = Value<double>(row, "stability_score"),
            ImbalanceRatio = Value<double>(row, "imbalance_ratio"),
            RplComplianceRate = Value<double>(row, "rpl_compliance_rate"),
            CacheHitRate = Value<double>(row, "cache_hit_rate"),
            ConfigJson = Text(row, "config_json"),
            SamplerJson = Text(row, "sampler_json"),
            CountsByTemplateJson = Text(row, "counts_by_template_json"),
            ArtifactJsonPath = Text(row, "artifact_json_path"),
            PromptCharLenMax = Value<int>(row, "prompt_char_len_max"),
            Pqs = Value<int>(row, "pqs"),
            GateComplianceOk = Value<int>(row, "gate_compliance_ok"),
            GateStabilityOk = Value<int>(row, "gate_stability_ok"),
            GatePrecisionOk = Value<int>(row, "gate_precision_ok"),
            PqsVersion = Text(row, "pqs_version"),
            SchemaVersion = Text(row, "schema_version"),
            TokensIn = Value<long>(row, "tokens_in"),
            TokensOut = Value<long>(row, "tokens_out"),
            CostUsd = Value<double>(row, "cost_usd"),
            WasCached = Value<bool>(row, "was_cached"),
        };

    internal static SampleRow Sample(NpgsqlDataReader row) =>
        new()
        {
            Env = Text(row, "env")!,
            Mock = row.GetBoolean(row.GetOrdinal("mock")),
            ExecutionId = Text(row, "execution")!,
            RunId = Text(row, "run_id")!,
            CacheKey = Text(row, "cache_key")!,
            CreatedAt = row.GetFieldValue<DateTimeOffset>(row.GetOrdinal("created_at")),
            Model = Text(row, "model"),
            PromptVersion = Text(row, "prompt_version"),
            PromptSha256 = Text(row, "prompt_sha256"),
            ParaphraseIdx = Value<int>(row, "paraphrase_idx"),
            ReplicateIdx = Value<int>(row, "replicate_idx"),
            ProbTrue = Value<double>(row, "prob_true"),
            Logit = Value<double>(row, "logit"),
            ProviderModelId = Text(row, "provider_model_id"),
            ResponseId = Text(row, "response_id"),
            TokensIn = Value<long>(row, "tokens_in"),
            TokensOut = Value<long>(row, "tokens_out"),
            CostUsd = Value<double>(row, "cost_usd"),
            LatencyMs = Value<double>(row, "latency_ms"),
            JsonValid = Value<bool>(row, "json_valid"),
            FromCache = Value<bool>(row, "from_cache"),
            WarningsJson = Text(row, "warnings_json"),
        };

    private static string? Text(NpgsqlDataReader row, string column)
    {
        int ordinal = row.GetOrdinal(column);
        return row.IsDBNull(ordinal) ? null : row.GetString(ordinal);
    }

    private static T? Value<T>(NpgsqlDataReader row, string column)
        where T : struct
    {
        int ordinal = row.GetOrdinal(column);
        return row.IsDBNull(ordinal) ? null : row.GetFieldValue<T>(ordinal);
    }
}
