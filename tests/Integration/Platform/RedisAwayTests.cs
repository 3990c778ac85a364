using static Heretix.Tests.Integration.Platform.RedisTierTests;
using static Heretix.Tests.Integration.Platform.RespClientTests;

namespace Heretix.Tests.Integration.Platform;

/// <summary>A Redis that hangs, dies, comes back or is full fails no caller and leaves nothing old.</summary>
public sealed class RedisAwayTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_eviction_while_redis_hangs_is_made_up_for_before_redis_is_read_again()
    {
        await using var server = await StartedAsync();
        await using var process = await CacheProcess.StartAsync(server.Url);
        await process.Get("k:1", 1);
        await Written(process, "k:1");
        await server.SignalAsync("STOP");
        await process.Cache.RemoveAsync("k:1", Stop);
        (await process.Get("k:1", 2, memory: false)).ShouldBe(new Item(2));
        await process.Cache.RemoveAsync("k:1", Stop);
        await server.SignalAsync("CONT");
        await Eventually(() => process.Redis.IsConnected);
        (await process.Get("k:1", 3, memory: false)).ShouldBe(new Item(3));
    }

    [Fact]
    public async Task A_redis_that_is_full_is_not_read_when_it_cannot_take_an_eviction()
    {
        await using var server = await StartedAsync();
        await using var process = await CacheProcess.StartAsync(server.Url);
        await using var operatorOf = await ClientAsync(server.Url);
        await process.Get("k:1", 1);
        await Written(process, "k:1");
        (await operatorOf.SendAsync("CONFIG", "SET", "maxmemory", 1)).IsOk.ShouldBeTrue();
        await process.Cache.RemoveAsync("k:1", Stop);
        (await process.Get("k:1", 2)).ShouldBe(new Item(2));
        await Eventually(() => !process.Redis.IsConnected);
        (await operatorOf.SendAsync("CONFIG", "SET", "maxmemory", 0)).IsOk.ShouldBeTrue();
        await Eventually(() => process.Redis.IsConnected);
        (await process.Get("k:1", 3, memory: false)).ShouldBe(new Item(3));
    }

    [Fact]
    public async Task Redis_killed_hung_and_restarted_in_the_middle_of_traffic_fails_no_caller_and_leaves_no_old_value()
    {
        await using var server = await StartedAsync();
        await using var first = await CacheProcess.StartAsync(server.Url);
        await using var second = await CacheProcess.StartAsync(server.Url);
        CacheProcess[] processes = [first, second];
        var versions = new int[20];
        var changing = new SemaphoreSlim[20];
        for (var i = 0; i < changing.Length; i++)
            changing[i] = new SemaphoreSlim(1);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var served = 0;
        var callers = Enumerable
            .Range(0, 8)
            .Select(caller =>
                Task.Run(async () =>
                {
                    var chance = new Random(caller);
                    while (!enough.IsCancellationRequested)
                    {
                        var (id, process) = (chance.Next(20), processes[chance.Next(2)]);
                        if (chance.Next(10) == 0)
                        {
                            // A change, and afterwards an eviction in each process, as announcements bring about.
                            await changing[id].WaitAsync(Stop);
                            Interlocked.Increment(ref versions[id]);
                            foreach (var each in processes)
                                await each.Cache.RemoveAsync($"k:{id}", Stop);
                            var version = versions[id];
                            foreach (var each in processes)
                                (await each.Get($"k:{id}", () => Read(versions, id)))!.Version.ShouldBe(version);
                            changing[id].Release();
                        }
                        (
                            await process.Get($"k:{id}", () => Read(versions, id), memory: chance.Next(2) == 0)
                        ).ShouldNotBeNull();
                        Interlocked.Increment(ref served);
                    }
                })
            )
            .ToArray();

        async Task MoreTraffic()
        {
            var before = served;
            await Eventually(() => served > before + 300 || callers.Any(caller => caller.IsFaulted));
        }
        for (var round = 0; round < 2; round++)
        {
            await MoreTraffic();
            await server.SignalAsync("KILL");
            await MoreTraffic();
            await server.StartAsync();
            await Eventually(() => processes.All(process => process.Redis.IsConnected));
            await MoreTraffic();
            await server.SignalAsync("STOP");
            await MoreTraffic();
            await server.SignalAsync("CONT");
            await Eventually(() => processes.All(process => process.Redis.IsConnected));
        }
        await MoreTraffic();
        await enough.CancelAsync();
        await Task.WhenAll(callers);
        var hits = first.Counters.HitRate();
        for (var i = 0; i < 20; i++)
        {
            foreach (var process in processes)
                (await process.Get($"k:{i}", () => Read(versions, i), memory: false)).ShouldBe(new Item(versions[i]));
        }
        hits.ShouldBeGreaterThan(0);
    }

    private static async Task<Item?> Read(int[] versions, int id)
    {
        var version = Volatile.Read(ref versions[id]);
        await Task.Yield();
        return new Item(version);
    }
}
