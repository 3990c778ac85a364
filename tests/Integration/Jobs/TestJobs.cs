using Heretix.Platform.Jobs;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>
/// Jobs that leave their traces in the table <c>seen</c>, so that tests can ask for them whichever process ran them.
/// </summary>
internal static class TestJobs
{
    public const string Note = "test.note";
    public const string Flaky = "test.flaky";
    public const string Slow = "test.slow";
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

/// <summary>Opens connections in its first attempt until PostgreSQL has no more.</summary>
internal sealed class CrowdJob : IJobHandler<int>
{
    public async Task RunAsync(int arguments, JobRun run, CancellationToken stop)
    {
        var crowd = new List<IAsyncDisposable>();
        try
        {
            for (var taken = 0; run.Attempt == 1 && taken < arguments; taken++)
            {
                var db = run.OpenDb();
                crowd.Add(db);
                await db.Database.OpenConnectionAsync(stop);
            }
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            foreach (var db in crowd)
                await db.DisposeAsync();
            await run.SayAsync("refused", stop);
            throw;
        }
        await run.SayAsync("done", stop);
    }
}
