namespace Heretix.Rpl.Execution;

/// <summary>How far a measurement is.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="Done">Samples that are there, cached ones included.</param>
/// <param name="Total">Samples of the stage.</param>
/// <param name="Cached">Samples that earlier executions had paid for.</param>
/// <param name="Valid">Samples that count.</param>
/// <param name="CostUsd">US dollars this execution has spent.</param>
/// <param name="Estimate">Running estimate in [0,1]: the trimmed centre over the templates so far; null without one.</param>
public sealed record MeasurementProgress(
    string ExecutionId,
    int Done,
    int Total,
    int Cached,
    int Valid,
    decimal CostUsd,
    double? Estimate
);
