namespace Heretix.Rpl;

/// <summary>Why a measurement could not be made or finished.</summary>
public enum MeasurementFailure
{
    /// <summary>A value of the request is out of range.</summary>
    InvalidRequest,

    /// <summary>A composed prompt is longer than the request allows.</summary>
    PromptTooLong,

    /// <summary>Fewer than three samples carry a usable probability.</summary>
    TooFewValidSamples,

    /// <summary>The next call could pass the cost limit.</summary>
    CostLimit,

    /// <summary>The model has no price, so a cost limit cannot be kept.</summary>
    NoPrice,

    /// <summary>Calls failed for good, after their retries.</summary>
    ProviderFailed,

    /// <summary>The provider refuses the question itself, and would refuse it again.</summary>
    Rejected,
}

/// <summary>A measurement that could not be made or finished; samples already received are stored.</summary>
public sealed class MeasurementException(MeasurementFailure failure, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What went wrong.</summary>
    public MeasurementFailure Failure { get; } = failure;
}
