using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>PostgreSQL goes away and comes back while there is work.</summary>
public sealed class OutageTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("QUIT")]
    public async Task Jobs_survive_a_restart_of_the_database(string signal)
    {
        await using var own = new PostgresCluster();
        await new InOwnCluster(own).RunAsync(signal);
    }

    private sealed class InOwnCluster(PostgresCluster own) : JobsTest(own)
    {
        private const int Jobs = 100;

        public async Task RunAsync(string signal)
        {
            await using var api = await HostAsync();
            for (var job = 0; job < Jobs; job++)
                await EnqueueAsync(api, TestJobs.Slow, $"job {job}", 100);
            await using var worker = await HostAsync(ServerRole.Worker);
            await UntilSeenAsync("done", 20);

            await Postgres.StopAsync(signal);
            await Task.Delay(1000, Cancel);
            await Postgres.StartAsync();

            await UntilEmptyAsync();
            (
                await Postgres.ScalarAsync<long>(Database, "select count(distinct name) from seen where what = 'done'")
            ).ShouldBe(Jobs);
            (await Postgres.ScalarAsync<long>(Database, "select count(*) from jobs.failed_jobs")).ShouldBe(0);
        }
    }
}
