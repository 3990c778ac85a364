using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>What is queued commits with its transaction, once, and runs.</summary>
public sealed class JobQueueTests(PostgresCluster postgres) : JobsTest(postgres)
{
    [Fact]
    public async Task A_job_committed_in_one_process_runs_in_another()
    {
        await using var api = await HostAsync();
        await using var worker = await WorkerProcess.StartAsync(Url);

        await EnqueueAsync(api, TestJobs.Note, "one", "hello");

        await UntilSeenAsync("hello");
        await UntilEmptyAsync();
        (await Postgres.ScalarAsync<int>(Database, "select process from seen")).ShouldBe(worker.Id);
    }

    [Fact]
    public async Task A_rollback_leaves_nothing_and_runs_nothing()
    {
        await using var host = await HostAsync(ServerRole.All);
        await using (var db = host.OpenDb())
        await using (await db.Database.BeginTransactionAsync(Cancel))
            await Queue(host).EnqueueAsync(db, TestJobs.Note, "gone", "gone", null, Cancel);
        await EnqueueAsync(host, TestJobs.Note, "kept", "kept");

        await UntilSeenAsync("kept");
        await UntilEmptyAsync();
        (await SeenAsync("gone")).ShouldBe(0);
    }

    [Fact]
    public async Task A_job_waits_for_the_commit_however_late_it_comes_and_commits_with_the_rows_it_is_about()
    {
        await using var host = await HostAsync(ServerRole.All);
        await using var db = host.OpenDb();
        await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
        await db.Database.ExecuteSqlAsync($"insert into seen (what, name) values ('row', 'row')", Cancel);
        await Queue(host).EnqueueAsync(db, TestJobs.Note, "late", "ran", null, Cancel);
        await Task.Delay(1500, Cancel);
        (await SeenAsync("ran")).ShouldBe(0);
        (await SeenAsync("row")).ShouldBe(0);

        await transaction.CommitAsync(Cancel);

        await UntilSeenAsync("ran");
        (await SeenAsync("row")).ShouldBe(1);
    }

    [Fact]
    public async Task A_name_queued_two_hundred_times_in_parallel_is_queued_once()
    {
        await using var api = await HostAsync(
            options: new Dictionary<string, string?> { ["Heretix:Platform:RequestConnections"] = "20" }
        );
        await Parallel.ForAsync(
            0,
            200,
            new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = Cancel },
            async (_, _) => await EnqueueAsync(api, TestJobs.Note, "same", "once")
        );
        (
            await Postgres.ScalarAsync<long>(
                Database,
                "select count(*) from jobs.qrtz_triggers where job_name = 'same'"
            )
        ).ShouldBe(1);

        await using var worker = await HostAsync(ServerRole.Worker);
        await UntilEmptyAsync();
        (await SeenAsync("once")).ShouldBe(1);
    }

    [Fact]
    public async Task A_name_is_free_again_when_its_job_is_done_and_when_its_transaction_was_rolled_back()
    {
        await using var host = await HostAsync(ServerRole.All);
        await using (var db = host.OpenDb())
        await using (await db.Database.BeginTransactionAsync(Cancel))
            await Queue(host).EnqueueAsync(db, TestJobs.Note, "again", "never", null, Cancel);
        for (var round = 1; round <= 3; round++)
        {
            await EnqueueAsync(host, TestJobs.Note, "again", "again");
            await UntilEmptyAsync();
            (await SeenAsync("again")).ShouldBe(round);
        }
    }

    [Fact]
    public async Task A_delayed_job_is_not_begun_before_it_is_due()
    {
        await using var host = await HostAsync(ServerRole.All);
        await EnqueueAsync(host, TestJobs.Note, "later", "later", TimeSpan.FromSeconds(2));
        var due = await Postgres.ScalarAsync<DateTime>(Database, "select clock_timestamp() + interval '1.9 seconds'");
        await UntilSeenAsync("later");
        (await Postgres.ScalarAsync<DateTime>(Database, "select at from seen")).ShouldBeGreaterThan(due);
    }

    [Fact]
    public async Task Queuing_outside_a_transaction_an_unknown_kind_or_wrong_arguments_is_refused()
    {
        await using var api = await HostAsync();
        await using var db = api.OpenDb();
        (
            await Should.ThrowAsync<InvalidOperationException>(() =>
                Queue(api).EnqueueAsync(db, TestJobs.Note, "x", "y", null, Cancel)
            )
        ).Message.ShouldContain("outside a transaction");
        await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
        Should
            .Throw<InvalidOperationException>(() => Queue(api).EnqueueAsync(db, "test.nope", "x", "y", null, Cancel))
            .Message.ShouldContain(TestJobs.Note);
        Should
            .Throw<InvalidOperationException>(() => Queue(api).EnqueueAsync(db, TestJobs.Note, "x", 7, null, Cancel))
            .Message.ShouldContain("String");
    }

    [Fact]
    public async Task A_process_that_only_queues_keeps_no_connection_for_the_scheduler_and_leaves_no_rows_at_start()
    {
        await using var api = await HostAsync();
        await EnqueueAsync(api, TestJobs.Note, "one", "one");
        (
            await Postgres.ScalarAsync<long>(
                Database,
                $"select count(*) from pg_stat_activity where datname = '{Database}' and application_name like '%scheduler%'"
            )
        ).ShouldBe(0);
        (await Postgres.ScalarAsync<long>(Database, "select count(*) from jobs.qrtz_job_details")).ShouldBe(1);
    }

    [Fact]
    public async Task A_job_of_a_kind_that_no_worker_knows_waits_for_one_that_does()
    {
        await using var newer = await HostAsync(services: services =>
            services.AddJob<NoteJob, string>("test.newer", TestJobs.Quick)
        );
        await using var older = await HostAsync(ServerRole.Worker);
        await EnqueueAsync(newer, "test.newer", "kept", "newer");
        await EnqueueAsync(newer, TestJobs.Note, "known", "known");
        await UntilSeenAsync("known");
        (await SeenAsync("newer")).ShouldBe(0);

        await using var upgraded = await HostAsync(
            ServerRole.Worker,
            services => services.AddJob<NoteJob, string>("test.newer", TestJobs.Quick)
        );
        await UntilSeenAsync("newer");
    }
}
