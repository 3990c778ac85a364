using Heretix.Billing.Usage;
using Heretix.Checks.Measuring;
using Heretix.Platform.Http.Idempotency;
using Heretix.Rpl.Execution;
using Heretix.Rpl.Results;

namespace Heretix.Checks.Run;

/// <summary>One check on its way. Whoever asked for it may watch, and may leave without stopping it.</summary>
internal sealed class CheckRun
{
    private readonly TaskCompletionSource<CheckOutcome> outcome = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <param name="row">The row as it was stored when the check began.</param>
    /// <param name="key">The key of the request that asked for it; null without one.</param>
    public CheckRun(Check row, KeyedWork? key)
    {
        (Row, Key) = (row, key);
        if (key is not null)
            key.Outcome = WasDoneAsync();
    }

    /// <summary>The row as it was stored when the check began.</summary>
    public Check Row { get; }

    /// <summary>The key that it uses up.</summary>
    public KeyedWork? Key { get; }

    /// <summary>The measurement that it leads or joined; null when the result was there already.</summary>
    public Flight? Flight { get; set; }

    /// <summary>How it ended; never fails.</summary>
    public Task<CheckOutcome> Outcome => outcome.Task;

    public MeasurementProgress? Progress => Flight?.Latest;

    public void End(CheckOutcome ended) => outcome.TrySetResult(ended);

    private async Task<bool> WasDoneAsync() => await Outcome is CheckOutcome.Completed;
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
