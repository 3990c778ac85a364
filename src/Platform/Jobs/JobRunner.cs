using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Heretix.Platform.Jobs;

/// <summary>
/// Runs every kind of job: finds the handler, counts the attempt, and settles what comes next before Quartz forgets the
/// firing. The name of this class stands in the rows of the queue; renaming it strands them.
/// </summary>
internal sealed class JobRunner(
    IServiceProvider scope,
    JobKinds kinds,
    JobConnections connections,
    JobSettlement settlement,
    JobMetrics metrics,
    WorkerState worker,
    TimeProvider time,
    ILogger<JobRunner> log
) : IJob
{
    /// <summary>Workers that may die over one job before it is taken to be the cause.</summary>
    private const int MostDeaths = 5;

    private static readonly TimeSpan UntilSomebodyKnows = TimeSpan.FromMinutes(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        using var running = worker.Enter();
        var (kind, name) = (context.JobDetail.Key.Group, context.JobDetail.Key.Name);
        var delivery = Delivery.Read(context.Trigger.JobDataMap);
        if (context.Recovering)
            await TakeOverAsync(context, delivery, cancellationToken);
        else if (kinds.Find(kind) is { } known)
            await RunAsync(context, known, name, delivery, cancellationToken);
        else
            await settlement.AgainAsync(context, delivery.HandedBack(), UntilSomebodyKnows, cancellationToken);
    }

    /// <summary>A worker died with the job. It is queued again rather than run here, so that the death is counted.</summary>
    private async Task TakeOverAsync(IJobExecutionContext context, Delivery delivery, CancellationToken stop)
    {
        var (kind, name) = (context.JobDetail.Key.Group, context.JobDetail.Key.Name);
        var after = delivery.AfterDeath();
        Log.TakenOver(log, kind, name, after.Deaths);
        if (after.Deaths < MostDeaths)
        {
            metrics.Retried(kind, "worker_died");
            await settlement.AgainAsync(context, after, TimeSpan.Zero, stop);
            return;
        }
        metrics.Failed(kind);
        Log.Poisonous(log, kind, name, after.Deaths);
        await settlement.FailedAsync(
            context,
            delivery.Attempt,
            "WorkerDied",
            $"{after.Deaths} workers died while they ran this job; look at what it does before it is retried",
            stop
        );
    }

    private async Task RunAsync(
        IJobExecutionContext context,
        JobKind kind,
        string name,
        Delivery delivery,
        CancellationToken stop
    )
    {
        using var activity = JobMetrics.StartActivity(kind.Name, delivery.Attempt, QueuedJob.Trace(context.JobDetail));
        var run = new JobRun(kind.Name, name, delivery.Attempt, connections.OpenUnpooled)
        {
            IsLastAttempt = delivery.Attempt >= kind.Retry.Attempts,
        };
        var started = time.GetTimestamp();
        metrics.Started(kind.Name, context.FireTimeUtc - (context.ScheduledFireTimeUtc ?? context.FireTimeUtc));
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(stop, worker.Cancelled);
        try
        {
            await kind.RunAsync(scope, QueuedJob.Arguments(context.JobDetail), run, cancelled.Token);
            metrics.Completed(kind.Name, time.GetElapsedTime(started));
        }
        catch (Exception error)
        {
            metrics.Ended(kind.Name, time.GetElapsedTime(started));
            activity?.SetStatus(ActivityStatusCode.Error, error.GetType().FullName);
            await AfterErrorAsync(context, kind, run, delivery, error, stop);
            return;
        }
        if (kind.Recurrence is not null)
            await settlement.ForgetFailureAsync(kind.Name, name, stop);
        else if (delivery.Deaths > 0)
            await settlement.ForgetFailureOfAnotherAsync(kind.Name, name, stop);
    }

    private async Task AfterErrorAsync(
        IJobExecutionContext context,
        JobKind kind,
        JobRun run,
        Delivery delivery,
        Exception error,
        CancellationToken stop
    )
    {
        if (worker.Cancelled.IsCancellationRequested)
        {
            Log.HandedBack(log, run.Kind, run.Name);
            metrics.Retried(run.Kind, "worker_stopped");
            await settlement.AgainAsync(context, delivery.HandedBack(), TimeSpan.Zero, stop);
        }
        else if (stop.IsCancellationRequested)
        {
            Log.Cancelled(log, run.Kind, run.Name);
        }
        else if (run.IsLastAttempt)
        {
            metrics.Failed(run.Kind);
            Log.Failed(log, error, run.Kind, run.Name, run.Attempt);
            await settlement.FailedAsync(context, run.Attempt, error.GetType().FullName!, error.Message, stop);
        }
        else
        {
            var delay = kind.Retry.DelayAfter(run.Attempt);
            metrics.Retried(run.Kind, "error");
            Log.Retried(log, error, run.Kind, run.Name, run.Attempt, delay);
            await settlement.AgainAsync(context, delivery.AfterError(), delay, stop);
        }
    }
}
