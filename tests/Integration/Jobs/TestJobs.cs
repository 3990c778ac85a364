using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>
/// Jobs that leave their traces in the table <c>seen</c>, so that tests can ask for them whichever process ran them.
/// </summary>
internal static class TestJobs
{
    public const string Note = "test.note";
    public const string Flaky = "test.flaky";
    public const string Slow = "test.slow";
    public const string Gated = "test.gated";
    public const string Stubborn = "test.stubborn";
    public const string Crowd = "test.crowd";
    public const string Recurring = "test.recurring";

    public static readonly JobRetry Quick = new(3, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));

    public const string Table = """
        create table if not exists seen (
            id bigserial primary key, kind text, name text, attempt int, what text, process int,
            at timestamptz default clock_timestamp())
        """;

    public static void AddTo(IServiceCollection services)
    {
        services.AddJob<NoteJob, string>(Note, Quick);
        services.AddJob<FlakyJob, int>(Flaky, Quick);
        services.AddJob<SlowJob, int>(Slow, Quick);
        services.AddJob<GatedJob, string>(Gated, Quick);
        services.AddJob<StubbornJob, int>(Stubborn, Quick);
        services.AddJob<CrowdJob, int>(Crowd, Quick);
    }

    public static async Task SayAsync(this JobRun run, string what, CancellationToken cancellationToken = default)
    {
        await using var db = run.OpenDb();
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into seen (kind, name, attempt, what, process)
            values ({run.Kind}, {run.Name}, {run.Attempt}, {what}, {Environment.ProcessId})
            """,
            cancellationToken
        );
    }
}

/// <summary>Notes that it ran.</summary>
internal sealed class NoteJob : IJobHandler<string>
{
    public Task RunAsync(string arguments, JobRun run, CancellationToken stop) => run.SayAsync(arguments, stop);
}

/// <summary>Fails so often, then succeeds.</summary>
internal sealed class FlakyJob : IJobHandler<int>
{
    public async Task RunAsync(int arguments, JobRun run, CancellationToken stop)
    {
        await run.SayAsync(run.IsLastAttempt ? "last" : "tried", stop);
        if (run.Attempt <= arguments)
            throw new InvalidOperationException($"not before attempt {arguments + 1}");
        await run.SayAsync("done", stop);
    }
}

/// <summary>Takes so many milliseconds, and heeds its token.</summary>
internal sealed class SlowJob : IJobHandler<int>
{
    public async Task RunAsync(int arguments, JobRun run, CancellationToken stop)
    {
        await run.SayAsync("started", stop);
        await Task.Delay(arguments, stop);
        await run.SayAsync("done", stop);
    }
}

/// <summary>Runs until the gate of that name is open, and heeds its token.</summary>
internal sealed class GatedJob : IJobHandler<string>
{
    public async Task RunAsync(string arguments, JobRun run, CancellationToken stop)
    {
        await run.SayAsync("started", stop);
        await using var db = run.OpenDb();
        while (
            !await db
                .Database.SqlQuery<bool>(
                    $"select exists (select from seen where what = 'open' and name = {arguments}) as \"Value\""
                )
                .SingleAsync(stop)
        )
            await Task.Delay(20, stop);
        await run.SayAsync("done", stop);
    }
}

/// <summary>Takes so many milliseconds, whatever its token says.</summary>
internal sealed class StubbornJob : IJobHandler<int>
{
    public async Task RunAsync(int arguments, JobRun run, CancellationToken stop)
    {
        await run.SayAsync("started", CancellationToken.None);
        await Task.Delay(arguments, CancellationToken.None);
        await run.SayAsync("done", CancellationToken.None);
    }
}

/// <summary>Opens connections in its first attempt, more than PostgreSQL has.</summary>
internal sealed class CrowdJob : IJobHandler<int>
{
    public async Task RunAsync(int arguments, JobRun run, CancellationToken stop)
    {
        var crowd = new List<HeretixDb>();
        try
        {
            for (var taken = 0; run.Attempt == 1 && taken < arguments; taken++)
            {
                crowd.Add(run.OpenDb());
                await crowd[^1].Database.OpenConnectionAsync(stop);
            }
        }
        finally
        {
            foreach (var db in crowd)
                await db.DisposeAsync();
        }
        await run.SayAsync("done", stop);
    }
}
