using Heretix.Rpl.Storage;
using Npgsql;

namespace Heretix.Checks.Store;

/// <summary>The columns of an answer, in the order in which they are read.</summary>
internal static class SampleColumns
{
    public const string All =
        "s.id, s.cache_key, s.execution_id, s.prompt_sha256, s.paraphrase_idx, s.replicate_idx, s.prob_true, s.logit, "
        + "s.json_valid, s.refused, s.warnings, s.raw_text, s.provider_model_id, s.response_id, s.created_at, "
        + "s.attempts, s.tokens_in, s.tokens_out, s.cost_usd, s.latency_ms";

    public static Sample Read(NpgsqlDataReader row) =>
        new()
        {
            CacheKey = row.GetString(1),
            ExecutionId = row.GetString(2),
            PromptSha256 = row.GetString(3),
            ParaphraseIndex = row.GetInt32(4),
            ReplicateIndex = row.GetInt32(5),
            ProbTrue = row.IsDBNull(6) ? null : row.GetDouble(6),
            LogOdds = row.IsDBNull(7) ? null : row.GetDouble(7),
            Valid = row.GetBoolean(8),
            Refused = row.GetBoolean(9),
            Warnings = row.GetFieldValue<string[]>(10),
            RawText = row.GetString(11),
            ProviderModelId = row.IsDBNull(12) ? null : row.GetString(12),
            ResponseId = row.IsDBNull(13) ? null : row.GetString(13),
            CreatedAt = row.GetFieldValue<DateTimeOffset>(14),
            Attempts = row.GetInt32(15),
            TokensIn = row.GetInt64(16),
            TokensOut = row.GetInt64(17),
            CostUsd = row.GetDecimal(18),
            LatencyMs = row.GetDouble(19),
        };
}
