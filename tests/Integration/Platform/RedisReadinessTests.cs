using System.Net;
using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Platform;

/// <summary>A server without its Redis is degraded, and ready.</summary>
public sealed class RedisReadinessTests(PostgresCluster postgres)
{
    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task While_redis_is_away_the_server_is_ready_and_degraded_and_serves(string signal)
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var host = await HeretixHost.StartAsync(
            postgres.Url(await postgres.CreateDatabaseAsync()),
            settings => settings with { RedisUrl = redis.Url },
            new Dictionary<string, string?>
            {
                ["Heretix:Platform:HealthCache"] = "00:00:00",
                // Limits are kept in Redis, so that every request asks it.
                ["Heretix:Limits:api:Permits"] = "1000000",
            }
        );
        await UntilAsync(host, "healthy", "up");
        await redis.SignalAsync(signal);
        await UntilAsync(host, "degraded", "down");
        if (signal == "KILL")
            await redis.StartAsync();
        else
            await redis.SignalAsync("CONT");
        await UntilAsync(host, "healthy", "up");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Asks until the word is there; whatever it is, the server has to be ready and to serve.</summary>
    private static async Task UntilAsync(HeretixHost host, string word, string redis)
    {
        using var client = host.Browser();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            // A dead Redis is missed at once, a hanging one by the first who asks it something.
            using (var me = await client.GetAsync(new Uri("/api/me", UriKind.Relative), patience.Token))
                me.StatusCode.ShouldBe(HttpStatusCode.OK);
            using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), patience.Token);
            var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync(patience.Token));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.GetRawText());
            if (
                body.GetProperty("status").GetString() == word
                && body.GetProperty("checks").GetProperty("redis").GetProperty("status").GetString() == redis
            )
                return;
            await Task.Delay(20, patience.Token);
        }
    }
}
