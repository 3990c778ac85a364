using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>Jobs that queue themselves.</summary>
public sealed class RecurringTests(PostgresCluster postgres) : JobsTest(postgres)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_recurring_job_runs_again_and_again_once_for_all_workers()
    {
        await using var one = await HostAsync(ServerRole.All, Every(Second));
        await using var two = await HostAsync(ServerRole.Worker, Every(Second));
        await UntilSeenAsync("tick", 3);
        (
            await Postgres.ScalarAsync<bool>(
                Database,
                """
                select bool_and(gap is null or gap > interval '0.5 seconds')
                from (select at - lag(at) over (order by at) as gap from seen where what = 'tick') as gaps
                """
            )
        ).ShouldBeTrue();
        var listed = (await Admin(one).ListAsync(cancellationToken: Cancel)).Single(job =>
            job.State == JobState.Recurring && job.Kind == TestJobs.Recurring
        );
        listed.Name.ShouldBe("every 00:00:01");
        listed.NextRun.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_changed_interval_takes_the_place_of_the_old_one()
    {
        await using (await HostAsync(ServerRole.Worker, Every(TimeSpan.FromHours(1))))
            await UntilSeenAsync("tick");
        await using var host = await HostAsync(ServerRole.Worker, Every(Second));
        await UntilSeenAsync("tick", 3);
        (
            await Postgres.ScalarAsync<long>(
                Database,
                $"select count(*) from jobs.qrtz_triggers where job_name = '{TestJobs.Recurring}' and job_group = 'recurring'"
            )
        ).ShouldBe(1);
    }

    [Fact]
    public async Task A_daily_job_is_due_at_its_time_of_day_in_UTC()
    {
        await using var host = await HostAsync(
            ServerRole.Worker,
            services => services.AddRecurringJob<TickJob>(TestJobs.Recurring, new TimeOnly(3, 20, 5))
        );
        var due = await Postgres.ScalarAsync<long>(
            Database,
            $"select next_fire_time from jobs.qrtz_triggers where trigger_name = '{TestJobs.Recurring}'"
        );
        new DateTime(due, DateTimeKind.Utc).TimeOfDay.ShouldBe(new TimeSpan(3, 20, 5));
    }

    [Fact]
    public async Task A_recurring_job_that_failed_is_listed_until_it_succeeds()
    {
        await using var host = await HostAsync(
            ServerRole.All,
            services =>
                services.AddSweep(
                    "test.sweep",
                    Second,
                    async (db, _, stop) =>
                        await db
                            .Database.SqlQuery<int>($"select 1 / count(*)::int as \"Value\" from seen")
                            .SingleAsync(stop)
                )
        );
        await UntilAsync(async () => await Failed(host) is not null);
        (await Failed(host))!.Error!.ShouldContain("division by zero");
        await Postgres.ExecuteAsync(Database, "insert into seen (what) values ('something')");
        await UntilAsync(async () => await Failed(host) is null);
    }

    private static Action<IServiceCollection> Every(TimeSpan interval) =>
        services => services.AddRecurringJob<TickJob>(TestJobs.Recurring, interval);

    private static async Task<JobEntry?> Failed(HeretixHost host) =>
        (await Admin(host).ListAsync(cancellationToken: Cancel)).SingleOrDefault(job =>
            job.State == JobState.Failed && job.Kind == "test.sweep"
        );

    private sealed class TickJob : IRecurringJobHandler
    {
        public Task RunAsync(JobRun run, CancellationToken stop) => run.SayAsync("tick", stop);
    }
}
