using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Heretix.Platform.Jobs;

/// <summary>
/// The platform's own sweep over the queue, once a minute: what no ordinary path leaves behind is put right all the same.
/// </summary>
internal sealed class StuckJobs(ISchedulerFactory schedulers, TimeProvider time, ILogger<StuckJobs> log)
{
    public const string Kind = "jobs.stuck";
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>A trigger in error is tried again for so long; then it stays, visible, until an operator retries it.</summary>
    private static readonly TimeSpan WorthResetting = TimeSpan.FromHours(1);

    private static readonly TimeSpan KeptFailures = TimeSpan.FromDays(30);

    /// <summary>How old something must be before it counts as left behind.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    public async Task<int> SweepAsync(HeretixDb db, CancellationToken cancellationToken) =>
        await ResetErrorsAsync(db, cancellationToken)
        + await AdoptOrphansAsync(db, cancellationToken)
        + await RescheduleLostAsync(db, cancellationToken)
        + await FailedJobs.PurgeAsync(db, time.GetUtcNow() - KeptFailures, cancellationToken);

    private async Task<int> ResetErrorsAsync(HeretixDb db, CancellationToken cancellationToken)
    {
        var since = (time.GetUtcNow() - WorthResetting).UtcTicks;
        var broken = await db
            .Database.SqlQuery<Key>(
                $"""
                select trigger_group as "Kind", trigger_name as "Name" from jobs.qrtz_triggers
                where sched_name = {QuartzSetup.SchedulerName} and trigger_state = 'ERROR'
                    and (start_time > {since} or job_group = {RecurringTick.Group})
                """
            )
            .ToListAsync(cancellationToken);
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        foreach (var key in broken)
        {
            await scheduler.ResetTriggerFromErrorState(new TriggerKey(key.Name, key.Kind), cancellationToken);
            Log.Mended(log, key.Kind, key.Name, "its trigger was in error");
        }
        return broken.Count;
    }

    /// <summary>
    /// Firings of workers that are not even known any more. A worker is entered for them that last reported long ago:
    /// Quartz then finds it dead and recovers what it had.
    /// </summary>
    private Task<int> AdoptOrphansAsync(HeretixDb db, CancellationToken cancellationToken)
    {
        var before = (time.GetUtcNow() - Settled).UtcTicks;
        return db.Database.ExecuteSqlAsync(
            $"""
            insert into jobs.qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)
            select distinct sched_name, instance_name, 0, 1000 from jobs.qrtz_fired_triggers as fired
            where sched_name = {QuartzSetup.SchedulerName} and fired_time < {before} and not exists (
                select from jobs.qrtz_scheduler_state as state
                where state.sched_name = fired.sched_name and state.instance_name = fired.instance_name)
            on conflict do nothing
            """,
            cancellationToken
        );
    }

    /// <summary>Jobs with neither a trigger nor a firing: nothing would ever run them, and their names stay taken.</summary>
    private async Task<int> RescheduleLostAsync(HeretixDb db, CancellationToken cancellationToken)
    {
        var lost = await db
            .Database.SqlQuery<Key>(
                $"""
                select job_group as "Kind", job_name as "Name" from jobs.qrtz_job_details as job
                where sched_name = {QuartzSetup.SchedulerName} and job_group <> {RecurringTick.Group}
                    and not exists (select from jobs.qrtz_triggers as trigger
                        where trigger.sched_name = job.sched_name and trigger.job_name = job.job_name
                            and trigger.job_group = job.job_group)
                    and not exists (select from jobs.qrtz_fired_triggers as fired
                        where fired.sched_name = job.sched_name and fired.job_name = job.job_name
                            and fired.job_group = job.job_group)
                """
            )
            .ToListAsync(cancellationToken);
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        foreach (var key in lost)
        {
            var job = new JobKey(key.Name, key.Kind);
            if (!await scheduler.Exists(job, cancellationToken))
                continue;
            await scheduler.ScheduleTrigger(
                QueuedJob.Trigger(job, Delivery.First, time.GetUtcNow(), time),
                TriggerConflict.Keep,
                cancellationToken
            );
            Log.Mended(log, key.Kind, key.Name, "nothing would have run it");
        }
        return lost.Count;
    }

    private sealed record Key(string Kind, string Name);
}
