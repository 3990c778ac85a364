using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Heretix.Platform.Cache;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Limits;

/// <summary>
/// Counts in fixed windows that begin with a key's first request. Every request is counted in memory and, when there is a
/// Redis, there too: the shared count decides while Redis answers, the own one when it does not, and a Redis that comes back
/// empty hands out no fresh allowance in a process that remembers. Windows in Redis run on its clock, so the clocks of the
/// processes need not agree.
/// </summary>
internal sealed class RateLimits(
    IOptions<LimitOptions> options,
    LimitBuckets memory,
    LimitRedis? redis,
    IMeterFactory meters
) : IRateLimits
{
    private const int LongestKey = 128;

    private readonly Counter<long> refused = meters
        .Create(CacheCounters.MeterName)
        .CreateCounter<long>("heretix.limits.refused", "{request}", "Requests that were over a limit");

    public LimitOptions Options => options.Value;

    public ValueTask<LimitDecision> TakeAsync(string policy, string key, CancellationToken cancellationToken)
    {
        var found = Find(policy);
        key = Shortened(key);
        var own = memory.Take(found, key);

        // Over the limit by what is known here: Redis need not be asked how much.
        return redis is null || !redis.IsConnected || own.Count > found.Permits
            ? new ValueTask<LimitDecision>(Decide(found, own))
            : ShareAsync(redis, found, key, own);
    }

    public LimitDecision Peek(string policy, string key)
    {
        var found = Find(policy);
        return Decide(found, memory.Look(found, Shortened(key)));
    }

    private LimitPolicy Find(string policy) =>
        Options.Policies.TryGetValue(policy, out var found)
            ? found
            : throw new ArgumentException(
                $"there is no limit {policy}; there are {string.Join(", ", Options.Policies.Keys)}",
                nameof(policy)
            );

    private static string Shortened(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return key.Length > LongestKey ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))) : key;
    }

    private async ValueTask<LimitDecision> ShareAsync(LimitRedis shared, LimitPolicy policy, string key, LimitCount own)
    {
        var answer = await shared.TakeAsync(policy, key);
        if (answer is not { } count)
            return Decide(policy, own);
        memory.Learn(policy, key, count);
        return Decide(policy, count);
    }

    private LimitDecision Decide(LimitPolicy policy, LimitCount count)
    {
        var allowed = count.Count <= policy.Permits;
        if (!allowed)
            refused.Add(1, new KeyValuePair<string, object?>("policy", policy.Name));
        return new LimitDecision(allowed, policy.Permits, (int)Math.Max(0, policy.Permits - count.Count), count.Left);
    }
}
