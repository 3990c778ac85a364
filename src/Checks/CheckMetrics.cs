using System.Diagnostics.Metrics;
using Heretix.Checks.Run;
using Heretix.Rpl.Storage;

namespace Heretix.Checks;

/// <summary>What the service counts, under the meter <c>Heretix.Checks</c>.</summary>
internal sealed class CheckMetrics
{
    private readonly Counter<long> finished;
    private readonly Histogram<double> duration;
    private readonly Counter<long> samples;
    private readonly Counter<double> cost;
    private readonly Counter<long> cache;
    private readonly Counter<long> joins;

    public CheckMetrics(IMeterFactory factory, RunningChecks running)
    {
        var meter = factory.Create("Heretix.Checks");
        finished = meter.CreateCounter<long>("heretix.checks.finished", "{check}", "Checks by outcome");
        duration = meter.CreateHistogram<double>("heretix.checks.duration", "s", "Time from admission to answer");
        samples = meter.CreateCounter<long>("heretix.checks.samples", "{sample}", "Samples of measurements");
        cost = meter.CreateCounter<double>(
            "heretix.checks.cost",
            "USD",
            "What the providers charge for completed checks"
        );
        cache = meter.CreateCounter<long>("heretix.checks.result_cache", "{lookup}", "Lookups of finished results");
        joins = meter.CreateCounter<long>(
            "heretix.checks.joins",
            "{check}",
            "Checks that shared a measurement in flight"
        );
        meter.CreateObservableUpDownCounter(
            "heretix.checks.running",
            () => running.Count,
            "{check}",
            "Checks that are running"
        );
    }

    public void Finished(Check row, CheckOutcome outcome, TimeSpan took)
    {
        var name = outcome is CheckOutcome.Failed failed ? failed.Failure.Code : Check.Completed;
        var completed = outcome as CheckOutcome.Completed;
        var cached = completed is { Row.WasCached: true };
        finished.Add(1, new("outcome", name), new("mock", row.Mock), new("cached", cached));
        duration.Record(took.TotalSeconds, new("outcome", name), new("cached", cached));
        if (completed is { Result.CostUsd: > 0 and var usd })
            cost.Add((double)usd, new KeyValuePair<string, object?>("provider", row.Provider));
    }

    public void Sampled(IReadOnlyList<Sample> all, string executionId)
    {
        foreach (var group in all.GroupBy(sample => (Asked: sample.ExecutionId == executionId, sample.Valid)))
            samples.Add(
                group.Count(),
                new("source", group.Key.Asked ? "model" : "store"),
                new("valid", group.Key.Valid)
            );
    }

    public void CacheAsked(bool hit) => cache.Add(1, new KeyValuePair<string, object?>("hit", hit));

    /// <param name="where"><c>flight</c> in this process, <c>process</c> when another one measures.</param>
    public void Joined(string where) => joins.Add(1, new KeyValuePair<string, object?>("where", where));
}
