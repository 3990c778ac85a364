using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>As many connections as the documentation adds up, however much there is to do.</summary>
public sealed class ConnectionCountTests(PostgresCluster postgres) : JobsTest(postgres)
{
    private const string Holding = "test.holding";
    private const int Jobs = 12;
    private const int AtATime = 8;

    /// <summary>
    /// The sums of docs/database.md: 2 for requests, 2 for the scheduler, 1 that listens, 8 for jobs, and one more for a
    /// moment.
    /// </summary>
    [Theory]
    [InlineData(ServerRole.Api, 3)]
    [InlineData(ServerRole.Worker, 11)]
    [InlineData(ServerRole.All, 13)]
    public async Task A_process_of_each_role_keeps_to_its_sum(ServerRole role, int most)
    {
        await using var host = await HostAsync(
            role,
            services => services.AddJob<HoldingJob, string>(Holding, TestJobs.Quick)
        );
        for (var job = 0; job < Jobs; job++)
            await EnqueueAsync(host, Holding, $"job {job}", "gate");
        if (role != ServerRole.Api)
            await UntilSeenAsync("started", AtATime);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var asking = Enumerable.Range(0, 8).Select(_ => Task.Run(() => AskAsync(host, enough.Token))).ToList();

        var counts = new List<long>();
        for (var look = 0; look < 60; look++)
        {
            counts.Add(
                await Postgres.ScalarAsync<long>(
                    "postgres",
                    $"select count(*) from pg_stat_activity where datname = '{Database}'"
                )
            );
            await Task.Delay(20, Cancel);
        }
        await enough.CancelAsync();
        await Task.WhenAll(asking);

        counts.Max().ShouldBeInRange(most - 1, most + 1);
        counts.Order().ElementAt(counts.Count / 2).ShouldBeLessThanOrEqualTo(most, "one more is for a moment only");
        if (role != ServerRole.Api)
        {
            (await SeenAsync("started")).ShouldBe(AtATime, "so many run at a time");
            await OpenAsync("gate");
            await UntilEmptyAsync();
        }
    }

    private static async Task AskAsync(HeretixHost host, CancellationToken enough)
    {
        using var client = host.Browser();
        try
        {
            while (true)
            {
                // In a worker there is only what says how it is.
                foreach (var path in (string[])["/api/checks", "/health/ready"])
                {
                    using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), enough);
                }
            }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // That was all.
        }
    }

    /// <summary>Holds its connection until the gate is open.</summary>
    private sealed class HoldingJob : IJobHandler<string>
    {
        public async Task RunAsync(string arguments, JobRun run, CancellationToken stop)
        {
            await run.SayAsync("started", stop);
            await using var db = run.OpenDb();
            await db.Database.OpenConnectionAsync(stop);
            while (
                !await db
                    .Database.SqlQuery<bool>(
                        $"select exists (select from seen where what = 'open' and name = {arguments}) as \"Value\""
                    )
                    .SingleAsync(stop)
            )
                await Task.Delay(50, stop);
        }
    }
}
