using System.Diagnostics.Metrics;
using System.Text.Json.Serialization;
using Heretix.Platform.Cache;
using Heretix.Tests.Unit.Models;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heretix.Tests.Unit.Platform;

/// <summary>The cache of a process without Redis.</summary>
public sealed class TieredCacheTests
{
    private readonly ManualTime time = new();
    private readonly CacheCounters counters;
    private readonly TieredCache cache;

    public TieredCacheTests()
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

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_callers_of_one_key_run_the_factory_once()
    {
        var calls = 0;
        var release = new TaskCompletionSource();
        var callers = Enumerable
            .Range(0, 1000)
            .Select(_ =>
                Task.Run(async () =>
                    await cache.GetOrCreateAsync(
                        "user:1",
                        async _ =>
                        {
                            Interlocked.Increment(ref calls);
                            await release.Task;
                            return new Named("a");
                        },
                        cancellationToken: Stop
                    )
                )
            )
            .ToArray();
        release.SetResult();
        (await Task.WhenAll(callers)).Distinct().ShouldBe([new Named("a")]);
        calls.ShouldBe(1);
    }

    [Fact]
    public async Task The_factory_outlives_the_caller_who_began_it()
    {
        using var first = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var release = new TaskCompletionSource<int>();
        var began = cache.GetOrCreateAsync(
            "k:1",
            async stop => await release.Task.WaitAsync(stop),
            cancellationToken: first.Token
        );
        var second = cache.GetOrCreateAsync("k:1", _ => new ValueTask<int>(-1), cancellationToken: Stop);
        await first.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await began);
        release.SetResult(7);
        (await second).ShouldBe(7);
    }

    [Fact]
    public async Task The_factory_is_cancelled_when_the_last_caller_has_gone_and_the_next_begins_another()
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var cancelled = new TaskCompletionSource();
        var callers = Enumerable
            .Range(0, 2)
            .Select(_ =>
                cache
                    .GetOrCreateAsync(
                        "k:1",
                        async stop =>
                        {
                            stop.Register(cancelled.SetResult);
                            await Task.Delay(Timeout.Infinite, stop);
                            return 1;
                        },
                        cancellationToken: both.Token
                    )
                    .AsTask()
            )
            .ToArray();
        await both.CancelAsync();
        foreach (var caller in callers)
            await Should.ThrowAsync<OperationCanceledException>(caller);
        await cancelled.Task.WaitAsync(Stop);
        (await Get("k:1", 2)).ShouldBe(2);
    }

    [Fact]
    public async Task An_exception_reaches_every_caller_and_is_not_kept()
    {
        var release = new TaskCompletionSource<int>();
        var callers = Enumerable
            .Range(0, 3)
            .Select(_ => cache.GetOrCreateAsync("k:1", async _ => await release.Task, cancellationToken: Stop).AsTask())
            .ToArray();
        release.SetException(new InvalidDataException("broken"));
        foreach (var caller in callers)
            (await Should.ThrowAsync<InvalidDataException>(caller)).Message.ShouldBe("broken");
        (await Get("k:1", 2)).ShouldBe(2);
    }

    [Fact]
    public async Task Memory_keeps_nothing_longer_than_ten_seconds_unless_the_entry_never_changes()
    {
        await Get("k:plain", 1, CacheLifetimes.User);
        await Get("k:short", 1, new() { Expiration = TimeSpan.FromSeconds(3) });
        await Get("k:local", 1, new() { LocalCacheExpiration = TimeSpan.FromSeconds(5) });
        await Get("k:fixed", 1, CacheLifetimes.Of(TimeSpan.FromSeconds(20), CacheLifetimes.Immutable));
        time.Advance(TimeSpan.FromSeconds(4));
        (await Get("k:short", 2)).ShouldBe(2);
        (await Get("k:local", 2)).ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(1));
        (await Get("k:local", 2)).ShouldBe(2);
        (await Get("k:plain", 2)).ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(5));
        (await Get("k:plain", 2)).ShouldBe(2);
        (await Get("k:fixed", 2)).ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(10));
        (await Get("k:fixed", 2)).ShouldBe(2);
    }

    [Fact]
    public async Task Flags_are_honoured()
    {
        await Get("k:1", 1, Flags(HybridCacheEntryFlags.DisableLocalCacheWrite));
        (await Get("k:1", 2)).ShouldBe(2);
        (await Get("k:1", 3, Flags(HybridCacheEntryFlags.DisableLocalCacheRead))).ShouldBe(3);
        (await Get("k:1", 4)).ShouldBe(3);
        (await Get("k:1", 5, Flags(HybridCacheEntryFlags.DisableLocalCache))).ShouldBe(5);
        (await Get("k:1", 6, Flags(HybridCacheEntryFlags.DisableUnderlyingData))).ShouldBe(3);
        (await Get("k:2", 6, Flags(HybridCacheEntryFlags.DisableUnderlyingData))).ShouldBe(0);
        (await Get("k:2", 7)).ShouldBe(7);
    }

    [Fact]
    public async Task Null_is_a_value()
    {
        (await cache.GetOrCreateAsync<Named?>("k:1", _ => new((Named?)null), cancellationToken: Stop)).ShouldBeNull();
        (await cache.GetOrCreateAsync<Named?>("k:1", _ => new(new Named("b")), cancellationToken: Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task A_tag_removes_what_carries_it_and_stops_what_is_being_read_from_being_kept()
    {
        await cache.SetAsync("k:1", 1, tags: ["a", "b"], cancellationToken: Stop);
        await cache.SetAsync("k:2", 1, tags: ["b"], cancellationToken: Stop);
        var release = new TaskCompletionSource<int>();
        var reading = cache.GetOrCreateAsync(
            "k:3",
            async _ => await release.Task,
            tags: ["a"],
            cancellationToken: Stop
        );
        await cache.RemoveByTagAsync("a", Stop);
        release.SetResult(1);
        (await reading).ShouldBe(1);
        (await Get("k:1", 2)).ShouldBe(2);
        (await Get("k:2", 2)).ShouldBe(1);
        (await Get("k:3", 2)).ShouldBe(2);
    }

    [Fact]
    public async Task What_was_read_before_an_eviction_is_neither_kept_nor_given_to_who_comes_after()
    {
        var release = new TaskCompletionSource<int>();
        var before = cache.GetOrCreateAsync("k:1", async _ => await release.Task, cancellationToken: Stop);
        await cache.RemoveAsync("k:1", Stop);
        var after = await cache.GetOrCreateAsync("k:1", _ => new ValueTask<int>(2), cancellationToken: Stop);
        release.SetResult(1);
        (await before).ShouldBe(1);
        after.ShouldBe(2);
        (await Get("k:1", 3)).ShouldBe(2);
    }

    [Fact]
    public async Task Evictions_and_readers_in_parallel_never_leave_an_old_value()
    {
        for (var round = 0; round < 300; round++)
        {
            var current = 0;
            var key = $"k:{round}";
            var readers = Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < 20; i++)
                            await cache.GetOrCreateAsync(
                                key,
                                async _ =>
                                {
                                    var read = Volatile.Read(ref current);
                                    await Task.Yield();
                                    return read;
                                },
                                cancellationToken: Stop
                            );
                    })
                )
                .ToArray();
            for (var i = 0; i < 10; i++)
            {
                Interlocked.Increment(ref current);
                await cache.RemoveAsync(key, Stop);
            }
            await Task.WhenAll(readers);
            (await Get(key, current)).ShouldBe(current);
        }
    }

    [Fact]
    public async Task A_key_whose_change_is_under_way_is_read_at_its_source_until_it_is_heard()
    {
        var announcement = Guid.CreateVersion7();
        await Get("k:1", 1);
        cache.Changes.Begin("k:1", announcement);
        (await Get("k:1", 2)).ShouldBe(2);
        cache.Changes.Begin("k:1", Guid.CreateVersion7());
        cache.Changes.End("k:1", announcement);
        (await Get("k:1", 3)).ShouldBe(3);
        time.Advance(TimeSpan.FromSeconds(31));
        (await Get("k:1", 4)).ShouldBe(4);
        (await Get("k:1", 5)).ShouldBe(4);
    }

    [Fact]
    public async Task A_type_that_nobody_registered_is_named_with_what_to_do()
    {
        var error = await Should.ThrowAsync<InvalidOperationException>(async () =>
            await cache.GetOrCreateAsync("k:1", _ => new ValueTask<Version>(new Version(1, 2)), cancellationToken: Stop)
        );
        error.Message.ShouldContain("System.Version");
        error.Message.ShouldContain("AddCacheJson");
    }

    [Fact]
    public async Task Hits_and_misses_are_counted_by_kind()
    {
        for (var i = 0; i < 10; i++)
            await Get("user:1", 1);
        await Get("device:1", 1);
        counters.HitRate("user").ShouldBe(0.9);
        counters.HitRate("device").ShouldBe(0);
        counters.HitRate().ShouldBe(9.0 / 11);
        counters.HitRate("nothing").ShouldBe(double.NaN);

        var seen = new List<(string, long, string?, string?)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, heard) =>
        {
            if (
                instrument.Meter.Scope is not null
                && instrument.Name.StartsWith("heretix.cache.", StringComparison.Ordinal)
            )
                heard.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) =>
                seen.Add((instrument.Name, value, tags[0].Value as string, tags[1].Value as string))
        );
        listener.Start();
        listener.RecordObservableInstruments();
        seen.ShouldContain(("heretix.cache.hits", 9L, "user", "memory"));
        seen.ShouldContain(("heretix.cache.misses", 1L, "user", "memory"));
    }

    [Fact]
    public async Task An_interpolated_key_finds_without_becoming_a_string()
    {
        await Get("user:12345", 1);
        for (var i = 0; i < 1000; i++)
            await Interpolated(12345);
        var sum = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            sum += await Interpolated(12345);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1000 * 24);
        sum.ShouldBe(1000);
    }

    private ValueTask<int> Interpolated(int id) =>
        cache.GetOrCreateAsync($"user:{id}", static _ => new ValueTask<int>(2), cancellationToken: default);

    private ValueTask<int> Get(string key, int value, HybridCacheEntryOptions? options = null) =>
        cache.GetOrCreateAsync(key, _ => new ValueTask<int>(value), options, cancellationToken: Stop);

    private static HybridCacheEntryOptions Flags(HybridCacheEntryFlags flags) => new() { Flags = flags };

    internal sealed record Named(string Name);
}

[JsonSerializable(typeof(TieredCacheTests.Named))]
internal sealed partial class Types : JsonSerializerContext;
