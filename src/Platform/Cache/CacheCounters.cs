using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Heretix.Platform.Cache;

/// <summary>
/// Hits and misses by kind (the part of the key before the first colon) and tier, as
/// <c>heretix.cache.hits</c> and <c>heretix.cache.misses</c>. They are plain numbers that the meter reads when it is asked,
/// because a hit in memory takes less time than telling a meter about it.
/// </summary>
public sealed class CacheCounters
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Heretix.Platform";

    /// <summary>Keys come from our own code; this holds even if one day they do not.</summary>
    private const int MostKinds = 64;

    private readonly ConcurrentDictionary<string, KindCounters> kinds = new(StringComparer.Ordinal);

    /// <summary>Counts under the meter <see cref="MeterName"/>.</summary>
    public CacheCounters(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter(
            "heretix.cache.hits",
            () => Observe(hits: true),
            "{lookup}",
            "Lookups that found"
        );
        meter.CreateObservableCounter(
            "heretix.cache.misses",
            () => Observe(hits: false),
            "{lookup}",
            "Lookups that did not"
        );
    }

    /// <summary>
    /// Part of the lookups that memory or Redis answered, from 0 to 1; NaN before the first.
    /// </summary>
    /// <param name="kind">One kind; null for all.</param>
    public double HitRate(string? kind = null)
    {
        var (lookups, found) = (0L, 0L);
        foreach (var counted in kinds.Values.Where(counted => kind is null || counted.Kind == kind))
        {
            var inMemory = Volatile.Read(ref counted.MemoryHits);
            lookups += inMemory + Volatile.Read(ref counted.MemoryMisses);
            found += inMemory + Volatile.Read(ref counted.RedisHits);
        }
        return (double)found / lookups;
    }

    internal KindCounters Of(string key)
    {
        var colon = key.IndexOf(':', StringComparison.Ordinal);
        var kind = colon < 0 ? key.AsSpan() : key.AsSpan(0, colon);
        var lookup = kinds.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(kind, out var counters))
            return counters;
        var name = kinds.Count < MostKinds ? kind.ToString() : "other";
        return kinds.GetOrAdd(name, static name => new KindCounters(name));
    }

    private IEnumerable<Measurement<long>> Observe(bool hits)
    {
        foreach (var counted in kinds.Values)
        {
            yield return Measured(ref hits ? ref counted.MemoryHits : ref counted.MemoryMisses, counted.Kind, "memory");
            yield return Measured(ref hits ? ref counted.RedisHits : ref counted.RedisMisses, counted.Kind, "redis");
        }
    }

    private static Measurement<long> Measured(ref long count, string kind, string tier) =>
        new(Volatile.Read(ref count), new("kind", kind), new("tier", tier));
}

/// <summary>The counts of one kind.</summary>
internal sealed class KindCounters(string kind)
{
    public long MemoryHits;
    public long MemoryMisses;
    public long RedisHits;
    public long RedisMisses;

    public string Kind => kind;
}
