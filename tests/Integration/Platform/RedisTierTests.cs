using Heretix.Platform.Cache.Resp;
using Heretix.Tests.Integration.Servers;
using Microsoft.Extensions.Caching.Hybrid;

namespace Heretix.Tests.Integration.Platform;

/// <summary>Two processes' caches on one Redis: shared, never stale after an eviction, never in the way.</summary>
public sealed class RedisTierTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_process_has_made_another_finds()
    {
        await using var server = await StartedAsync();
        await using var first = await CacheProcess.StartAsync(server.Url);
        await using var second = await CacheProcess.StartAsync(server.Url);
        await first.Get("user:1", 1);
        await Written(first, "user:1");
        (await second.Get("user:1", 2)).ShouldBe(new Item(1));
        second.Counters.HitRate("user").ShouldBe(1);
        first.Counters.HitRate("user").ShouldBe(0);

        await using var third = await CacheProcess.StartAsync(server.Url);
        (await third.Get("user:1", 3)).ShouldBe(new Item(3), "every connection begins a new generation");
    }

    [Fact]
    public async Task The_lifetime_of_the_entry_is_that_of_the_key()
    {
        await using var server = await StartedAsync();
        await using var process = await CacheProcess.StartAsync(server.Url);
        await process.Cache.SetAsync(
            "k:1",
            new Item(1),
            new() { Expiration = TimeSpan.FromSeconds(120) },
            cancellationToken: Stop
        );
        (await process.Redis.SendAsync("PTTL", "t:k:1")).Integer.ShouldBeInRange(60_000, 120_000);
    }

    [Fact]
    public async Task An_eviction_is_seen_by_every_process_that_reads_redis()
    {
        await using var server = await StartedAsync();
        await using var first = await CacheProcess.StartAsync(server.Url);
        await using var second = await CacheProcess.StartAsync(server.Url);
        await first.Get("k:1", 1);
        await Written(first, "k:1");
        await second.Cache.RemoveAsync("k:1", Stop);
        (await first.Get("k:1", 2, memory: false)).ShouldBe(new Item(2));
    }

    [Fact]
    public async Task What_was_read_before_an_eviction_elsewhere_does_not_get_into_redis_after_it()
    {
        await using var server = await StartedAsync();
        await using var slow = await CacheProcess.StartAsync(server.Url);
        await using var other = await CacheProcess.StartAsync(server.Url);
        var (reading, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var old = slow.Get(
            "k:1",
            async () =>
            {
                reading.SetResult();
                await release.Task;
                return new Item(1);
            }
        );
        await reading.Task;
        await other.Cache.RemoveAsync("k:1", Stop);
        release.SetResult();
        await old;
        await Written(slow, "k:1");
        (await other.Get("k:1", 2)).ShouldBe(new Item(2));
        await Written(other, "k:1");
        (await slow.Get("k:1", 3, memory: false)).ShouldBe(new Item(2));
    }

    [Fact]
    public async Task A_tag_that_is_removed_in_one_process_is_not_served_from_redis_in_another()
    {
        await using var server = await StartedAsync();
        await using var first = await CacheProcess.StartAsync(server.Url);
        await using var second = await CacheProcess.StartAsync(server.Url);
        string[] tags = ["user-1", "lists"];
        await first.Get("k:1", 1, tags: tags);
        await first.Get("k:2", 1, tags: ["lists"]);
        await Written(first, "k:1");
        await Written(first, "k:2");
        (await second.Get("k:1", 2, tags: ["lists", "user-1"])).ShouldBe(new Item(1), "the order of tags is no matter");
        await first.Cache.RemoveByTagAsync("user-1", Stop);
        (await second.Get("k:1", 2, memory: false, tags: tags)).ShouldBe(new Item(2));
        (await second.Get("k:2", 2, memory: false, tags: ["lists"])).ShouldBe(new Item(1));
        await first.Cache.RemoveByTagAsync("*", Stop);
        (await second.Get("k:2", 3, memory: false, tags: ["lists"])).ShouldBe(new Item(3));
    }

    [Fact]
    public async Task A_value_read_under_a_tag_that_is_removed_meanwhile_is_not_served()
    {
        await using var server = await StartedAsync();
        await using var slow = await CacheProcess.StartAsync(server.Url);
        await using var other = await CacheProcess.StartAsync(server.Url);
        var (reading, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var old = slow.Get(
            "k:1",
            async () =>
            {
                reading.SetResult();
                await release.Task;
                return new Item(1);
            },
            tags: ["a"]
        );
        await reading.Task;
        await other.Cache.RemoveByTagAsync("a", Stop);
        release.SetResult();
        await old;
        await Written(slow, "k:1");
        (await other.Get("k:1", 2, tags: ["a"])).ShouldBe(new Item(2));
    }

    [Theory]
    [InlineData("not ours")]
    [InlineData("")]
    [InlineData("H\u0001")]
    public async Task What_cannot_be_read_is_a_miss_and_is_replaced(string garbage)
    {
        await using var server = await StartedAsync();
        await using var process = await CacheProcess.StartAsync(server.Url);
        await process.Redis.SendAsync("SET", "t:k:1", garbage);
        (await process.Get("k:1", 1)).ShouldBe(new Item(1));
        await Written(process, "k:1");
        (await process.Get("k:1", 2, memory: false)).ShouldBe(new Item(1));
    }

    [Fact]
    public async Task A_value_of_another_shape_is_a_miss_and_a_key_of_another_kind_is_left_alone()
    {
        await using var server = await StartedAsync();
        await using var process = await CacheProcess.StartAsync(server.Url);
        await process.Cache.SetAsync("k:1", "just text", cancellationToken: Stop);
        (await process.Get("k:1", 1)).ShouldBe(new Item(1));
        await process.Redis.SendAsync("LPUSH", "t:k:2", "x");
        (await process.Get("k:2", 1)).ShouldBe(new Item(1));
        (await process.Redis.SendAsync("LLEN", "t:k:2")).Integer.ShouldBe(1);
    }

    [Fact]
    public async Task A_value_that_is_too_large_stays_in_memory()
    {
        await using var server = await StartedAsync();
        await using var process = await CacheProcess.StartAsync(server.Url, largestValue: 2000);
        var text = new string('x', 3000);
        (
            await process.Cache.GetOrCreateAsync("k:1", _ => new ValueTask<string>(text), cancellationToken: Stop)
        ).ShouldBe(text);
        (await process.Redis.SendAsync("EXISTS", "t:k:1")).Integer.ShouldBe(0);
        (
            await process.Cache.GetOrCreateAsync("k:1", _ => new ValueTask<string>("no"), cancellationToken: Stop)
        ).ShouldBe(text);
    }

    [Fact]
    public async Task Flags_for_redis_are_honoured()
    {
        await using var server = await StartedAsync();
        await using var process = await CacheProcess.StartAsync(server.Url);
        async Task<Item?> Get(int version, HybridCacheEntryFlags flags) =>
            await process.Cache.GetOrCreateAsync(
                "k:1",
                _ => new ValueTask<Item?>(new Item(version)),
                new() { Flags = flags | HybridCacheEntryFlags.DisableLocalCache },
                cancellationToken: Stop
            );
        await Get(1, HybridCacheEntryFlags.DisableDistributedCacheWrite);
        (await Get(2, HybridCacheEntryFlags.DisableDistributedCache)).ShouldBe(new Item(2));
        (await Get(0, HybridCacheEntryFlags.DisableUnderlyingData)).ShouldBeNull();
        (await Get(3, HybridCacheEntryFlags.None)).ShouldBe(new Item(3));
        (await Get(4, HybridCacheEntryFlags.None)).ShouldBe(new Item(3));
        (await Get(5, HybridCacheEntryFlags.DisableDistributedCacheRead)).ShouldBe(new Item(5));
        (await Get(6, HybridCacheEntryFlags.None)).ShouldBe(new Item(5));
    }

    [Fact]
    public async Task A_generation_that_was_lost_makes_a_miss_and_not_an_old_value()
    {
        await using var server = await StartedAsync();
        await using var process = await CacheProcess.StartAsync(server.Url);
        await process.Get("k:1", 1);
        await Written(process, "k:1");
        await process.Redis.SendAsync("DEL", "t:#*");
        (await process.Get("k:1", 2, memory: false)).ShouldBe(new Item(2));
        await Written(process, "k:1");
        (await process.Get("k:1", 3, memory: false)).ShouldBe(new Item(2));
    }

    /// <summary>The write follows the answer; one connection keeps the order, so that the answer to a later command shows that it is over.</summary>
    internal static async Task Written(CacheProcess process, string key) =>
        (await process.Redis.SendAsync("EXISTS", "t:" + key)).Kind.ShouldBe(RespKind.Integer);

    internal static async Task<RedisServer> StartedAsync()
    {
        var server = new RedisServer();
        await server.StartAsync();
        return server;
    }
}
