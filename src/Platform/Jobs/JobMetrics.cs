using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Heretix.Platform.Jobs;

/// <summary>What is counted and traced about jobs.</summary>
internal sealed class JobMetrics
{
    private const string Name = "Heretix.Platform";
    private static readonly ActivitySource Activities = new(Name);
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    };
    private readonly JobBacklog backlog;
    private readonly Meter meter;
    private readonly Counter<long> started;
    private readonly Counter<long> completed;
    private readonly Counter<long> failed;
    private readonly Counter<long> retried;
    private readonly Histogram<double> duration;
    private readonly Histogram<double> wait;

    public JobMetrics(IMeterFactory meters, JobBacklog backlog)
    {
        this.backlog = backlog;
        meter = meters.Create(Name);
        started = meter.CreateCounter<long>("heretix.jobs.started", "{job}", "Attempts that began");
        completed = meter.CreateCounter<long>("heretix.jobs.completed", "{job}", "Jobs that were done");
        failed = meter.CreateCounter<long>("heretix.jobs.failed", "{job}", "Jobs given up after their last attempt");
        retried = meter.CreateCounter<long>("heretix.jobs.retried", "{job}", "Attempts followed by another, by reason");
        duration = meter.CreateHistogram("heretix.jobs.duration", "s", "Time of one attempt", null, Seconds);
        wait = meter.CreateHistogram("heretix.jobs.queue_wait", "s", "From being due to being begun", null, Seconds);
    }

    /// <summary>Publishes how many jobs wait. Workers do: they are what to start more of when the number grows.</summary>
    public void ObserveBacklog() =>
        meter.CreateObservableGauge(
            "heretix.jobs.queued",
            backlog.Measure,
            "{job}",
            "Jobs that are due and wait, in the whole cluster; at most five seconds old"
        );

    public static Activity? StartActivity(string kind, int attempt, string? parent)
    {
        var activity = Activities.StartActivity($"job {kind}", ActivityKind.Consumer, parent);
        activity?.SetTag("heretix.job.kind", kind).SetTag("heretix.job.attempt", attempt);
        return activity;
    }

    public void Started(string kind, TimeSpan waited)
    {
        started.Add(1, Of(kind));
        // Two machines' clocks may differ by more than the wait.
        wait.Record(Math.Max(0, waited.TotalSeconds), Of(kind));
    }

    public void Completed(string kind, TimeSpan elapsed)
    {
        completed.Add(1, Of(kind));
        Ended(kind, elapsed);
    }

    public void Ended(string kind, TimeSpan elapsed) => duration.Record(elapsed.TotalSeconds, Of(kind));

    public void Failed(string kind) => failed.Add(1, Of(kind));

    public void Retried(string kind, string reason) =>
        retried.Add(1, Of(kind), new KeyValuePair<string, object?>("reason", reason));

    private static KeyValuePair<string, object?> Of(string kind) => new("kind", kind);
}
