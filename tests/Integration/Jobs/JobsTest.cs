using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>A database with the table that test jobs write to, and hosts of any role over it.</summary>
public abstract class JobsTest(PostgresCluster postgres)
{
    private protected string Database { get; private set; } = "";
    private protected PostgresCluster Postgres { get; } = postgres;
    private protected string Url => Postgres.Url(Database);
    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A process that only queues, or one that also runs the jobs.</summary>
    private protected async Task<HeretixHost> HostAsync(
        ServerRole role = ServerRole.Api,
        Action<IServiceCollection>? services = null,
        IReadOnlyDictionary<string, string?>? options = null
    )
    {
        var first = Database == "";
        if (first)
            Database = await Postgres.CreateDatabaseAsync();
        var host = await HeretixHost.StartAsync(
            Url,
            settings => settings with { Role = role },
            options,
            collection =>
            {
                TestJobs.AddTo(collection);
                services?.Invoke(collection);
            }
        );
        // After the tables of the server, which EF makes only in an empty database.
        if (first)
            await Postgres.ExecuteAsync(Database, TestJobs.Table);
        return host;
    }

    private protected static async Task EnqueueAsync<T>(
        HeretixHost host,
        string kind,
        string name,
        T arguments,
        TimeSpan? delay = null
    )
    {
        await using var db = host.OpenDb();
        await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
        await Queue(host).EnqueueAsync(db, kind, name, arguments, delay, Cancel);
        await transaction.CommitAsync(Cancel);
    }

    private protected static IJobQueue Queue(HeretixHost host) => host.Services.GetRequiredService<IJobQueue>();

    private protected static JobsAdmin Admin(HeretixHost host) => host.Services.GetRequiredService<JobsAdmin>();

    /// <summary>How often jobs said something.</summary>
    private protected Task<long> SeenAsync(string what, string name = "%") =>
        Postgres.ScalarAsync<long>(Database, $"select count(*) from seen where what = '{what}' and name like '{name}'");

    /// <summary>Waits until so many jobs said something; the test's own time-out ends it otherwise.</summary>
    private protected Task UntilSeenAsync(string what, long count = 1, string name = "%") =>
        UntilAsync(async () => await SeenAsync(what, name) >= count);

    /// <summary>Waits until no job is queued or running.</summary>
    private protected Task UntilEmptyAsync() =>
        UntilAsync(async () =>
            await Postgres.ScalarAsync<long>(
                Database,
                "select count(*) from jobs.qrtz_job_details where job_group like 'test.%'"
            ) == 0
        );

    /// <summary>Lets gated jobs end.</summary>
    private protected Task<int> OpenAsync(string gate) =>
        Postgres.ExecuteAsync(Database, $"insert into seen (what, name) values ('open', '{gate}')");

    /// <summary>Makes it look as if a worker ran the job two hours ago that nobody has heard of since.</summary>
    private protected Task<int> OrphanAsync(string name) =>
        Postgres.ExecuteAsync(
            Database,
            $"""
            insert into jobs.qrtz_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, instance_name, fired_time,
                sched_time, priority, state, job_name, job_group, is_nonconcurrent, requests_recovery, execution_group)
            select sched_name, 'x1', trigger_name, trigger_group, 'gone', start_time - 108000000000,
                start_time - 108000000000, 5, 'EXECUTING', job_name, job_group, false, true, execution_group
            from jobs.qrtz_triggers where job_name = '{name}';
            update jobs.qrtz_triggers set trigger_state = 'COMPLETE', next_fire_time = null where job_name = '{name}';
            """
        );

    /// <summary>The platform's own sweep, now.</summary>
    private protected static async Task SweepAsync(HeretixHost host)
    {
        await using var db = host.OpenDb();
        await host.Services.GetRequiredService<StuckJobs>().SweepAsync(db, Cancel);
    }

    private protected static async Task UntilAsync(Func<Task<bool>> met)
    {
        var patience = TimeSpan.FromSeconds(40);
        for (var waited = TimeSpan.Zero; waited < patience; waited += TimeSpan.FromMilliseconds(20))
        {
            if (await met())
                return;
            await Task.Delay(20, Cancel);
        }
        throw new TimeoutException("what was waited for did not happen in 40 s");
    }
}
