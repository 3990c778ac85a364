using System.Text.Json;
using Heretix.Checks.Measuring;
using Heretix.Platform.Cache;
using Heretix.Platform.Database;
using Heretix.Rpl.Results;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heretix.Checks.Cache;

/// <summary>
/// Finished results that answer equal requests for a time. They are stored with the checks; memory and Redis keep copies
/// of those that are asked for, and are told when a newer one takes their place.
/// </summary>
internal sealed class ResultCache(
    HybridCache copies,
    ICacheAnnouncements announcements,
    IOptions<ChecksOptions> options,
    TimeProvider time
)
{
    /// <summary>
    /// The longest that Redis keeps a copy. A copy that was read just before a newer result was stored may be kept just
    /// after it, so it must not live for long; until then an earlier result answers that has not expired either.
    /// </summary>
    private static readonly TimeSpan CopyLifetime = TimeSpan.FromMinutes(10);

    private static readonly HybridCacheEntryOptions CopiesOnly = CacheLifetimes.Of(
        CopyLifetime,
        HybridCacheEntryFlags.DisableUnderlyingData
    );

    private const string Lookup = """
        SELECT payload::text, sampler_json::text, sample_ids, expires_at FROM checks.result_cache
        WHERE result_key = $1 AND expires_at > $2
        """;

    /// <summary>A copy of what is kept under the key; null when there is none at hand. The database is not asked.</summary>
    public async Task<Measured?> AtHandAsync(string key)
    {
        var copy = await copies.GetOrCreateAsync(
            CopyKey(key),
            static _ => ValueTask.FromResult<KeptResult?>(null),
            CopiesOnly
        );
        return copy is not null && copy.ExpiresAt > time.GetUtcNow() ? Found(copy) : null;
    }

    /// <summary>The statement that reads what is kept under the key; <see cref="ReadAsync"/> takes its rows.</summary>
    public NpgsqlBatchCommand Find(string key) =>
        new(Lookup)
        {
            Parameters =
            {
                new() { Value = key },
                new() { Value = time.GetUtcNow() },
            },
        };

    /// <summary>What <see cref="Find"/> gave; null when there was nothing or its time is over.</summary>
    public async Task<Measured?> ReadAsync(string key, NpgsqlDataReader rows)
    {
        // What an earlier version of this program kept and this one cannot read is measured again.
        if (!await rows.ReadAsync() || Read(rows.GetString(0)) is not { } result)
            return null;
        var kept = new KeptResult(
            result,
            rows.GetString(1),
            rows.GetFieldValue<long[]>(2),
            rows.GetFieldValue<DateTimeOffset>(3)
        );
        var remaining = kept.ExpiresAt - time.GetUtcNow();
        // Nobody waits for Redis with a connection in hand.
        _ = copies
            .SetAsync(CopyKey(key), kept, CacheLifetimes.Of(remaining < CopyLifetime ? remaining : CopyLifetime))
            .AsTask();
        return Found(kept);
    }

    /// <summary>Says, in the open transaction that replaces a result, that its copies no longer hold.</summary>
    public Task AnnounceAsync(HeretixDb db, string key) =>
        announcements.AnnounceAsync(db, CopyKey(key), CancellationToken.None);

    private static string CopyKey(string key) => $"result:{key}";

    private static Measured Found(KeptResult kept) => new(kept.Result, kept.SamplerJson, kept.SampleIds, Fresh: false);

    private static RunResult? Read(string payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, ResultJson.Compact.RunResult);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The statement that keeps a result, newer ones in the place of older ones; null when none is kept.</summary>
    public NpgsqlBatchCommand? Keep(string key, string env, Measured measured)
    {
        if (options.Value.ResultCacheTime <= TimeSpan.Zero)
            return null;
        var now = time.GetUtcNow();
        return new NpgsqlBatchCommand(
            """
            INSERT INTO checks.result_cache (id, result_key, run_id, env, payload, sampler_json, sample_ids, computed_at, expires_at)
            VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, $9)
            ON CONFLICT (result_key) DO UPDATE SET run_id = excluded.run_id, payload = excluded.payload,
                sampler_json = excluded.sampler_json, sample_ids = excluded.sample_ids,
                computed_at = excluded.computed_at, expires_at = excluded.expires_at
            """
        )
        {
            Parameters =
            {
                new() { Value = Guid.CreateVersion7(now) },
                new() { Value = key },
                new() { Value = measured.Result.RunId },
                new() { Value = env },
                new() { Value = JsonSerializer.Serialize(measured.Result, ResultJson.Compact.RunResult) },
                new() { Value = measured.SamplerJson },
                new() { Value = measured.SampleIds },
                new() { Value = now },
                new() { Value = now + options.Value.ResultCacheTime },
            },
        };
    }
}
