using Heretix.Platform.Database;
using Heretix.Platform.Notifications;
using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Quartz;
using Quartz.Extensibility;

namespace Heretix.Platform.Jobs;

/// <summary>
/// Starts and stops the scheduler with the process. A process of role <c>api</c> builds it, to queue with, and never
/// starts it.
/// </summary>
internal sealed class JobWorker(
    ServerSettings settings,
    ISchedulerFactory schedulers,
    ISchedulerSignaler signaler,
    INotifications notifications,
    RecurringTicks ticks,
    JobQueue queue,
    WorkerState state,
    JobMetrics metrics,
    IDbContextFactory<HeretixDb> databases,
    IOptions<JobsOptions> options,
    TimeProvider time,
    ILogger<JobWorker> log
) : IHostedLifecycleService
{
    /// <summary>For cancelled jobs to notice, and again for their ends to be written, on top of the drain.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    private IScheduler? scheduler;
    private IDisposable? subscription;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        scheduler = await schedulers.GetScheduler(cancellationToken);
        await WarmUpAsync(cancellationToken);
        if (settings.Role != ServerRole.Api)
            await ticks.EnsureAsync(cancellationToken);
    }

    /// <summary>Everything else runs by now, so jobs may.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (settings.Role == ServerRole.Api)
            return;
        metrics.ObserveBacklog();
        await scheduler!.Start(cancellationToken);
        state.Runs = () => scheduler is { Status: SchedulerStatus.Running };
        subscription = notifications.Subscribe(JobQueue.Channel, _ => Wake());
        Log.WorkerStarted(log, scheduler.SchedulerInstanceId);
    }

    /// <summary>First of all, no more jobs are begun here.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.Drain();
        subscription?.Dispose();
        if (scheduler is { Status: SchedulerStatus.Running })
            await scheduler.Standby(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (scheduler is null)
            return;
        var timeout = options.Value.DrainTimeout;
        if (!await IdleAsync(TimeSpan.Zero, cancellationToken))
        {
            Log.Draining(log, timeout);
            if (!await IdleAsync(timeout, cancellationToken))
            {
                Log.DrainTimedOut(log, timeout);
                state.Cancel();
                await IdleAsync(Grace, CancellationToken.None);
            }
        }
        // Waits until Quartz has written the ends of all. A job that does not heed its token is left behind: its firing
        // stays in the table, and when this process no longer checks in another worker repeats it.
        try
        {
            await scheduler
                .Shutdown(waitForJobsToComplete: true, CancellationToken.None)
                .AsTask()
                .WaitAsync(Grace, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            Log.Abandoned(log);
            return;
        }
        await LeaveAsync();
    }

    /// <summary>Quartz would take a worker that has left in order for one that has died, and warn of it.</summary>
    private async Task LeaveAsync()
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
            await db.Database.ExecuteSqlAsync(
                $"""
                delete from jobs.qrtz_scheduler_state as state
                where sched_name = {QuartzSetup.SchedulerName} and instance_name = {scheduler!.SchedulerInstanceId}
                    and not exists (select from jobs.qrtz_fired_triggers as fired
                        where fired.sched_name = state.sched_name and fired.instance_name = state.instance_name)
                """
            );
        }
        catch (Exception away) when (away is NpgsqlException or InvalidOperationException)
        {
            // Then it is taken for dead, which costs a warning.
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether no job runs any more, after at most so long.</summary>
    private async Task<bool> IdleAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await state.IdleAsync().WaitAsync(patience, time, cancellationToken);
            return true;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Makes the scheduler look at once; it only sets a flag, so there is nothing to wait for.</summary>
    private void Wake() => _ = signaler.SignalSchedulingChange(null, CancellationToken.None).AsTask();

    /// <summary>Queues a job and takes it back: the first time in a process costs half a second.</summary>
    private async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await queue.PutAsync(
                db,
                StuckJobs.Kind,
                $"warm-up {Guid.CreateVersion7(time.GetUtcNow())}",
                "null",
                TimeSpan.Zero,
                cancellationToken
            );
            await transaction.RollbackAsync(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.NotWarm(log, error);
        }
    }
}
