using System.Buffers;
using System.Collections.Concurrent;
using Heretix.Platform.Cache.Resp;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Logging;

namespace Heretix.Platform.Cache;

/// <summary>
/// The framework's <see cref="HybridCache"/> over the memory of the process and, when there is one, Redis. Only ever an
/// accelerator: whatever Redis does, a caller gets the cached value or what the factory makes.
/// <list type="bullet">
/// <item>All callers are handed the same instance: cached types are immutable, records for example.</item>
/// <item>A factory may outlive the request that began it, so it opens what it needs (a context of the database, say).</item>
/// <item>Null is a value and is cached like any other.</item>
/// </list>
/// </summary>
internal sealed class TieredCache(
    LocalTier memory,
    RedisTier? redis,
    CacheSerializers serializers,
    CacheCounters counters,
    TimeProvider time,
    ILogger<TieredCache> log
) : HybridCache
{
    private const int LongestKey = 512;
    private static readonly TimeSpan UsualLifetime = TimeSpan.FromSeconds(300);

    private readonly ConcurrentDictionary<FlightKey, CacheFlight> flights = new();

    /// <summary>Keys of which a change is under way in this process.</summary>
    public CacheChanges Changes { get; } = new(time);

    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(factory);
        if (Reads(options) && !Changes.Contains(key) && memory.TryGet<T>(key, out var entry))
        {
            Interlocked.Increment(ref entry.Counters.MemoryHits);
            return new ValueTask<T>(entry.Value);
        }
        return MissAsync(new Lookup(key, options, tags), state, factory, cancellationToken);
    }

    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        ReadOnlySpan<char> key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default
    )
    {
        // A hit by an interpolated key makes no string.
        if (Changes.AreNone && Reads(options) && memory.TryGet<T>(key, out var entry))
        {
            Interlocked.Increment(ref entry.Counters.MemoryHits);
            return new ValueTask<T>(entry.Value);
        }
        return GetOrCreateAsync(key.ToString(), state, factory, options, tags, cancellationToken);
    }

    public override async ValueTask SetAsync<T>(
        string key,
        T value,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var lookup = new Lookup(key, options, tags);
        if (!IsCacheable(key))
            return;
        // Somebody else may write between our look and our write; a Set means to be the last.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var epoch = memory.Epoch(key);
            var lease =
                redis is null || lookup.Has(HybridCacheEntryFlags.DisableDistributedCacheWrite)
                    ? default
                    : await redis.ReadAsync(key, lookup.Tags);
            var written = await Keep(lookup, value, epoch, lease);
            if (written is not { Kind: RespKind.Integer, Integer: 0 })
                return;
        }
    }

    public override async ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default) =>
        await Evict(key);

    public override async ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default) =>
        await EvictTag(tag);

    /// <summary>
    /// Evicts a key here and in Redis. Here it is done when this returns; Redis has been sent it, and no later lookup of
    /// this process reads from there before it.
    /// </summary>
    public ValueTask Evict(string key)
    {
        var sent = redis?.EvictAsync(key) ?? new ValueTask<bool>(true);
        memory.Evict(key);
        return OrEverythingAsync(sent);
    }

    /// <summary>Evicts what carries a tag, or everything for <c>*</c>; see <see cref="Evict"/>.</summary>
    public ValueTask EvictTag(string tag)
    {
        var sent = redis?.EvictTagAsync(tag) ?? new ValueTask<bool>(true);
        memory.EvictTag(tag);
        return OrEverythingAsync(sent);
    }

    /// <summary>What was read from Redis while it did not have the eviction goes, too.</summary>
    private async ValueTask OrEverythingAsync(ValueTask<bool> sent)
    {
        if (!await sent)
            memory.EvictTag("*");
    }

    private static bool Reads(HybridCacheEntryOptions? options) =>
        options?.Flags is not { } flags || (flags & HybridCacheEntryFlags.DisableLocalCacheRead) == 0;

    private bool IsCacheable(string key) => key.Length <= LongestKey && !Changes.Contains(key);

    private ValueTask<T> MissAsync<TState, T>(
        Lookup lookup,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref counters.Of(lookup.Key).MemoryMisses);
        if (!IsCacheable(lookup.Key))
        {
            return lookup.Has(HybridCacheEntryFlags.DisableUnderlyingData)
                ? new ValueTask<T>(default(T)!)
                : factory(state, cancellationToken);
        }

        var key = new FlightKey(lookup.Key, typeof(T), lookup.Flags);
        while (true)
        {
            var epoch = memory.Epoch(lookup.Key);
            var found = flights.TryGetValue(key, out var other);
            if (found && other!.Epoch == epoch && other.TryJoin())
                return ((CacheFlight<T>)other).WaitAsync(cancellationToken);
            var flight = new CacheFlight<T>(epoch);
            if (found ? flights.TryUpdate(key, flight, other!) : flights.TryAdd(key, flight))
            {
                _ = FlyAsync(flight, key, lookup, state, factory);
                return flight.WaitAsync(cancellationToken);
            }
        }
    }

    private async Task FlyAsync<TState, T>(
        CacheFlight<T> flight,
        FlightKey key,
        Lookup lookup,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory
    )
    {
        try
        {
            // An earlier flight may have landed between our look into memory and our start.
            if (!lookup.Has(HybridCacheEntryFlags.DisableLocalCacheRead) && memory.TryGet<T>(key.Key, out var entry))
            {
                Land(flight, key, entry.Value);
                return;
            }
            var lease = lookup.UsesRedis && redis is not null ? await redis.ReadAsync(key.Key, lookup.Tags) : default;
            if (TryUse<T>(lookup, lease, flight.Epoch, out var value))
            {
                Land(flight, key, value);
                return;
            }
            value = lookup.Has(HybridCacheEntryFlags.DisableUnderlyingData)
                ? default!
                : await factory(state, flight.Abandoned);
            var kept = lookup.Has(HybridCacheEntryFlags.DisableUnderlyingData)
                ? default
                : Keep(lookup, value, flight.Epoch, lease);
            Land(flight, key, value);
            await kept;
        }
        catch (Exception e)
        {
            flights.TryRemove(KeyValuePair.Create<FlightKey, CacheFlight>(key, flight));
            flight.Fail(e);
        }
    }

    private void Land<T>(CacheFlight<T> flight, FlightKey key, T value)
    {
        flights.TryRemove(KeyValuePair.Create<FlightKey, CacheFlight>(key, flight));
        flight.Land(value);
    }

    /// <summary>Takes the value that Redis had, if it can be read.</summary>
    private bool TryUse<T>(Lookup lookup, in RedisLease lease, long epoch, out T value)
    {
        value = default!;
        if (!lookup.UsesRedis || redis is null)
            return false;
        var kind = counters.Of(lookup.Key);
        if (!lease.IsHit || lookup.Has(HybridCacheEntryFlags.DisableDistributedCacheRead))
        {
            Interlocked.Increment(ref kind.RedisMisses);
            return false;
        }
        if (!serializers.TryRead(lease.Value, out value))
        {
            Interlocked.Increment(ref kind.RedisMisses);
            Log.Undecodable(log, kind.Kind, typeof(T).Name);
            return false;
        }
        Interlocked.Increment(ref kind.RedisHits);
        Remember(lookup, value, lease.Value.Length, lease.Lifetime, epoch);
        return true;
    }

    /// <summary>Keeps a fresh value in both tiers, unless it was evicted meanwhile. The write to Redis is on its way when this returns.</summary>
    private ValueTask<RespValue> Keep<T>(Lookup lookup, T value, long epoch, in RedisLease lease)
    {
        if (memory.Epoch(lookup.Key) != epoch)
            return default;
        var payload = new ArrayBufferWriter<byte>(256);
        var header = lease.IsHeld ? lease.Header : 0;
        payload.GetSpan(Math.Max(header, 1));
        payload.Advance(header);
        serializers.For<T>().Serialize(value, payload);
        Remember(lookup, value, payload.WrittenCount - header, lookup.Lifetime, epoch);
        if (redis is null || lookup.Has(HybridCacheEntryFlags.DisableDistributedCacheWrite))
            return default;
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(payload.WrittenMemory, out var bytes);
        return redis.FillAsync(lookup.Key, lease, bytes, lookup.Lifetime);
    }

    private void Remember<T>(Lookup lookup, T value, int size, TimeSpan lifetime, long epoch)
    {
        if (lookup.Has(HybridCacheEntryFlags.DisableLocalCacheWrite))
            return;
        var inMemory = lookup.LifetimeInMemory < lifetime ? lookup.LifetimeInMemory : lifetime;
        var expires = time.GetTimestamp() + (long)(inMemory.TotalSeconds * time.TimestampFrequency);
        memory.Set(new LocalEntry<T>(lookup.Key, value, size, expires, lookup.Tags, counters.Of(lookup.Key)), epoch);
    }

    /// <summary>One lookup and its options.</summary>
    private readonly struct Lookup(string key, HybridCacheEntryOptions? options, IEnumerable<string>? tags)
    {
        public string Key => key;

        public string[] Tags { get; } = CacheTags.Of(tags);

        public HybridCacheEntryFlags Flags => options?.Flags ?? HybridCacheEntryFlags.None;

        public TimeSpan Lifetime => options?.Expiration ?? UsualLifetime;

        public TimeSpan LifetimeInMemory
        {
            get
            {
                var asked = options?.LocalCacheExpiration ?? Lifetime;
                return Has(CacheLifetimes.Immutable) || asked < CacheLifetimes.LongestInMemory
                    ? asked
                    : CacheLifetimes.LongestInMemory;
            }
        }

        public bool UsesRedis =>
            (Flags & HybridCacheEntryFlags.DisableDistributedCache) != HybridCacheEntryFlags.DisableDistributedCache;

        public bool Has(HybridCacheEntryFlags flag) => (Flags & flag) == flag;
    }
}
