using System.Diagnostics.Metrics;
using Heretix.Platform.Cache.Resp;
using Heretix.Platform.Limits;
using Heretix.Tests.Integration.Servers;
using Microsoft.Extensions.Options;
using static Heretix.Tests.Integration.Platform.RespClientTests;

namespace Heretix.Tests.Integration.Platform;

/// <summary>Limits of two processes on one Redis.</summary>
public sealed class SharedLimitTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_processes_allow_together_exactly_what_is_allowed()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var first = await ClientAsync(server.Url);
        await using var second = await ClientAsync(server.Url);
        RateLimits[] processes = [Limits(first), Limits(second)];
        for (var round = 0; round < 5; round++)
        {
            var decisions = await Task.WhenAll(
                Enumerable
                    .Range(0, 200)
                    .Select(i => Task.Run(async () => await processes[i % 2].TakeAsync("api", $"user:{round}", Stop)))
            );
            decisions.Count(decision => decision.Allowed).ShouldBe(60);
            decisions.ShouldAllBe(decision =>
                decision.Reset > TimeSpan.Zero && decision.Reset <= TimeSpan.FromMinutes(1)
            );
        }
    }

    [Fact]
    public async Task A_window_ends_for_all_on_the_clock_of_redis()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var first = await ClientAsync(server.Url);
        await using var second = await ClientAsync(server.Url);
        var (one, other) = (Limits(first, "Window", "00:00:01"), Limits(second, "Window", "00:00:01"));
        for (var i = 0; i < 60; i++)
            await (i % 2 == 0 ? one : other).TakeAsync("api", "user:1", Stop);
        var refused = await one.TakeAsync("api", "user:1", Stop);
        refused.Allowed.ShouldBeFalse();
        await Task.Delay(refused.Reset + TimeSpan.FromMilliseconds(20), Stop);
        (await other.TakeAsync("api", "user:1", Stop)).Allowed.ShouldBeTrue();
        (await one.TakeAsync("api", "user:1", Stop)).Allowed.ShouldBeTrue();
    }

    [Fact]
    public async Task Killing_or_restarting_redis_hands_out_no_fresh_allowance_and_refuses_nobody_else()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var redis = await ClientAsync(server.Url);
        await using var elsewhere = await ClientAsync(server.Url);
        var (limits, others) = (Limits(redis), Limits(elsewhere));
        for (var i = 0; i < 20; i++)
            (await others.TakeAsync("api", "user:1", Stop)).Allowed.ShouldBeTrue();
        var allowed = await AllowedAsync(limits, 25);
        await server.SignalAsync("KILL");
        await Eventually(() => !redis.IsConnected);
        allowed += await AllowedAsync(limits, 10);
        (await limits.TakeAsync("api", "user:2", Stop)).Allowed.ShouldBeTrue();
        await server.StartAsync();
        await Eventually(() => redis.IsConnected);
        allowed += await AllowedAsync(limits, 50);
        allowed.ShouldBe(40, "the other process had taken 20 of 60");
    }

    [Fact]
    public async Task A_hanging_redis_refuses_nobody()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var redis = await ClientAsync(server.Url);
        var limits = Limits(redis);
        await AllowedAsync(limits, 10);
        await server.SignalAsync("STOP");
        (await AllowedAsync(limits, 100)).ShouldBe(50);
        await server.SignalAsync("CONT");
        await Eventually(() => redis.IsConnected);
        (await AllowedAsync(limits, 10)).ShouldBe(0);
    }

    [Fact]
    public async Task A_window_that_somebody_has_made_endless_ends_all_the_same()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var redis = await ClientAsync(server.Url);
        await redis.SendAsync("SET", "t:api:user:1", "3");
        (await Limits(redis).TakeAsync("api", "user:1", Stop)).Remaining.ShouldBe(56);
        (await redis.SendAsync("PTTL", "t:api:user:1")).Integer.ShouldBeInRange(1, 60_000);
    }

    private static async Task<int> AllowedAsync(RateLimits limits, int requests)
    {
        var allowed = 0;
        for (var i = 0; i < requests; i++)
            allowed += (await limits.TakeAsync("api", "user:1", Stop)).Allowed ? 1 : 0;
        return allowed;
    }

    private static RateLimits Limits(RespClient redis, string? key = null, string? value = null)
    {
        var options = new LimitOptions();
        options.Read(
            LimitPolicy.House,
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    new Dictionary<string, string?> { [$"Heretix:Limits:api:{key ?? "Permits"}"] = value ?? "60" }
                )
                .Build()
        );
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        return new RateLimits(
            Options.Create(options),
            new LimitBuckets(10_000, TimeProvider.System),
            new LimitRedis(redis, "t:"),
            meters
        );
    }
}
