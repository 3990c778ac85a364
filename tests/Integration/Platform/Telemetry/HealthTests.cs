using System.Net;
using System.Text.Json;
using Heretix.Platform.Telemetry.Health;
using Heretix.Tests.Integration.Servers;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Heretix.Tests.Integration.Platform.Telemetry;

/// <summary>Liveness and readiness over HTTP.</summary>
public sealed class HealthTests
{
    private static readonly Dictionary<string, string?> Fresh = new()
    {
        ["Heretix:Platform:HealthCache"] = "00:00:00",
        ["Heretix:Platform:HealthTimeout"] = "00:00:00.300",
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_runs_is_alive()
    {
        await using var host = await PlatformHost.StartAsync();
        var (status, body) = await AskAsync(host, "/health/live");
        status.ShouldBe(HttpStatusCode.OK);
        body.GetProperty("status").GetString().ShouldBe("healthy");
        body.GetProperty("timestamp").GetString()!.ShouldMatch(@"^\d{4}-\d\d-\d\dT.*Z$");
        body.GetProperty("checks").GetProperty("service").GetProperty("status").GetString().ShouldBe("up");
    }

    [Theory]
    [InlineData("optional", HttpStatusCode.OK, "degraded")]
    [InlineData("required", HttpStatusCode.ServiceUnavailable, "unhealthy")]
    public async Task What_fails_makes_the_server_degraded_or_unhealthy_as_its_tag_says(
        string tag,
        HttpStatusCode status,
        string word
    )
    {
        await using var host = await PlatformHost.StartAsync(
            Fresh,
            services =>
                services
                    .AddHealthChecks()
                    .AddCheck("redis", () => throw new InvalidOperationException("secret detail"), [tag])
                    .AddCheck("search", () => HealthTags.Skipped)
                    .AddCheck("ledger", () => HealthCheckResult.Healthy(), [HealthTags.Required])
        );
        var (answered, body) = await AskAsync(host, "/health/ready");
        answered.ShouldBe(status);
        body.GetProperty("status").GetString().ShouldBe(word);
        var checks = body.GetProperty("checks");
        checks.GetProperty("redis").GetProperty("status").GetString().ShouldBe("down");
        checks.GetProperty("redis").GetProperty("error").GetString().ShouldBe("exception");
        checks.GetProperty("redis").GetProperty("latency_ms").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
        checks.GetProperty("search").GetProperty("status").GetString().ShouldBe("skipped");
        checks.GetProperty("ledger").GetProperty("status").GetString().ShouldBe("up");
        checks.GetProperty("ledger").GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
        checks.GetProperty("database").GetProperty("status").GetString().ShouldBe("skipped");
        checks.TryGetProperty("disk", out _).ShouldBeTrue();
        checks.TryGetProperty("memory", out _).ShouldBeTrue();
        body.GetRawText().ShouldNotContain("secret detail");
    }

    [Fact]
    public async Task A_check_that_hangs_or_blocks_is_given_up_on_without_holding_up_the_others()
    {
        using var never = new ManualResetEventSlim();
        await using var host = await PlatformHost.StartAsync(
            Fresh,
            services =>
                services
                    .AddHealthChecks()
                    .AddAsyncCheck("hangs", () => Task.Delay(-1).ContinueWith(_ => HealthCheckResult.Healthy()))
                    .AddCheck(
                        "blocks",
                        () =>
                        {
                            never.Wait(Stop);
                            return HealthCheckResult.Healthy();
                        }
                    )
                    .AddCheck("fine", () => HealthCheckResult.Healthy(), [HealthTags.Required])
        );
        var (status, body) = await AskAsync(host, "/health/ready");
        never.Set();
        status.ShouldBe(HttpStatusCode.OK);
        body.GetProperty("status").GetString().ShouldBe("degraded");
        body.GetProperty("checks").GetProperty("hangs").GetProperty("error").GetString().ShouldBe("timeout");
        body.GetProperty("checks").GetProperty("blocks").GetProperty("error").GetString().ShouldBe("timeout");
        body.GetProperty("checks").GetProperty("fine").GetProperty("status").GetString().ShouldBe("up");
    }

    [Fact]
    public async Task However_many_ask_the_checks_run_once()
    {
        var runs = 0;
        await using var host = await PlatformHost.StartAsync(services: services =>
            services
                .AddHealthChecks()
                .AddAsyncCheck(
                    "counted",
                    async () =>
                    {
                        Interlocked.Increment(ref runs);
                        await Task.Delay(50, Stop);
                        return HealthCheckResult.Healthy();
                    }
                )
        );
        using var client = host.Client();
        await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => client.GetAsync(new Uri("/health/ready", UriKind.Relative), Stop))
        );
        await client.GetAsync(new Uri("/health/ready", UriKind.Relative), Stop);
        runs.ShouldBe(1);
    }

    [Fact]
    public async Task A_part_that_comes_back_makes_the_server_healthy_again()
    {
        var up = false;
        await using var host = await PlatformHost.StartAsync(
            Fresh,
            services =>
                services
                    .AddHealthChecks()
                    .AddCheck(
                        "ledger",
                        () => up ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("lost"),
                        [HealthTags.Required]
                    )
        );
        var (before, body) = await AskAsync(host, "/health/ready");
        before.ShouldBe(HttpStatusCode.ServiceUnavailable);
        body.GetProperty("checks").GetProperty("ledger").GetProperty("error").GetString().ShouldBe("lost");
        up = true;
        (await AskAsync(host, "/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_database_that_is_stopped_makes_the_server_unhealthy_but_not_dead()
    {
        await using var postgres = new PostgresCluster();
        await using var host = await HeretixHost.StartAsync(
            postgres.Url(await postgres.CreateDatabaseAsync()),
            options: Fresh
        );
        using var client = host.Client();
        (await AskAsync(client, "/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
        await postgres.StopAsync();
        var (status, body) = await AskAsync(client, "/health/ready");
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        body.GetProperty("checks").GetProperty("database").GetProperty("status").GetString().ShouldBe("down");
        (await AskAsync(client, "/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        await postgres.StartAsync();
        (await AskAsync(client, "/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Probes_may_ask_for_the_head_alone(string path)
    {
        await using var host = await PlatformHost.StartAsync();
        using var client = host.Client();
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var answer = await client.SendAsync(request, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(PlatformHost host, string path)
    {
        using var client = host.Client();
        return await AskAsync(client, path);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Stop);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Stop));
    }
}
