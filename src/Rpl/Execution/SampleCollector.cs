using Heretix.Estimation;
using Heretix.Models;
using Heretix.Rpl.Planning;
using Heretix.Rpl.Requests;
using Heretix.Rpl.Results;
using Heretix.Rpl.Storage;

namespace Heretix.Rpl.Execution;

/// <summary>
/// Fetches the samples of a plan: those that are stored, and for the rest the model's answers, each stored before
/// anything else happens to it. Calls in flight are finished and stored even when the measurement is stopped.
/// </summary>
internal sealed class SampleCollector(
    SampleAsker asker,
    MeasurementRequest request,
    ModelChoice model,
    IExecution execution,
    CallLanes lanes,
    IProgress<MeasurementProgress>? progress,
    TimeProvider time
)
{
    /// <summary>An invalid answer is asked again until it has been asked this often.</summary>
    public const int MaxAttempts = 3;

    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(20);

    private readonly Lock gate = new();
    private long reportedAt;
    private readonly Dictionary<string, Sample> collected = [];
    private readonly List<ModelCallException> failures = [];
    private MeasurementException? fatal;

    /// <summary>The sample is not asked for again.</summary>
    public static bool IsSettled(Sample sample) => sample.Valid || sample.Refused || sample.Attempts >= MaxAttempts;

    /// <summary>US dollars that this execution has paid, over all stages and earlier processes.</summary>
    public decimal Spent { get; private set; }

    /// <summary>Samples in plan order.</summary>
    public async Task<IReadOnlyList<Sample>> CollectAsync(MeasurementPlan plan, CancellationToken stop)
    {
        var keys = plan.Items.Select(item => item.CacheKey).ToHashSet();
        var stored = await execution.FindAsync(keys, stop);
        foreach (var sample in stored.Values.Where(sample => !collected.ContainsKey(sample.CacheKey)))
        {
            collected[sample.CacheKey] = sample;
            if (sample.ExecutionId == execution.Id)
            {
                Spent += sample.CostUsd;
                lanes.Budget.Add(sample.CostUsd);
            }
        }
        Report(plan);

        var open = plan.Items.Where(item => !Settled(item)).ToList();
        await AskAllAsync(plan, open, stop);
        if (fatal is null && failures.Count > 0 && !stop.IsCancellationRequested)
        {
            failures.Clear();
            await AskAllAsync(plan, [.. open.Where(item => !Settled(item))], stop);
        }
        if (fatal is not null)
            throw fatal;
        stop.ThrowIfCancellationRequested();
        if (failures.Count > 0)
            throw new MeasurementException(
                MeasurementFailure.ProviderFailed,
                $"{failures.Count} of {plan.Items.Count} calls failed for good: {failures[0].Message}; "
                    + "everything received is stored, and the same command asks only for the rest",
                failures[0]
            );
        return [.. plan.Items.Select(item => collected[item.CacheKey])];
    }

    private async Task AskAllAsync(MeasurementPlan plan, List<WorkItem> items, CancellationToken stop)
    {
        // Twice as many workers as lanes: while one waits for its answer to be stored, another one asks.
        var next = -1;
        var workers = Math.Min(items.Count, 2 * lanes.Count);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync()));

        async Task WorkAsync()
        {
            while (!Stopping(stop) && Interlocked.Increment(ref next) is var index && index < items.Count)
                await AskUntilSettledAsync(plan, items[index], stop);
        }
    }

    private bool Stopping(CancellationToken stop) =>
        stop.IsCancellationRequested || Volatile.Read(ref fatal) is not null;

    private async Task AskUntilSettledAsync(MeasurementPlan plan, WorkItem item, CancellationToken stop)
    {
        while (!Settled(item) && !Stopping(stop))
        {
            var earlier = Known(item);
            if (await AskInLaneAsync(item, earlier, stop) is not { } sample)
                return;
            await execution.SaveAsync(sample, CancellationToken.None);
            lock (gate)
            {
                collected[item.CacheKey] = sample;
                Spent += sample.CostUsd - (earlier?.CostUsd ?? 0);
            }
            Report(plan);
        }
    }

    private async Task<Sample?> AskInLaneAsync(WorkItem item, Sample? earlier, CancellationToken stop)
    {
        try
        {
            await lanes.EnterAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        try
        {
            // While this one waited for its lane, another may have learnt that there is no point.
            return Stopping(stop) ? null : await AskWithinBudgetAsync(item, earlier, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !lanes.Abandon.IsCancellationRequested)
        {
            return null;
        }
        catch (ModelCallException failure)
        {
            if (!failure.IsTransient)
                Fail(new MeasurementException(MeasurementFailure.ProviderFailed, failure.Message, failure));
            else
                lock (gate)
                    failures.Add(failure);
            return null;
        }
        finally
        {
            lanes.Leave();
        }
    }

    private async Task<Sample?> AskWithinBudgetAsync(WorkItem item, Sample? earlier, CancellationToken stop)
    {
        var most = model.Price is { } price ? PriceEstimate.Most(price, item, request.MaxOutputTokens) : 0;
        if (!await lanes.Budget.TryReserveAsync(most, stop))
        {
            Fail(CostLimitReached());
            return null;
        }
        var actual = 0m;
        try
        {
            var sample = await asker.AskAsync(item, earlier, execution.Id, lanes.Abandon);
            actual = sample.CostUsd - (earlier?.CostUsd ?? 0);
            return sample;
        }
        finally
        {
            lanes.Budget.Settle(most, actual);
        }
    }

    private void Fail(MeasurementException failure) => Interlocked.CompareExchange(ref fatal, failure, null);

    private MeasurementException CostLimitReached() =>
        new(
            MeasurementFailure.CostLimit,
            FormattableString.Invariant(
                $"the next call could pass the cost limit of {lanes.Budget.Limit:0.######} USD ({lanes.Budget.Spent:0.######} USD are spent); "
            ) + "everything received is stored: raise the limit and run the same command again to go on"
        );

    private Sample? Known(WorkItem item)
    {
        lock (gate)
            return collected.GetValueOrDefault(item.CacheKey);
    }

    private bool Settled(WorkItem item) => Known(item) is { } sample && IsSettled(sample);

    private void Report(MeasurementPlan plan)
    {
        if (progress is null)
            return;
        MeasurementProgress report;
        lock (gate)
        {
            var there = collected.Count;
            if (there < plan.Items.Count && reportedAt != 0 && time.GetElapsedTime(reportedAt) < ReportInterval)
                return;
            reportedAt = time.GetTimestamp();
            var samples = plan
                .Items.Select(item => collected.GetValueOrDefault(item.CacheKey))
                .OfType<Sample>()
                .ToList();
            report = new MeasurementProgress(
                execution.Id,
                samples.Count,
                plan.Items.Count,
                samples.Count(sample => sample.ExecutionId != execution.Id),
                samples.Count(sample => sample.Valid),
                Spent,
                Running(samples)
            );
        }
        progress.Report(report);
    }

    private static double? Running(IReadOnlyList<Sample> samples)
    {
        var clusters = Aggregate.Cluster(samples);
        if (clusters.Count == 0)
            return null;
        var means = clusters.Select(cluster => cluster.LogOdds.Average()).ToArray();
        return LogOdds.ToProbability(TrimmedMean.Of(means, 0.2));
    }
}
