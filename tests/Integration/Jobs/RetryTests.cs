using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;
using Npgsql;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>What happens after an exception.</summary>
public sealed class RetryTests(PostgresCluster postgres) : JobsTest(postgres)
{
    [Fact]
    public async Task A_job_that_fails_twice_is_done_in_its_third_and_last_attempt()
    {
        await using var host = await HostAsync(ServerRole.All);
        await EnqueueAsync(host, TestJobs.Flaky, "twice", 2);
        await UntilSeenAsync("done");
        await UntilEmptyAsync();
        (await Attempts()).ShouldBe("tried 1, tried 2, last 3, done 3");
        (await Admin(host).ListAsync(cancellationToken: Cancel)).ShouldNotContain(job => job.Kind == TestJobs.Flaky);
    }

    [Fact]
    public async Task A_job_that_keeps_failing_is_listed_as_failed_and_runs_again_when_an_operator_retries_it()
    {
        await using var host = await HostAsync(ServerRole.All);
        await EnqueueAsync(host, TestJobs.Flaky, "always", 9);
        await UntilAsync(async () => await Failed(host) is not null);
        await UntilEmptyAsync();

        var failed = (await Failed(host))!;
        (failed.Kind, failed.Name, failed.Attempt).ShouldBe((TestJobs.Flaky, "always", 3));
        failed.ErrorType.ShouldBe("System.InvalidOperationException");
        failed.Error.ShouldBe("not before attempt 10");
        failed.Cells()[^1].ShouldBe("InvalidOperationException: not before attempt 10");

        (await Admin(host).RetryAsync(TestJobs.Flaky, "somebody else", Cancel)).ShouldBe(0);
        (await Admin(host).RetryAsync(TestJobs.Flaky, null, Cancel)).ShouldBe(1);
        (await Failed(host)).ShouldBeNull();
        await UntilAsync(async () => await Failed(host) is not null);
        (await Attempts()).ShouldBe("tried 1, tried 2, last 3, tried 1, tried 2, last 3");
    }

    [Fact]
    public async Task Arguments_that_cannot_be_read_any_more_fail_the_job_and_keep_it()
    {
        await using var before = await HostAsync(services: services =>
            services.AddJob<NoteJob, string>("test.changed")
        );
        await EnqueueAsync(before, "test.changed", "old", "words");
        await using var after = await HostAsync(
            ServerRole.All,
            services => services.AddJob<SlowJob, int>("test.changed", new JobRetry(1, TimeSpan.Zero, TimeSpan.Zero))
        );
        await UntilAsync(async () => await Failed(after) is not null);
        (await Failed(after))!.ErrorType.ShouldBe("System.Text.Json.JsonException");
    }

    [Fact]
    public async Task Arguments_that_the_list_cannot_keep_do_not_keep_the_worker_and_the_failure_is_listed()
    {
        await using var host = await HostAsync(
            ServerRole.All,
            services => services.AddJob<AlwaysJob, string>("test.always", new JobRetry(1, TimeSpan.Zero, TimeSpan.Zero))
        );
        await EnqueueAsync(host, "test.always", "zero", "a\0b");
        await UntilAsync(async () => await Failed(host) is not null);
        await UntilEmptyAsync();
        var failed = (await Failed(host))!;
        failed.ErrorType.ShouldBe("System.InvalidOperationException");
        failed.Error.ShouldBe("its arguments cannot be kept; always");
    }

    [Fact]
    public async Task A_failure_is_forgotten_when_its_name_is_queued_again()
    {
        await using var host = await HostAsync(ServerRole.All);
        await EnqueueAsync(host, TestJobs.Flaky, "again", 9);
        await UntilAsync(async () => await Failed(host) is not null);
        await UntilEmptyAsync();
        await EnqueueAsync(host, TestJobs.Flaky, "other", 0);
        await UntilSeenAsync("done", name: "other");
        (await Failed(host))!.Name.ShouldBe("again");
        await EnqueueAsync(host, TestJobs.Flaky, "again", 0);
        await UntilSeenAsync("done", name: "again");
        (await Failed(host)).ShouldBeNull();
    }

    [Fact]
    public async Task A_job_that_finds_no_free_connection_is_retried()
    {
        await using var small = new PostgresCluster { Settings = ["max_connections=25"] };
        var test = new InSmallCluster(small);
        await test.RunAsync();
    }

    private sealed class AlwaysJob : IJobHandler<string>
    {
        public Task RunAsync(string arguments, JobRun run, CancellationToken stop) =>
            throw new InvalidOperationException("always");
    }

    private async Task<JobEntry?> Failed(HeretixHost host) =>
        (await Admin(host).ListAsync(cancellationToken: Cancel)).SingleOrDefault(job => job.State == JobState.Failed);

    private Task<string> Attempts() =>
        Postgres.ScalarAsync<string>(Database, "select string_agg(what || ' ' || attempt, ', ' order by id) from seen");

    private sealed class InSmallCluster(PostgresCluster small) : JobsTest(small)
    {
        public async Task RunAsync()
        {
            await using var host = await HostAsync(ServerRole.All);
            await EnqueueAsync(host, TestJobs.Crowd, "full", 40);
            await UntilAsync(async () =>
            {
                try
                {
                    return await SeenAsync("done") > 0;
                }
                catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
                {
                    return false;
                }
            });
            (
                await Postgres.ScalarAsync<int>(Database, "select attempt from seen where what = 'done'")
            ).ShouldBeGreaterThan(1);
        }
    }
}
