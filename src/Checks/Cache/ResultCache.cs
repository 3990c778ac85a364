using System.Text.Json;
using Heretix.Checks.Measuring;
using Heretix.Platform.Database;
using Heretix.Rpl.Results;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heretix.Checks.Cache;

/// <summary>Finished results that answer equal requests for a time.</summary>
internal sealed class ResultCache(IOptions<ChecksOptions> options, CheckMetrics metrics, TimeProvider time)
{
    private static readonly Func<HeretixDb, string, DateTimeOffset, Task<CachedResult?>> Lookup = EF.CompileAsyncQuery(
        (HeretixDb db, string key, DateTimeOffset now) =>
            db.Set<CachedResult>()
                .AsNoTracking()
                .FirstOrDefault(result => result.ResultKey == key && result.ExpiresAt > now)
    );

    /// <summary>What is kept under the key; null when there is nothing or its time is over.</summary>
    public async Task<Measured?> FindAsync(HeretixDb db, string key)
    {
        var kept = await Lookup(db, key, time.GetUtcNow());
        // What an earlier version of this program kept and this one cannot read is measured again.
        var result = kept is null ? null : Read(kept.Payload);
        metrics.CacheAsked(result is not null);
        return result is null ? null : new Measured(result, kept!.SamplerJson, kept.SampleIds, Fresh: false);
    }

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
