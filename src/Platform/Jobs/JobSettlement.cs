using System.Collections.Concurrent;
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
    public Task AgainAsync(IJobExecutionContext context, Delivery next, TimeSpan delay, CancellationToken stop) =>
        UntilDoneAsync(
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

    /// <summary>Records that the job failed for good.</summary>
    public Task FailedAsync(
        IJobExecutionContext context,
        int attempts,
        string errorType,
        string error,
        CancellationToken stop
    ) =>
        UntilDoneAsync(
            async () =>
            {
                forgotten.TryRemove((context.JobDetail.Key.Group, context.JobDetail.Key.Name), out _);
                await using var db = connections.OpenUnpooled();
                await FailedJobs.RecordAsync(
                    db,
                    new FailedJob
                    {
                        Kind = context.JobDetail.Key.Group,
                        Name = context.JobDetail.Key.Name,
                        Arguments = QueuedJob.Arguments(context.JobDetail),
                        Attempts = attempts,
                        ErrorType = errorType,
                        // Operators read it, and a library's message may repeat what it was given.
                        Error = Redaction.Text(error),
                        Worker = context.Scheduler.SchedulerInstanceId,
                        FailedAt = time.GetUtcNow(),
                    },
                    CancellationToken.None
                );
            },
            stop
        );

    /// <summary>
    /// A job that recurs succeeded, so an earlier failure of it is over. Not every success of one that recurs every few
    /// seconds costs a connection.
    /// </summary>
    public Task ForgetFailureAsync(string kind, string name, CancellationToken stop) =>
        forgotten.TryGetValue((kind, name), out var last) && time.GetElapsedTime(last) < BetweenForgettings
            ? Task.CompletedTask
            : UntilDoneAsync(
                async () =>
                {
                    await using var db = connections.OpenUnpooled();
                    await FailedJobs.ForgetAsync(db, kind, name, CancellationToken.None);
                    forgotten[(kind, name)] = time.GetTimestamp();
                },
                stop
            );

    /// <summary>
    /// Tries until the database takes it. Only when Quartz itself is shut down is it given up: the exception of a run that
    /// Quartz cancelled makes it hand the firing to another worker, so the job is not lost, only repeated.
    /// </summary>
    private async Task UntilDoneAsync(Func<Task> write, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Log.NotSettled(log, error);
            }
            await Task.Delay(Pause, time, stop);
        }
    }
}
