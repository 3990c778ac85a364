using System.Diagnostics.Metrics;
using System.Text.Json.Serialization;
using Heretix.Platform.Cache;
using Heretix.Platform.Cache.Resp;
using Heretix.Platform.Notifications;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heretix.Tests.Integration.Platform;

/// <summary>The cache of one process: its own memory and its own connections, on a Redis and a PostgreSQL that it shares.</summary>
internal sealed class CacheProcess : IAsyncDisposable
{
    public required RespClient Redis { get; init; }

    public required RedisTier Tier { get; init; }

    public TieredCache Cache { get; private init; } = null!;

    public CacheCounters Counters { get; private init; } = null!;

    public NotificationListener? Listener { get; private init; }

    public CacheAnnouncements? Announcements { get; private init; }

    public string? Database { get; private init; }

    public static async Task<CacheProcess> StartAsync(
        string redisUrl,
        string? database = null,
        RespTuning? tuning = null,
        int largestValue = 1024 * 1024
    )
    {
        RedisAddress.TryParse(redisUrl, out var address, out _).ShouldBeTrue();
        tuning ??= new RespTuning
        {
            Timeout = TimeSpan.FromMilliseconds(200),
            FirstRetry = TimeSpan.FromMilliseconds(20),
            LongestRetry = TimeSpan.FromMilliseconds(100),
        };
        var redis = new RespClient(address!, tuning, TimeProvider.System, NullLogger.Instance);
        var tier = new RedisTier(redis, "t:", largestValue, TimeProvider.System);
        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var counters = new CacheCounters(services.GetRequiredService<IMeterFactory>());
        var cache = new TieredCache(
            new LocalTier(1000, 10_000_000, TimeProvider.System),
            tier,
            new CacheSerializers(services, [new CacheJson(ItemJson.Default)]),
            counters,
            TimeProvider.System,
            NullLogger<TieredCache>.Instance
        );
        await redis.StartAsync();
        if (database is null)
            return new()
            {
                Redis = redis,
                Tier = tier,
                Cache = cache,
                Counters = counters,
            };
        var listener = new NotificationListener(
            new ListenerAddress(database + ";Pooling=false;Keepalive=30"),
            TimeProvider.System,
            NullLogger<NotificationListener>.Instance
        );
        var announcements = new CacheAnnouncements(
            cache,
            listener,
            services,
            TimeProvider.System,
            NullLogger<CacheAnnouncements>.Instance
        );
        await announcements.StartAsync(default);
        await listener.StartAsync(default);
        await RespClientTests.Eventually(() => listener.IsConnected);
        return new()
        {
            Redis = redis,
            Tier = tier,
            Cache = cache,
            Counters = counters,
            Listener = listener,
            Announcements = announcements,
            Database = database,
        };
    }

    /// <summary>Reads a value as a request does; memory is passed over when asked, so that Redis is read.</summary>
    public ValueTask<Item?> Get(string key, Func<Task<Item?>> source, bool memory = true, string[]? tags = null) =>
        Cache.GetOrCreateAsync(
            key,
            async _ => await source(),
            new() { Flags = memory ? null : HybridCacheEntryFlags.DisableLocalCacheRead },
            tags
        );

    public ValueTask<Item?> Get(string key, int version, bool memory = true, string[]? tags = null) =>
        Get(key, () => Task.FromResult<Item?>(new Item(version)), memory, tags);

    public async ValueTask DisposeAsync()
    {
        Announcements?.Dispose();
        if (Listener is not null)
            await Listener.StopAsync(default);
        Listener?.Dispose();
        await Redis.DisposeAsync();
    }
}

/// <summary>What the tests cache.</summary>
public sealed record Item(int Version);

[JsonSerializable(typeof(Item))]
internal sealed partial class ItemJson : JsonSerializerContext;
