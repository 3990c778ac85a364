using System.Diagnostics.Metrics;

namespace Heretix.Tests.Unit.Platform;

/// <summary>What is evicted here stays away, and what is found is counted.</summary>
public sealed class EvictionTests : CacheOfOneProcess
{
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
        // The string of the key alone would take 48 bytes; unoptimised code takes up to 24 for the rest.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1000 * 40);
        sum.ShouldBe(1000);
    }

    private ValueTask<int> Interpolated(int id) =>
        cache.GetOrCreateAsync($"user:{id}", static _ => new ValueTask<int>(2), cancellationToken: default);
}
