using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>A worker that stands still for so long that it is thought dead, and then goes on.</summary>
public sealed class FrozenWorkerTests(PostgresCluster postgres) : JobsTest(postgres)
{
    [Fact]
    public async Task A_worker_that_wakes_up_after_its_job_was_taken_over_does_no_harm_and_works_on()
    {
        await using var api = await HostAsync();
        await using var one = await WorkerProcess.StartAsync(Url);
        await EnqueueAsync(api, TestJobs.Gated, "long", "gate");
        await UntilSeenAsync("started");
        await using var two = await WorkerProcess.StartAsync(Url);

        await one.SignalAsync("STOP");
        await UntilSeenAsync("started", 2);
        await OpenAsync("gate");
        await UntilSeenAsync("done");
        (await Postgres.ScalarAsync<int>(Database, "select process from seen where what = 'done'")).ShouldBe(two.Id);
        await UntilEmptyAsync();
        await one.SignalAsync("CONT");

        // It ends what it had begun, to which nothing belongs any more.
        await UntilSeenAsync("done", 2);
        await two.SignalAsync("TERM");
        (await two.ExitAsync(Cancel)).ShouldBe(0);
        await EnqueueAsync(api, TestJobs.Note, "next", "next");
        await UntilSeenAsync("next");
        await UntilEmptyAsync();
        (await Postgres.ScalarAsync<int>(Database, "select process from seen where what = 'next'")).ShouldBe(one.Id);
        (await Postgres.ScalarAsync<long>(Database, "select count(*) from jobs.failed_jobs")).ShouldBe(0);
        (await Postgres.ScalarAsync<long>(Database, "select count(*) from seen where what = 'started'")).ShouldBe(2);
    }
}
