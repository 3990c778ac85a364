using Heretix.Platform.Cache;
using Microsoft.Extensions.Caching.Hybrid;

namespace Heretix.Tests.Unit.Platform;

/// <summary>The cache of a process without Redis.</summary>
public sealed class TieredCacheTests : CacheOfOneProcess
{
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
    public async Task A_type_that_nobody_registered_is_named_with_what_to_do()
    {
        var error = await Should.ThrowAsync<InvalidOperationException>(async () =>
            await cache.GetOrCreateAsync("k:1", _ => new ValueTask<Version>(new Version(1, 2)), cancellationToken: Stop)
        );
        error.Message.ShouldContain("System.Version");
        error.Message.ShouldContain("AddCacheJson");
    }

    private static HybridCacheEntryOptions Flags(HybridCacheEntryFlags flags) => new() { Flags = flags };
}
