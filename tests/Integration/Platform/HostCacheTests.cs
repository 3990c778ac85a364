using Heretix.Platform.Cache;
using Heretix.Platform.Cache.Resp;
using Heretix.Platform.Limits;
using Heretix.Tests.Integration.Servers;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Heretix.Tests.Integration.Platform.RespClientTests;

namespace Heretix.Tests.Integration.Platform;

/// <summary>The cache, the limits and the listener as the server puts them together.</summary>
public sealed class HostCacheTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_servers_share_a_redis_hear_each_other_and_do_without_it_when_it_dies()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        var url = postgres.Url(await postgres.CreateDatabaseAsync());
        await using var first = await HeretixHost.StartAsync(url, settings => settings with { RedisUrl = redis.Url });
        await using var second = await HeretixHost.StartAsync(url, settings => settings with { RedisUrl = redis.Url });
        await Eventually(() => Health(first) == HealthStatus.Healthy && Health(second) == HealthStatus.Healthy);

        (await Get(first, 1)).ShouldBe(1);
        await using (var db = first.OpenDb())
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Stop);
            await first.Services.GetRequiredService<ICacheAnnouncements>().AnnounceAsync(db, "user:1", Stop);
            await transaction.CommitAsync(Stop);
        }
        (await Get(first, 2)).ShouldBe(2);
        await Eventually(() => Get(second, 3).AsTask().GetAwaiter().GetResult() != 1);

        await redis.SignalAsync("KILL");
        await Eventually(() => Health(first) == HealthStatus.Degraded);
        (await Get(second, 4)).ShouldBeGreaterThan(1);
        (await Get(second, 5)).ShouldBeGreaterThan(1);
        (
            await first.Services.GetRequiredService<IRateLimits>().TakeAsync(LimitNames.Api, "user:1", Stop)
        ).Allowed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_without_redis_caches_in_memory()
    {
        var url = postgres.Url(await postgres.CreateDatabaseAsync());
        await using var host = await HeretixHost.StartAsync(url);
        (await Get(host, 1)).ShouldBe(1);
        (await Get(host, 2)).ShouldBe(1);
        host.Services.GetService<RespClient>().ShouldBeNull();
        host.Services.GetRequiredService<CacheCounters>().HitRate("user").ShouldBe(0.5);
    }

    [Theory]
    [InlineData("http://cache", "REDIS_URL cannot be read")]
    public async Task A_wrong_address_of_redis_keeps_the_server_from_starting(string redis, string reason)
    {
        var url = postgres.Url(await postgres.CreateDatabaseAsync());
        var error = await Should.ThrowAsync<Exception>(() =>
            HeretixHost.StartAsync(url, settings => settings with { RedisUrl = redis })
        );
        error.Message.ShouldContain(reason);
    }

    private static ValueTask<int> Get(HeretixHost host, int value) =>
        host
            .Services.GetRequiredService<HybridCache>()
            .GetOrCreateAsync("user:1", _ => new ValueTask<int>(value), CacheLifetimes.User, cancellationToken: Stop);

    private static HealthStatus Health(HeretixHost host) =>
        host
            .Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(check => check.Name is "redis" or "notifications", Stop)
            .GetAwaiter()
            .GetResult()
            .Status;
}
