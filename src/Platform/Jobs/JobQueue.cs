using System.Diagnostics;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quartz;

namespace Heretix.Platform.Jobs;

/// <summary>Queues jobs in Quartz's tables, inside the caller's transaction.</summary>
internal sealed class JobQueue(ISchedulerFactory schedulers, JobKinds kinds, TimeProvider time, ILogger<JobQueue> log)
    : IJobQueue
{
    /// <summary>The channel on which workers hear that there may be something to do.</summary>
    public const string Channel = "jobs";

    private const int LongestName = 200;

    public Task EnqueueAsync<TArguments>(
        HeretixDb db,
        string kind,
        string name,
        TArguments arguments,
        TimeSpan? delay = null,
        CancellationToken cancellationToken = default
    ) =>
        PutAsync(
            db,
            kind,
            name,
            kinds.Require(kind, typeof(TArguments)).Write(arguments),
            delay ?? TimeSpan.Zero,
            cancellationToken
        );

    /// <summary>Queues what is already JSON. False when the name is taken.</summary>
    internal async Task<bool> PutAsync(
        HeretixDb db,
        string kind,
        string name,
        string arguments,
        TimeSpan delay,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, LongestName, nameof(name));
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        var transaction =
            db.Database.CurrentTransaction?.GetDbTransaction() as NpgsqlTransaction
            ?? throw new InvalidOperationException(
                $"job '{kind}/{name}' is queued outside a transaction; begin one, so that the job commits with what it is about"
            );
        // A recurring job queues its name over and over; its failure stays listed until it succeeds.
        var forgets = kinds.Find(kind)?.Recurrence is null;
        if (!await ClaimAsync(transaction, kind, name, forgets, cancellationToken))
        {
            Log.AlreadyQueued(log, kind, name);
            return false;
        }
        var job = QueuedJob.Detail(kind, name, arguments, Activity.Current?.Id);
        var trigger = QueuedJob.Trigger(job.Key, Delivery.First, time.GetUtcNow() + delay, time);
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        // The scope may end before the commit: all that happens at its end is that this process's own scheduler looks
        // once too early. What wakes the workers is the notification, which PostgreSQL delivers with the commit.
        using (scheduler.EnlistTransaction(transaction))
            await scheduler.ScheduleJob(job, trigger, cancellationToken: cancellationToken);
        return true;
    }

    /// <summary>Takes the name for this transaction, so that nobody else queues it meanwhile.</summary>
    internal static Task HoldAsync(HeretixDb db, string kind, string name, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"select pg_advisory_xact_lock(hashtextextended({Lock(kind, name)}, 0))",
            cancellationToken
        );

    private static string Lock(string kind, string name) => $"job {kind}/{name}";

    /// <summary>
    /// Takes the name for this transaction and says whether it is free. Whoever wants the same name waits here until the
    /// transaction ends, and then sees what it left; the unique key alone would break the second transaction. An earlier
    /// failure under a name that was free is over: what runs under it now is listed by what becomes of it.
    /// </summary>
    private static async Task<bool> ClaimAsync(
        NpgsqlTransaction transaction,
        string kind,
        string name,
        bool forgetsFailure,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("select pg_advisory_xact_lock(hashtextextended($1, 0))")
                {
                    Parameters = { new() { Value = Lock(kind, name) } },
                },
                new NpgsqlBatchCommand(
                    $"""
                    select not exists (
                        select from {QuartzSetup.Tables}job_details
                        where sched_name = '{QuartzSetup.SchedulerName}' and job_name = $1 and job_group = $2)
                    """
                )
                {
                    Parameters =
                    {
                        new() { Value = name },
                        new() { Value = kind },
                    },
                },
                new NpgsqlBatchCommand($"select pg_notify('{Channel}', '')"),
            },
        };
        if (forgetsFailure)
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand(
                    $"""
                    delete from jobs.failed_jobs where kind = $2 and name = $1 and not exists (
                        select from {QuartzSetup.Tables}job_details
                        where sched_name = '{QuartzSetup.SchedulerName}' and job_name = $1 and job_group = $2)
                    """
                )
                {
                    Parameters =
                    {
                        new() { Value = name },
                        new() { Value = kind },
                    },
                }
            );
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetBoolean(0);
    }
}
