using Heretix.Platform.Database;
using Heretix.Platform.Notifications;
using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
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
    IDbContextFactory<HeretixDb> databases,
    IOptions<JobsOptions> options,
    TimeProvider time,
    ILogger<JobWorker> log
) : IHostedLifecycleService
{
    /// <summary>For cancelled jobs to notice, on top of the drain.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

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
        await scheduler!.Start(cancellationToken);
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
        var idle = state.IdleAsync();
        if (!idle.IsCompleted)
        {
            Log.Draining(log, timeout);
            try
            {
                await idle.WaitAsync(timeout, time, cancellationToken);
            }
            catch (Exception error) when (error is TimeoutException or OperationCanceledException)
            {
                Log.DrainTimedOut(log, timeout);
            }
        }
        // Cancels what still runs, and waits until Quartz has written the ends of all. A job that does not heed its
        // token is left behind: its firing stays in the table, and when this process no longer checks in another
        // worker repeats it.
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
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
