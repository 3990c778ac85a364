using System.Net;
using System.Text.Json;
using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>What readiness says about the jobs of each role.</summary>
public sealed class JobsHealthTests(PostgresCluster postgres) : JobsTest(postgres)
{
    private static readonly Dictionary<string, string?> Fresh = new() { ["Heretix:Platform:HealthCache"] = "00:00:00" };

    [Theory]
    [InlineData(ServerRole.Worker, HttpStatusCode.ServiceUnavailable, "unhealthy")]
    [InlineData(ServerRole.All, HttpStatusCode.OK, "degraded")]
    public async Task A_process_that_begins_no_jobs_any_more_says_so_as_its_role_weighs_it(
        ServerRole role,
        HttpStatusCode status,
        string word
    )
    {
        await using var host = await HostAsync(role, options: Fresh);
        await UntilAsync(async () => await JobsAsync(host) is (_, _, "up", _));
        host.Services.GetRequiredService<WorkerState>().Drain();
        (await JobsAsync(host)).ShouldBe((status, word, "down", "not_running"));
    }

    [Fact]
    public async Task Where_jobs_are_only_queued_they_are_skipped()
    {
        await using var host = await HostAsync(ServerRole.Api, options: Fresh);
        var (status, _, jobs, error) = await JobsAsync(host);
        (status, jobs, error).ShouldBe((HttpStatusCode.OK, "skipped", null));
    }

    private static async Task<(HttpStatusCode Status, string Word, string Jobs, string? Error)> JobsAsync(
        HeretixHost host
    )
    {
        using var client = host.Client();
        using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancel);
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        var jobs = body.GetProperty("checks").GetProperty("jobs");
        return (
            answer.StatusCode,
            body.GetProperty("status").GetString()!,
            jobs.GetProperty("status").GetString()!,
            jobs.GetProperty("error").GetString()
        );
    }
}
