using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quartz;

namespace Heretix.Platform.Jobs;

/// <summary>
/// The moment at which a recurring job is due: it queues an ordinary job of that kind, which then has retries, recovery
/// and a place among the failed ones like any other. The name of this class stands in the rows of the queue.
/// </summary>
internal sealed class RecurringTick(JobQueue queue, JobConnections connections, WorkerState worker) : IJob
{
    /// <summary>Group of the ticks in Quartz; their names are the kinds.</summary>
    public const string Group = "recurring";

    /// <summary>Name of every job that a tick queues.</summary>
    public const string JobName = "scheduled";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        using var running = worker.Enter();
        await using var db = connections.OpenUnpooled();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await queue.PutAsync(db, context.JobDetail.Key.Name, JobName, "null", TimeSpan.Zero, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}

/// <summary>Brings the ticks in the database in line with what is registered, once per start of a worker.</summary>
internal sealed class RecurringTicks(
    ISchedulerFactory schedulers,
    JobKinds kinds,
    JobConnections connections,
    TimeProvider time,
    ILogger<RecurringTicks> log
)
{
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        await using var db = connections.OpenUnpooled();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Workers that start together take turns.
        await db.Database.ExecuteSqlAsync(
            $"select pg_advisory_xact_lock(hashtextextended('jobs recurring', 0))",
            cancellationToken
        );
        using (scheduler.EnlistTransaction((NpgsqlTransaction)transaction.GetDbTransaction()))
        {
            foreach (var kind in kinds.All)
            {
                if (kind.Recurrence is { } recurrence)
                    await EnsureAsync(scheduler, kind.Name, recurrence, cancellationToken);
            }
        }
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task EnsureAsync(
        IScheduler scheduler,
        string kind,
        Recurrence recurrence,
        CancellationToken cancellationToken
    )
    {
        var key = new TriggerKey(kind, RecurringTick.Group);
        if (await scheduler.GetTrigger(key, cancellationToken) is { } known && known.Description == recurrence.Text)
            return;
        var tick = JobBuilder
            .Create<RecurringTick>()
            .WithIdentity(kind, RecurringTick.Group)
            .RequestRecovery(true)
            .Build();
        var trigger = TriggerBuilder
            .Create(time)
            .WithIdentity(key)
            .WithDescription(recurrence.Text)
            .WithExecutionGroup(kind)
            .WithSchedule(recurrence.Schedule())
            .WithRetryPolicy(RetryPolicy.Exponential(5, TimeSpan.FromSeconds(1), 2, TimeSpan.FromMinutes(5)))
            .ForJob(tick)
            .Build();
        await scheduler.ScheduleJob(tick, [trigger], ScheduleJobOptions.Replacing, cancellationToken);
        Log.Recurring(log, kind, recurrence.Text);
    }
}
