using Heretix.Billing.Usage;
using Heretix.Checks.Measuring;
using Heretix.Rpl.Execution;
using Heretix.Rpl.Results;

namespace Heretix.Checks.Run;

/// <summary>One check on its way. Whoever asked for it may watch, and may leave without stopping it.</summary>
internal sealed class CheckRun(Check row)
{
    private readonly TaskCompletionSource<CheckOutcome> outcome = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <summary>The row as it was stored when the check began.</summary>
    public Check Row { get; } = row;

    /// <summary>The measurement that it leads or joined; null when the result was there already.</summary>
    public Flight? Flight { get; init; }

    /// <summary>How it ended; never fails.</summary>
    public Task<CheckOutcome> Outcome => outcome.Task;

    public MeasurementProgress? Progress => Flight?.Latest;

    public void End(CheckOutcome ended) => outcome.TrySetResult(ended);
}

/// <summary>How a check ended.</summary>
internal abstract record CheckOutcome
{
    private CheckOutcome() { }

    /// <summary>It has a result, and was counted.</summary>
    public sealed record Completed(Check Row, RunResult Result, UsageView Usage) : CheckOutcome;

    /// <summary>It has none, and was not counted.</summary>
    public sealed record Failed(CheckFailure Failure) : CheckOutcome;
}
