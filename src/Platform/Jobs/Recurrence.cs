using System.Globalization;
using Quartz;

namespace Heretix.Platform.Jobs;

/// <summary>When a job queues itself: at an interval, or once a day at a time of day in UTC.</summary>
internal sealed record Recurrence(TimeSpan? Interval, TimeOnly? DailyAt)
{
    /// <summary>How it reads in lists, and how a changed registration is recognised.</summary>
    public string Text =>
        Interval is { } interval
            ? $"every {interval:c}"
            : string.Create(CultureInfo.InvariantCulture, $"daily at {DailyAt:HH:mm:ss} UTC");

    /// <summary>As Quartz wants it. What was missed while nobody ran is made up for once.</summary>
    public IScheduleBuilder Schedule() =>
        Interval is { } interval
            ? SimpleScheduleBuilder
                .Create()
                .WithInterval(interval)
                .RepeatForever()
                .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NowWithRemainingCount)
            : CronScheduleBuilder
                .Create(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{DailyAt!.Value.Second} {DailyAt.Value.Minute} {DailyAt.Value.Hour} * * ?"
                    )
                )
                .InTimeZone(TimeZoneInfo.Utc)
                .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed);
}
