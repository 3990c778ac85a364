using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Platform.Jobs;

/// <summary>Reads the list of jobs out of Quartz's tables and ours, in two statements.</summary>
internal static class JobList
{
    public static async Task<IReadOnlyList<JobEntry>> ReadAsync(
        HeretixDb db,
        int limit,
        CancellationToken cancellationToken
    )
    {
        // Job data is a JSON object of strings. A firing of a recovered job belongs to a trigger of its own, whose data
        // is a copy; times are ticks of .NET.
        var live = await db
            .Database.SqlQuery<Live>(
                $"""
                with every as (
                    select case when trigger.trigger_state = 'ERROR' then 2
                                when trigger.job_group = {RecurringTick.Group} then 4
                                when fired.instance_name is not null then 0
                                else 1 end as state,
                        trigger.job_group as kind, trigger.job_name as name, trigger.description,
                        convert_from(trigger.job_data, 'UTF8') as data, trigger.next_fire_time as next_run,
                        fired.fired_time as since, fired.instance_name as worker
                    from jobs.qrtz_triggers as trigger
                    left join jobs.qrtz_fired_triggers as fired
                        on fired.sched_name = trigger.sched_name and fired.trigger_name = trigger.trigger_name
                            and fired.trigger_group = trigger.trigger_group and fired.state = 'EXECUTING'
                    where trigger.sched_name = {QuartzSetup.SchedulerName}
                        and (trigger.trigger_state <> 'COMPLETE' or fired.instance_name is not null)
                ), ranked as (
                    select *, row_number() over (partition by state order by coalesce(since, next_run), kind, name) as rank
                    from every
                )
                select state as "State", kind as "Kind", name as "Name", description as "Description", data as "Data",
                    next_run as "NextRun", since as "Since", worker as "Worker"
                from ranked where rank <= {limit} order by state, rank
                """
            )
            .ToListAsync(cancellationToken);
        var failed = await db.Set<FailedJob>()
            .AsNoTracking()
            .OrderByDescending(job => job.FailedAt)
            .Take(limit)
            .ToListAsync(cancellationToken);
        var entries = live.ConvertAll(Entry);
        entries.AddRange(failed.Select(Entry));
        return [.. entries.OrderBy(entry => entry.State)];
    }

    private static JobEntry Entry(Live job)
    {
        var state = (JobState)job.State;
        return state == JobState.Recurring
            ? new JobEntry(state, job.Name, job.Description ?? "", 0, Time(job.NextRun))
            : new JobEntry(
                state,
                job.Kind,
                job.Name,
                Delivery.AttemptIn(job.Data),
                state == JobState.Running ? null : Time(job.NextRun),
                Time(job.Since),
                job.Worker
            );
    }

    private static JobEntry Entry(FailedJob job) =>
        new(
            JobState.Failed,
            job.Kind,
            job.Name,
            job.Attempts,
            Since: job.FailedAt,
            Worker: job.Worker,
            ErrorType: job.ErrorType,
            Error: job.Error
        );

    private static DateTimeOffset? Time(long? ticks) =>
        ticks is { } value ? new DateTimeOffset(value, TimeSpan.Zero) : null;

    private sealed record Live(
        int State,
        string Kind,
        string Name,
        string? Description,
        string? Data,
        long? NextRun,
        long? Since,
        string? Worker
    );
}
