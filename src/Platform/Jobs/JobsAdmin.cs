using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace Heretix.Platform.Jobs;

/// <summary>What came of cancelling a job.</summary>
public enum JobCancellation
{
    /// <summary>There is no such job, queued or running.</summary>
    NotFound,

    /// <summary>It waited and is gone.</summary>
    Removed,

    /// <summary>It runs; its handler is told to stop within a second, and it is not retried.</summary>
    Stopping,
}

/// <summary>
/// What operators see of the queue and do to it, from any process of any role. It uses connections of its own, outside the
/// pools.
/// </summary>
public sealed class JobsAdmin
{
    private readonly ISchedulerFactory schedulers;
    private readonly JobQueue queue;
    private readonly JobConnections connections;

    internal JobsAdmin(ISchedulerFactory schedulers, JobQueue queue, JobConnections connections) =>
        (this.schedulers, this.queue, this.connections) = (schedulers, queue, connections);

    /// <summary>The jobs that run, wait, are stuck, failed or recur, in this order, then the earliest first.</summary>
    /// <param name="limit">At most so many of each state, at least 1.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<IReadOnlyList<JobEntry>> ListAsync(int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        await using var db = connections.OpenUnpooled();
        return await JobList.ReadAsync(db, limit, cancellationToken);
    }

    /// <summary>
    /// Queues failed jobs again with their first arguments and a full number of attempts, and frees stuck ones.
    /// </summary>
    /// <param name="kind">Jobs of this kind.</param>
    /// <param name="name">The one of this name; all of the kind when null.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>How many are queued again.</returns>
    public async Task<int> RetryAsync(string kind, string? name, CancellationToken cancellationToken)
    {
        await using var db = connections.OpenUnpooled();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var names = await db.Set<FailedJob>()
            .Where(job => job.Kind == kind && (name == null || job.Name == name))
            .Select(job => job.Name)
            .ToListAsync(cancellationToken);
        var queued = 0;
        foreach (var one in names.Order(StringComparer.Ordinal))
        {
            // The name first and its row second, as whoever queues a job takes them.
            await JobQueue.HoldAsync(db, kind, one, cancellationToken);
            var failed = await FailedJobs.TakeAsync(db, kind, one, cancellationToken);
            if (
                failed is not null
                && await queue.PutAsync(db, kind, one, failed.Arguments, TimeSpan.Zero, cancellationToken)
            )
                queued++;
        }
        await transaction.CommitAsync(cancellationToken);
        return queued + await FreeAsync(db, kind, name, cancellationToken);
    }

    /// <summary>Takes a job out of the queue, or tells its handler to stop when it runs.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name within the kind.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<JobCancellation> CancelAsync(string kind, string name, CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        var job = new JobKey(name, kind);
        // Asked of the database and not of this process: the job may run in any worker.
        if (await scheduler.Interrupt(job, cancellationToken))
            return JobCancellation.Stopping;
        return await scheduler.DeleteJob(job, cancellationToken) ? JobCancellation.Removed : JobCancellation.NotFound;
    }

    private async Task<int> FreeAsync(HeretixDb db, string kind, string? name, CancellationToken cancellationToken)
    {
        var stuck = await db
            .Database.SqlQuery<string>(
                $"""
                select trigger_name as "Value" from jobs.qrtz_triggers
                where sched_name = {QuartzSetup.SchedulerName} and trigger_state = 'ERROR' and trigger_group = {kind}
                    and ({name}::text is null or job_name = {name})
                """
            )
            .ToListAsync(cancellationToken);
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        foreach (var trigger in stuck)
            await scheduler.ResetTriggerFromErrorState(new TriggerKey(trigger, kind), cancellationToken);
        return stuck.Count;
    }
}
