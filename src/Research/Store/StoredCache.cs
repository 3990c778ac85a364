using System.Text.Json;
using Heretix.Rpl.Results;

namespace Heretix.Research.Store;

/// <summary>How much the store holds for reuse.</summary>
/// <param name="Samples">Stored samples.</param>
/// <param name="ValidSamples">Those that later measurements may reuse.</param>
/// <param name="PaidUsd">What they cost together, in US dollars.</param>
/// <param name="Results">Finished results kept for a time.</param>
/// <param name="ExpiredResults">Those whose time is over.</param>
/// <param name="Bytes">Size of the store's files.</param>
public sealed record CacheContents(
    long Samples,
    long ValidSamples,
    double PaidUsd,
    long Results,
    long ExpiredResults,
    long Bytes
);

/// <summary>The part of one model.</summary>
/// <param name="Model">The API's name; null for samples of which the store does not know who answered.</param>
/// <param name="Mock">The mock answered in its place.</param>
/// <param name="Samples">Stored samples.</param>
/// <param name="ValidSamples">Those that later measurements may reuse.</param>
/// <param name="PaidUsd">What they cost together, in US dollars.</param>
public sealed record CachedModel(string? Model, bool Mock, long Samples, long ValidSamples, double PaidUsd);

/// <summary>Samples that later measurements may reuse, and finished results kept for a time.</summary>
public sealed class StoredCache
{
    private static readonly string[] FileSuffixes = ["", "-wal", "-shm"];

    /// <summary>A withdrawn sample has the execution that paid for it in its key, so that no plan finds it.</summary>
    private const string Reusable = "json_valid = 1 AND instr(cache_key, '#') = 0";

    private const string Retirable = """
        FROM samples s JOIN executions e ON e.execution_id = s.execution_id
        WHERE e.status = 'completed' AND instr(s.cache_key, '#') = 0
          AND ($model IS NULL OR e.model = $model OR e.logical_model = $model)
        """;

    private readonly ResearchStore store;
    private readonly TimeProvider time;

    internal StoredCache(ResearchStore store, TimeProvider time)
    {
        this.store = store;
        this.time = time;
    }

    /// <summary>A result that was stored under <paramref name="key"/> and has not expired.</summary>
    public RunResult? FindResult(string key)
    {
        using var db = store.OpenReader();
        var json = Sql.Scalar<string>(
            db,
            null,
            "SELECT payload_json FROM result_cache WHERE key = $key AND computed_at + ttl_seconds > $now",
            ("$key", key),
            ("$now", time.GetUtcNow().ToUnixTimeSeconds())
        );
        return json is null ? null : JsonSerializer.Deserialize(json, ResultJson.Compact.RunResult);
    }

    /// <summary>Keeps a result for <paramref name="ttl"/>, and drops those whose time is over.</summary>
    public async Task KeepResultAsync(string key, RunResult result, TimeSpan ttl)
    {
        var payload = JsonSerializer.Serialize(result, ResultJson.Compact.RunResult);
        await store.WriteAsync(
            (db, transaction) =>
                Sql.Execute(
                    db,
                    transaction,
                    """
                    DELETE FROM result_cache WHERE computed_at + ttl_seconds <= $now;
                    INSERT OR REPLACE INTO result_cache (key, payload_json, computed_at, ttl_seconds)
                    VALUES ($key, $payload, $now, $ttl);
                    """,
                    ("$key", key),
                    ("$payload", payload),
                    ("$now", time.GetUtcNow().ToUnixTimeSeconds()),
                    ("$ttl", (long)ttl.TotalSeconds)
                )
        );
    }

    /// <summary>What is there.</summary>
    public CacheContents Contents()
    {
        using var db = store.OpenReader();
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return new CacheContents(
            Sql.Scalar<long>(db, null, "SELECT COUNT(*) FROM samples"),
            Sql.Scalar<long>(db, null, $"SELECT COUNT(*) FROM samples WHERE {Reusable}"),
            Sql.Scalar<double>(db, null, "SELECT COALESCE(SUM(cost_usd), 0) FROM samples"),
            Sql.Scalar<long>(db, null, "SELECT COUNT(*) FROM result_cache"),
            Sql.Scalar<long>(
                db,
                null,
                "SELECT COUNT(*) FROM result_cache WHERE computed_at + ttl_seconds <= $now",
                ("$now", now)
            ),
            FileSuffixes
                .Select(suffix => new FileInfo(store.Path + suffix))
                .Where(file => file.Exists)
                .Sum(file => file.Length)
        );
    }

    /// <summary>The samples by the model that answered, most first.</summary>
    public IReadOnlyList<CachedModel> ByModel()
    {
        using var db = store.OpenReader();
        using var command = Sql.Command(
            db,
            null,
            $"""
            SELECT e.model AS model, e.mock AS mock, COUNT(*) AS samples, SUM({Reusable}) AS valid, COALESCE(SUM(s.cost_usd), 0) AS paid
            FROM samples s LEFT JOIN executions e ON e.execution_id = s.execution_id
            GROUP BY e.model, e.mock ORDER BY samples DESC, model
            """
        );
        var models = new List<CachedModel>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            models.Add(
                new CachedModel(
                    reader.Text("model"),
                    reader.Integer("mock") == 1,
                    reader.Integer("samples") ?? 0,
                    reader.Integer("valid") ?? 0,
                    reader.Real("paid") ?? 0
                )
            );
        return models;
    }

    /// <summary>How many samples <see cref="RetireSamplesAsync"/> would withdraw.</summary>
    /// <param name="model">Only samples of this model; all when null.</param>
    public long RetirableSamples(string? model)
    {
        using var db = store.OpenReader();
        return Sql.Scalar<long>(db, null, "SELECT COUNT(*) " + Retirable, ("$model", model));
    }

    /// <summary>Forgets kept results; samples stay.</summary>
    public async Task<int> ClearResultsAsync() =>
        await store.WriteAsync((db, transaction) => Sql.Execute(db, transaction, "DELETE FROM result_cache"));

    /// <summary>
    /// Withdraws samples from reuse without losing them: each moves to a key of the execution that paid for it, so
    /// history and reports still show it. Samples of unfinished executions stay, or a resumed run would pay twice.
    /// </summary>
    /// <param name="model">Only samples of this model; all when null.</param>
    public async Task<int> RetireSamplesAsync(string? model) =>
        await store.WriteAsync(
            (db, transaction) =>
            {
                Sql.Execute(
                    db,
                    transaction,
                    $"""
                    CREATE TEMP TABLE retired AS SELECT s.cache_key {Retirable};
                    UPDATE execution_samples SET cache_key = cache_key || '#' ||
                        (SELECT s.execution_id FROM samples s WHERE s.cache_key = execution_samples.cache_key)
                        WHERE cache_key IN (SELECT cache_key FROM retired);
                    UPDATE samples SET cache_key = cache_key || '#' || execution_id
                        WHERE cache_key IN (SELECT cache_key FROM retired);
                    """,
                    ("$model", model)
                );
                var count = Sql.Scalar<long>(db, transaction, "SELECT COUNT(*) FROM temp.retired");
                Sql.Execute(db, transaction, "DROP TABLE temp.retired");
                return (int)count;
            }
        );
}
