using System.Collections.Concurrent;
using Heretix.Platform.Http.Errors;
using Heretix.Platform.Telemetry;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Heretix.Platform.Jobs;

/// <summary>
/// What follows a run that did not succeed, written before the firing ends: Quartz deletes a job when its last trigger is
/// done, so until then the job is kept by the firing itself and, should this process die, by its recovery.
/// </summary>
internal sealed class JobSettlement(JobConnections connections, TimeProvider time, ILogger<JobSettlement> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A failure that another worker recorded is forgotten at most so much later.</summary>
    private static readonly TimeSpan BetweenForgettings = TimeSpan.FromMinutes(1);

    // When the failure of a recurring job was last forgotten; not there when it failed here since.
    private readonly ConcurrentDictionary<(string Kind, string Name), long> forgotten = [];

    /// <summary>Schedules the next run. A run of that number that is there already stays: a second worker was quicker.</summary>
    public async Task AgainAsync(IJobExecutionContext context, Delivery next, TimeSpan delay, CancellationToken stop)
    {
        var refused = await UntilDoneAsync(
            async () =>
            {
                var scheduler = context.Scheduler;
                var job = context.JobDetail.Key;
                // Cancelled by an operator meanwhile.
                if (!await scheduler.Exists(job, CancellationToken.None))
                    return;
                await scheduler.ScheduleTrigger(
                    QueuedJob.Trigger(job, next, time.GetUtcNow() + delay, time),
                    TriggerConflict.Keep,
                    CancellationToken.None
                );
            },
            stop
        );
        if (refused is not null)
            await FailedAsync(context, next.Attempt, refused.GetType().FullName!, refused.Message, stop);
    }

    /// <summary>
    /// Records that the job failed for good. Arguments that PostgreSQL does not take as JSON (U+0000 in a text) are left
    /// out, so that the failure is listed all the same; a retry then fails over them.
    /// </summary>
    public async Task FailedAsync(
        IJobExecutionContext context,
        int attempts,
        string errorType,
        string error,
        CancellationToken stop
    )
    {
        var job = context.JobDetail.Key;
        forgotten.TryRemove((job.Group, job.Name), out _);
        var failed = new FailedJob
        {
            Kind = job.Group,
            Name = job.Name,
            Arguments = QueuedJob.Arguments(context.JobDetail),
            Attempts = attempts,
            ErrorType = errorType,
            // Operators read it, and a library's message may repeat what it was given.
            Error = Redaction.Text(error),
            Worker = context.Scheduler.SchedulerInstanceId,
            FailedAt = time.GetUtcNow(),
        };
        if (await UntilDoneAsync(() => RecordAsync(failed), stop) is null)
            return;
        var without = failed.With("null", "its arguments cannot be kept; " + failed.Error);
        if (await UntilDoneAsync(() => RecordAsync(without), stop) is { } refused)
            Log.NotRecorded(log, refused, job.Group, job.Name);
    }

    /// <summary>
    /// A job that recurs succeeded, so an earlier failure of it is over. Not every success of one that recurs every few
    /// seconds costs a connection.
    /// </summary>
    public async Task ForgetFailureAsync(string kind, string name, CancellationToken stop)
    {
        if (forgotten.TryGetValue((kind, name), out var last) && time.GetElapsedTime(last) < BetweenForgettings)
            return;
        if (await ForgetAsync(kind, name, stop))
            forgotten[(kind, name)] = time.GetTimestamp();
    }

    /// <summary>
    /// A job that was taken over succeeded. The worker that was taken for dead may have recorded it as failed meanwhile.
    /// </summary>
    public Task ForgetFailureOfAnotherAsync(string kind, string name, CancellationToken stop) =>
        ForgetAsync(kind, name, stop);

    private async Task RecordAsync(FailedJob failed)
    {
        await using var db = connections.OpenUnpooled();
        await FailedJobs.RecordAsync(db, failed, CancellationToken.None);
    }

    private async Task<bool> ForgetAsync(string kind, string name, CancellationToken stop) =>
        await UntilDoneAsync(
            async () =>
            {
                await using var db = connections.OpenUnpooled();
                await FailedJobs.ForgetAsync(db, kind, name, CancellationToken.None);
            },
            stop
        )
            is null;

    /// <summary>
    /// Tries while the database is away, and gives what it refused for good; null when it is done. Only when Quartz itself
    /// is shut down is it given up: the exception of a run that Quartz cancelled makes it hand the firing to another worker,
    /// so the job is not lost, only repeated.
    /// </summary>
    private async Task<Exception?> UntilDoneAsync(Func<Task> write, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await write();
                return null;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Log.NotSettled(log, error);
                if (!MayPass(error))
                    return error;
            }
            await Task.Delay(Pause, time, stop);
        }
    }

    /// <summary>What Quartz says without a cause, and what is disposed already, belongs to a shutdown, whose token follows.</summary>
    private static bool MayPass(Exception error) =>
        DatabaseFailures.Is(error) || error is SchedulerException { InnerException: null } or ObjectDisposedException;
}
