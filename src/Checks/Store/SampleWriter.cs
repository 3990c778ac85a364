using Heretix.Platform.Database;
using Heretix.Rpl.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Heretix.Checks.Store;

/// <summary>
/// Stores answers for the whole process on one connection at a time. Those that arrive while others are being written
/// share the next statement, so that thousands of calls in flight need no more than that and a single one never waits.
/// </summary>
internal sealed class SampleWriter(IDbContextFactory<HeretixDb> databases, TimeProvider time)
{
    private const int LargestBatch = 500;

    private const string Insert = """
        INSERT INTO checks.check_samples AS s (cache_key, execution_id, shared, prompt_sha256, paraphrase_idx,
            replicate_idx, prob_true, logit, json_valid, refused, warnings, raw_text, provider_model_id, response_id,
            created_at, attempts, tokens_in, tokens_out, cost_usd, latency_ms)
        SELECT n.cache_key, n.execution_id,
            n.json_valid AND row_number() OVER (PARTITION BY n.cache_key, n.json_valid) = 1
                AND NOT EXISTS (SELECT 1 FROM checks.check_samples o WHERE o.cache_key = n.cache_key AND o.shared),
            n.prompt_sha256, n.paraphrase_idx, n.replicate_idx, n.prob_true, n.logit, n.json_valid, n.refused,
            string_to_array(n.warnings, ' '), n.raw_text, n.provider_model_id, n.response_id, n.created_at, n.attempts,
            n.tokens_in, n.tokens_out, n.cost_usd, n.latency_ms
        FROM unnest(@cache_key, @execution_id, @prompt_sha256, @paraphrase_idx, @replicate_idx, @prob_true, @logit,
            @json_valid, @refused, @warnings, @raw_text, @provider_model_id, @response_id, @created_at, @attempts,
            @tokens_in, @tokens_out, @cost_usd, @latency_ms)
            AS n(cache_key, execution_id, prompt_sha256, paraphrase_idx, replicate_idx, prob_true, logit, json_valid,
                refused, warnings, raw_text, provider_model_id, response_id, created_at, attempts, tokens_in,
                tokens_out, cost_usd, latency_ms)
        ON CONFLICT (execution_id, cache_key) DO UPDATE SET shared = excluded.shared OR s.shared,
            prob_true = excluded.prob_true, logit = excluded.logit, json_valid = excluded.json_valid,
            refused = excluded.refused, warnings = excluded.warnings, raw_text = excluded.raw_text,
            provider_model_id = excluded.provider_model_id, response_id = excluded.response_id,
            created_at = excluded.created_at, attempts = excluded.attempts, tokens_in = excluded.tokens_in,
            tokens_out = excluded.tokens_out, cost_usd = excluded.cost_usd, latency_ms = excluded.latency_ms
        RETURNING id, cache_key, execution_id
        """;

    private readonly Lock gate = new();
    private List<Waiting> queue = [];
    private bool writing;

    /// <summary>Stores an answer; on return it survives the death of the process. Gives the id of its row.</summary>
    public Task<long> SaveAsync(Sample sample)
    {
        var waiting = new Waiting(sample);
        lock (gate)
        {
            queue.Add(waiting);
            if (!writing)
            {
                writing = true;
                _ = WriteAllAsync();
            }
        }
        return waiting.Stored.Task;
    }

    private async Task WriteAllAsync()
    {
        while (true)
        {
            // Answers that are being read just now come along.
            await Task.Yield();
            List<Waiting> all;
            lock (gate)
            {
                if (queue.Count == 0)
                {
                    writing = false;
                    return;
                }
                (all, queue) = (queue, []);
            }
            foreach (var batch in all.Chunk(LargestBatch))
                await WriteAsync(batch);
        }
    }

    private async Task WriteAsync(Waiting[] batch)
    {
        try
        {
            var ids = await Patience.WithDatabaseAsync(time, () => InsertAsync(batch));
            foreach (var waiting in batch)
                waiting.Stored.SetResult(ids[(waiting.Sample.ExecutionId, waiting.Sample.CacheKey)]);
        }
        catch (Exception failure) when (batch.Length > 1 && !Patience.MayPass(failure))
        {
            // One of them cannot be stored: the others, which may be other people's, shall not suffer for it.
            foreach (var waiting in batch)
                await WriteAsync([waiting]);
        }
        catch (Exception failure)
        {
            foreach (var waiting in batch)
                waiting.Stored.TrySetException(failure);
        }
    }

    private async Task<Dictionary<(string, string), long>> InsertAsync(Waiting[] batch)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        await using var insert = new NpgsqlCommand(Insert, (NpgsqlConnection)db.Database.GetDbConnection());
        Column("cache_key", NpgsqlDbType.Text, s => s.CacheKey);
        Column("execution_id", NpgsqlDbType.Text, s => s.ExecutionId);
        Column("prompt_sha256", NpgsqlDbType.Text, s => s.PromptSha256);
        Column("paraphrase_idx", NpgsqlDbType.Integer, s => s.ParaphraseIndex);
        Column("replicate_idx", NpgsqlDbType.Integer, s => s.ReplicateIndex);
        Column("prob_true", NpgsqlDbType.Double, s => s.ProbTrue);
        Column("logit", NpgsqlDbType.Double, s => s.LogOdds);
        Column("json_valid", NpgsqlDbType.Boolean, s => s.Valid);
        Column("refused", NpgsqlDbType.Boolean, s => s.Refused);
        // Labels have no spaces; arrays of arrays would have to be of one length.
        Column("warnings", NpgsqlDbType.Text, s => string.Join(' ', s.Warnings));
        Column("raw_text", NpgsqlDbType.Text, s => CleanText.Of(s.RawText));
        Column("provider_model_id", NpgsqlDbType.Text, s => CleanText.OrNull(s.ProviderModelId));
        Column("response_id", NpgsqlDbType.Text, s => CleanText.OrNull(s.ResponseId));
        Column("created_at", NpgsqlDbType.TimestampTz, s => s.CreatedAt.ToUniversalTime());
        Column("attempts", NpgsqlDbType.Integer, s => s.Attempts);
        Column("tokens_in", NpgsqlDbType.Bigint, s => s.TokensIn);
        Column("tokens_out", NpgsqlDbType.Bigint, s => s.TokensOut);
        Column("cost_usd", NpgsqlDbType.Numeric, s => s.CostUsd);
        Column("latency_ms", NpgsqlDbType.Double, s => s.LatencyMs);

        var ids = new Dictionary<(string, string), long>(batch.Length);
        await using var rows = await insert.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            ids[(rows.GetString(2), rows.GetString(1))] = rows.GetInt64(0);
        return ids;

        void Column<T>(string name, NpgsqlDbType type, Func<Sample, T> value) =>
            insert.Parameters.Add(
                new NpgsqlParameter<T[]>(name, NpgsqlDbType.Array | type)
                {
                    TypedValue = Array.ConvertAll(batch, waiting => value(waiting.Sample)),
                }
            );
    }

    private sealed record Waiting(Sample Sample)
    {
        public TaskCompletionSource<long> Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
