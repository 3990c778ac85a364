using System.Globalization;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>From the commit in one process to the start in another, by the clock of the database.</summary>
public sealed class LatencyTests(ITestOutputHelper output)
{
    private const int Jobs = 300;

    [Fact]
    public async Task Notifications_alone_begin_jobs_where_the_queue_is_not_looked_at_for_minutes()
    {
        await using var own = new PostgresCluster { Settings = ["track_commit_timestamp=on"] };
        var latencies = await new InOwnCluster(own).MeasureAsync();
        latencies.Length.ShouldBe(Jobs);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"commit to start in ms: p50 {At(0.5):0.0}, p90 {At(0.9):0.0}, p99 {At(0.99):0.0}, max {latencies[^1]:0.0}"
            )
        );
        At(0.5).ShouldBeLessThan(1000);

        double At(double share) => latencies[(int)Math.Ceiling(share * latencies.Length) - 1];
    }

    private sealed class InOwnCluster(PostgresCluster own) : JobsTest(own)
    {
        /// <summary>Queues jobs one by one; milliseconds from commit to start, in ascending order.</summary>
        public async Task<double[]> MeasureAsync()
        {
            await using var api = await HostAsync();
            await using var worker = await WorkerProcess.StartAsync(Url, idleWait: TimeSpan.FromMinutes(5));
            // Jobs that missed their notifications would lie there until something else wakes the worker.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            patience.CancelAfter(TimeSpan.FromMinutes(3));
            for (var job = 1; job <= Jobs; job++)
            {
                await using var db = api.OpenDb();
                await db.Database.OpenConnectionAsync(Cancel);
                await using (var transaction = await db.Database.BeginTransactionAsync(Cancel))
                {
                    await db.Database.ExecuteSqlAsync(
                        $"insert into seen (what, name) values ('committed', {$"job {job}"})",
                        Cancel
                    );
                    await Queue(api).EnqueueAsync(db, TestJobs.Note, $"job {job}", "ran", null, Cancel);
                    await transaction.CommitAsync(Cancel);
                }
                // Few at a time, so that it is the way that is measured and not a queue before the worker.
                await UntilAsync(async () =>
                    await db
                        .Database.SqlQuery<int>($"select count(*)::int as \"Value\" from seen where what = 'ran'")
                        .SingleAsync(patience.Token) >= (job < Jobs ? job - 2 : job)
                );
            }
            return await Postgres.ScalarAsync<double[]>(
                Database,
                """
                select array_agg(ms order by ms) from (
                    select (1000 * extract(epoch from ran.at - pg_xact_commit_timestamp(committed.xmin)))::float8 as ms
                    from seen committed join seen ran on ran.name = committed.name and ran.what = 'ran'
                    where committed.what = 'committed') latencies
                """
            );
        }
    }
}
