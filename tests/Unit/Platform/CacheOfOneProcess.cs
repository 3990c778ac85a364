using System.Diagnostics.Metrics;
using System.Text.Json.Serialization;
using Heretix.Platform.Cache;
using Heretix.Tests.Unit.Models;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heretix.Tests.Unit.Platform;

/// <summary>The cache of a process without Redis, on a clock that the test moves.</summary>
public abstract class CacheOfOneProcess
{
    private protected readonly ManualTime time = new();
    private protected readonly CacheCounters counters;
    private protected readonly TieredCache cache;

    protected CacheOfOneProcess()
    {
        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        counters = new CacheCounters(services.GetRequiredService<IMeterFactory>());
        cache = new TieredCache(
            new LocalTier(1000, 10_000_000, time),
            null,
            new CacheSerializers(services, [new CacheJson(Types.Default)]),
            counters,
            time,
            NullLogger<TieredCache>.Instance
        );
    }

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected ValueTask<int> Get(string key, int value, HybridCacheEntryOptions? options = null) =>
        cache.GetOrCreateAsync(key, _ => new ValueTask<int>(value), options, cancellationToken: Stop);

    internal sealed record Named(string Name);
}

[JsonSerializable(typeof(CacheOfOneProcess.Named))]
internal sealed partial class Types : JsonSerializerContext;
