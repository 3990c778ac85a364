using Quartz;

namespace Heretix.Platform.Jobs;

/// <summary>How a job lies in Quartz's tables: its kind is the group, its name the name, and each run is a trigger.</summary>
internal static class QueuedJob
{
    private const string ArgumentsKey = "arguments";
    private const string TraceKey = "trace";

    /// <summary>The job with what was queued and the trace that queued it.</summary>
    public static IJobDetail Detail(string kind, string name, string arguments, string? trace)
    {
        var map = new JobDataMap { [ArgumentsKey] = arguments };
        if (trace is not null)
            map[TraceKey] = trace;
        return JobBuilder.Create<JobRunner>().WithIdentity(name, kind).RequestRecovery(true).UsingJobData(map).Build();
    }

    /// <summary>
    /// One run. The execution group is the kind: workers take only the kinds that they know, so a job of a newer version
    /// waits for a worker of that version. It never misfires: after an outage it runs in its turn.
    /// </summary>
    public static ITrigger Trigger(JobKey job, Delivery delivery, DateTimeOffset start, TimeProvider time)
    {
        var map = new JobDataMap();
        delivery.Write(map);
        return TriggerBuilder
            .Create(time)
            .WithIdentity($"{job.Name}#{delivery.Run}", job.Group)
            .ForJob(job)
            .WithExecutionGroup(job.Group)
            .StartAt(start)
            .WithSchedule(
                SimpleScheduleBuilder.Create().WithMisfireInstruction(SimpleTriggerMisfireInstruction.IgnoreMisfires)
            )
            .UsingJobData(map)
            .Build();
    }

    public static string Arguments(IJobDetail job) => job.JobDataMap.GetString(ArgumentsKey)!;

    public static string? Trace(IJobDetail job) =>
        job.JobDataMap.TryGetValue(TraceKey, out var trace) ? (string?)trace : null;
}
