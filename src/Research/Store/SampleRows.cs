using System.Text.Json;
using Heretix.Rpl.Results;
using Heretix.Rpl.Storage;
using Microsoft.Data.Sqlite;

namespace Heretix.Research.Store;

/// <summary>Samples as rows.</summary>
internal static class SampleRows
{
    private const string Fields =
        "s.cache_key, s.execution_id, s.prompt_sha256, s.paraphrase_idx, s.replicate_idx, s.prob_true, s.logit, s.json_valid, "
        + "s.refused, s.warnings_json, s.raw_text, s.provider_model_id, s.response_id, s.created_at, s.attempts, s.tokens_in, "
        + "s.tokens_out, s.cost_usd, s.latency_ms";

    /// <summary>Samples of an execution as they are, and valid ones of any other.</summary>
    public static IReadOnlyDictionary<string, Sample> Find(
        SqliteConnection db,
        string executionId,
        IReadOnlyCollection<string> cacheKeys
    )
    {
        var keys = JsonSerializer.Serialize([.. cacheKeys], ResultJson.Compact.IReadOnlyListString);
        using var command = Sql.Command(
            db,
            null,
            $"""
            SELECT {Fields} FROM json_each($keys) k JOIN samples s ON s.cache_key = k.value
            WHERE s.execution_id = $id OR s.json_valid = 1
            """,
            ("$keys", keys),
            ("$id", executionId)
        );
        var found = new Dictionary<string, Sample>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var sample = Read(reader);
            found[sample.CacheKey] = sample;
        }
        return found;
    }

    /// <summary>The samples of a finished execution in plan order, or those that an unfinished one has paid for so far.</summary>
    public static IReadOnlyList<Sample> OfExecution(SqliteConnection db, string executionId)
    {
        var linked = Query(
            db,
            $"""
            SELECT {Fields} FROM execution_samples e JOIN samples s ON s.cache_key = e.cache_key
            WHERE e.execution_id = $id ORDER BY e.ordinal
            """,
            executionId
        );
        return linked.Count > 0
            ? linked
            : Query(
                db,
                $"SELECT {Fields} FROM samples s WHERE s.execution_id = $id ORDER BY s.created_at, s.paraphrase_idx, s.replicate_idx",
                executionId
            );
    }

    private static List<Sample> Query(SqliteConnection db, string text, string executionId)
    {
        using var command = Sql.Command(db, null, text, ("$id", executionId));
        var samples = new List<Sample>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            samples.Add(Read(reader));
        return samples;
    }

    /// <summary>
    /// Inserts a sample, or replaces an invalid one by its next attempt. An invalid sample of another execution makes
    /// room: it keeps its row, under a key of that execution's own.
    /// </summary>
    public static bool Save(SqliteConnection db, SqliteTransaction transaction, Sample sample)
    {
        var owner = Sql.Scalar<string>(
            db,
            transaction,
            "SELECT COALESCE(execution_id, '') FROM samples WHERE cache_key = $key",
            ("$key", sample.CacheKey)
        );
        if (owner is not null && owner != sample.ExecutionId)
            Sql.Execute(
                db,
                transaction,
                """
                UPDATE samples SET cache_key = $key || '#' || $owner WHERE cache_key = $key;
                UPDATE execution_samples SET cache_key = $key || '#' || $owner WHERE cache_key = $key;
                """,
                ("$key", sample.CacheKey),
                ("$owner", owner)
            );
        Sql.Execute(
            db,
            transaction,
            """
            INSERT OR REPLACE INTO samples (cache_key, execution_id, prompt_sha256, paraphrase_idx, replicate_idx,
                prob_true, logit, json_valid, refused, warnings_json, raw_text, provider_model_id, response_id,
                created_at, attempts, tokens_in, tokens_out, cost_usd, latency_ms)
            VALUES ($key, $execution, $sha, $paraphrase, $replicate, $p, $logit, $valid, $refused, $warnings, $raw,
                $model, $response, $at, $attempts, $in, $out, $cost, $latency)
            """,
            ("$key", sample.CacheKey),
            ("$execution", sample.ExecutionId),
            ("$sha", sample.PromptSha256),
            ("$paraphrase", sample.ParaphraseIndex),
            ("$replicate", sample.ReplicateIndex),
            ("$p", sample.ProbTrue),
            ("$logit", sample.LogOdds),
            ("$valid", sample.Valid ? 1 : 0),
            ("$refused", sample.Refused ? 1 : 0),
            ("$warnings", JsonSerializer.Serialize(sample.Warnings, ResultJson.Compact.IReadOnlyListString)),
            ("$raw", sample.RawText),
            ("$model", sample.ProviderModelId),
            ("$response", sample.ResponseId),
            ("$at", sample.CreatedAt.ToUnixTimeSeconds()),
            ("$attempts", sample.Attempts),
            ("$in", sample.TokensIn),
            ("$out", sample.TokensOut),
            ("$cost", (double)sample.CostUsd),
            ("$latency", sample.LatencyMs)
        );
        return true;
    }

    /// <summary>
    /// Ties a finished execution to its samples and gives the samples that it paid for their run id. A sample that was
    /// withdrawn from reuse meanwhile has its owner's id in its key now.
    /// </summary>
    public static void Link(SqliteConnection db, SqliteTransaction transaction, Measurement measurement)
    {
        var id = measurement.Result.ExecutionId;
        using var link = Sql.Command(
            db,
            transaction,
            """
            INSERT OR REPLACE INTO execution_samples (execution_id, cache_key, from_cache, ordinal)
            SELECT $id, COALESCE((SELECT cache_key FROM samples
                WHERE cache_key IN ($key, $key || '#' || $owner) AND execution_id = $owner), $key), $cached, $ordinal
            """,
            ("$id", id),
            ("$key", ""),
            ("$owner", ""),
            ("$cached", 0),
            ("$ordinal", 0)
        );
        for (var ordinal = 0; ordinal < measurement.Samples.Count; ordinal++)
        {
            var sample = measurement.Samples[ordinal];
            link.Parameters["$key"].Value = sample.CacheKey;
            link.Parameters["$owner"].Value = sample.ExecutionId;
            link.Parameters["$cached"].Value = sample.ExecutionId == id ? 0 : 1;
            link.Parameters["$ordinal"].Value = ordinal;
            link.ExecuteNonQuery();
        }
        Sql.Execute(
            db,
            transaction,
            "UPDATE samples SET run_id = $run WHERE execution_id = $id",
            ("$run", measurement.Result.RunId),
            ("$id", id)
        );
    }

    private static Sample Read(SqliteDataReader reader) =>
        new()
        {
            CacheKey = reader.GetString(0),
            ExecutionId = reader.Text("execution_id") ?? "",
            PromptSha256 = reader.Text("prompt_sha256") ?? "",
            ParaphraseIndex = (int)(reader.Integer("paraphrase_idx") ?? 0),
            ReplicateIndex = (int)(reader.Integer("replicate_idx") ?? 0),
            ProbTrue = reader.Real("prob_true"),
            LogOdds = reader.Real("logit"),
            Valid = reader.Integer("json_valid") == 1,
            Refused = reader.Integer("refused") == 1,
            Warnings = reader.Text("warnings_json") is { Length: > 0 } json
                ? JsonSerializer.Deserialize(json, ResultJson.Compact.IReadOnlyListString) ?? []
                : [],
            RawText = reader.Text("raw_text") ?? "",
            ProviderModelId = reader.Text("provider_model_id"),
            ResponseId = reader.Text("response_id"),
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(reader.Integer("created_at") ?? 0),
            Attempts = (int)(reader.Integer("attempts") ?? 1),
            TokensIn = reader.Integer("tokens_in") ?? 0,
            TokensOut = reader.Integer("tokens_out") ?? 0,
            CostUsd = (decimal)(reader.Real("cost_usd") ?? 0),
            LatencyMs = reader.Real("latency_ms") ?? 0,
        };
}
