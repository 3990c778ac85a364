using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>Workers that die or stop in the middle of a job.</summary>
public sealed class TakeOverTests(PostgresCluster postgres) : JobsTest(postgres)
{
    [Fact]
    public async Task A_killed_workers_job_is_taken_over_within_ten_seconds()
    {
        await using var api = await HostAsync();
        await using var one = await WorkerProcess.StartAsync(Url);
        await using var two = await WorkerProcess.StartAsync(Url);
        await EnqueueAsync(api, TestJobs.Gated, "long", "gate");
        await UntilSeenAsync("started");
        var first = await Postgres.ScalarAsync<int>(Database, "select process from seen") == one.Id ? one : two;
        var second = first == one ? two : one;

        await first.SignalAsync("KILL");
        var killed = await Postgres.ScalarAsync<DateTime>(Database, "select clock_timestamp()");
        await UntilSeenAsync("started", 2);
        await OpenAsync("gate");

        await UntilSeenAsync("done");
        await UntilEmptyAsync();
        (
            await Postgres.ScalarAsync<string>(
                Database,
                "select string_agg(what || ' ' || attempt || ' ' || process, ', ' order by id) from seen where kind is not null"
            )
        ).ShouldBe($"started 1 {first.Id}, started 1 {second.Id}, done 1 {second.Id}");
        (
            await Postgres.ScalarAsync<DateTime>(Database, "select max(at) from seen where what = 'started'")
        ).ShouldBeLessThan(killed.AddSeconds(10));
    }

    [Fact]
    public async Task A_job_that_no_worker_survives_is_given_up()
    {
        await using var api = await HostAsync(ServerRole.All);
        await EnqueueAsync(api, TestJobs.Slow, "deadly", 1, TimeSpan.FromHours(1));
        await Postgres.ExecuteAsync(
            Database,
            """
            update jobs.qrtz_triggers set job_data = convert_to('{"run":"5","attempt":"2","deaths":"4"}', 'UTF8')
            where job_name = 'deadly'
            """
        );
        await OrphanAsync("deadly");
        await SweepAsync(api);
        await UntilAsync(async () =>
            (await Admin(api).ListAsync(cancellationToken: Cancel)).Any(job => job.State == JobState.Failed)
        );
        var failed = (await Admin(api).ListAsync(cancellationToken: Cancel)).Single(job =>
            job.State == JobState.Failed
        );
        (failed.Name, failed.ErrorType).ShouldBe(("deadly", "WorkerDied"));
        failed.Error!.ShouldStartWith("5 workers died");
        (await SeenAsync("started")).ShouldBe(0);
    }

    [Fact]
    public async Task A_job_that_succeeds_after_a_take_over_is_no_longer_listed_as_failed()
    {
        await using var host = await HostAsync(ServerRole.All);
        await EnqueueAsync(host, TestJobs.Note, "slow", "done", TimeSpan.FromHours(1));
        // What the worker that was taken for dead wrote before it really ended.
        await Postgres.ExecuteAsync(
            Database,
            """
            insert into jobs.failed_jobs (kind, name, arguments, attempts, error_type, error, worker, failed_at)
            values ('test.note', 'slow', '"done"', 3, 'E', 'e', 'w', now()), ('test.note', 'other', '"x"', 3, 'E', 'e', 'w', now())
            """
        );
        await OrphanAsync("slow");
        await SweepAsync(host);
        await UntilSeenAsync("done");
        await UntilAsync(async () =>
            await Postgres.ScalarAsync<string>(Database, "select string_agg(name, ',') from jobs.failed_jobs")
            == "other"
        );
    }

    [Fact]
    public async Task A_stopping_worker_lets_its_jobs_finish_and_begins_no_others()
    {
        await using var api = await HostAsync();
        await using var worker = await WorkerProcess.StartAsync(Url);
        await EnqueueAsync(api, TestJobs.Gated, "running", "gate");
        await UntilSeenAsync("started");
        await using var other = await WorkerProcess.StartAsync(Url);

        await worker.SignalAsync("TERM");
        await Task.Delay(500, Cancel);
        await EnqueueAsync(api, TestJobs.Note, "next", "next");
        await UntilSeenAsync("next");
        await Task.Delay(6000, Cancel);
        await OpenAsync("gate");
        (await worker.ExitAsync(Cancel)).ShouldBe(0);

        // Six seconds are more than it takes to be thought dead: a draining worker keeps reporting.
        (await SeenAsync("started")).ShouldBe(1);
        (await SeenAsync("done")).ShouldBe(1);
        (await Postgres.ScalarAsync<int>(Database, "select process from seen where what = 'next'")).ShouldBe(other.Id);
        await UntilEmptyAsync();
    }

    [Fact]
    public async Task What_does_not_finish_in_time_is_handed_back_and_done_by_another_worker()
    {
        await using var api = await HostAsync();
        await using var worker = await WorkerProcess.StartAsync(Url, drain: TimeSpan.FromMilliseconds(300));
        await EnqueueAsync(api, TestJobs.Gated, "handed", "gate");
        await UntilSeenAsync("started");

        await worker.SignalAsync("TERM");
        (await worker.ExitAsync(Cancel)).ShouldBe(0);
        (
            await Postgres.ScalarAsync<string>(
                Database,
                "select trigger_name from jobs.qrtz_triggers where job_name = 'handed'"
            )
        ).ShouldBe("handed#2");

        await OpenAsync("gate");
        await using var other = await WorkerProcess.StartAsync(Url);
        await UntilSeenAsync("done");
        (await Postgres.ScalarAsync<int>(Database, "select attempt from seen where what = 'done'")).ShouldBe(1);
        await UntilEmptyAsync();
    }

    [Fact]
    public async Task A_job_that_ignores_its_cancellation_does_not_keep_the_worker_and_is_repeated()
    {
        await using var api = await HostAsync();
        await using var worker = await WorkerProcess.StartAsync(Url, drain: TimeSpan.Zero);
        await EnqueueAsync(api, TestJobs.Stubborn, "deaf", 12_000);
        await UntilSeenAsync("started");

        await worker.SignalAsync("TERM");
        await worker.ExitAsync(Cancel);
        (await SeenAsync("done")).ShouldBe(0);

        await using var other = await WorkerProcess.StartAsync(Url);
        await UntilSeenAsync("started", 2);
    }
}
