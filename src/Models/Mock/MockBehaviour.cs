namespace Heretix.Models;

/// <summary>The ways in which the mock can fail.</summary>
[Flags]
public enum MockFailure
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Answers after ten times the latency.</summary>
    Slow = 1,

    /// <summary>429 with a short Retry-After; the retry succeeds.</summary>
    RateLimited = 2,

    /// <summary>Answers with JSON that is cut off.</summary>
    Malformed = 4,

    /// <summary>Refuses, as a provider's filter does.</summary>
    Refusal = 8,

    /// <summary>The connection is lost: before the answer, or in a stream half-way through it.</summary>
    Dying = 16,

    /// <summary>All of them, in equal shares.</summary>
    All = Slow | RateLimited | Malformed | Refusal | Dying,
}

/// <summary>How the mock behaves. Which calls fail is a function of the sample and the attempt, not of chance.</summary>
/// <param name="Latency">Time each answer takes.</param>
/// <param name="FailureRate">Share of calls that fail in one of the ways, from 0 to 1.</param>
/// <param name="Failures">The ways, in equal shares.</param>
/// <param name="DieAfter">
/// After this many calls the connection is lost for good, as when a provider goes down; null never.
/// </param>
/// <param name="TokenDelay">Pause between the pieces of a stream.</param>
public sealed record MockBehaviour(
    TimeSpan Latency = default,
    double FailureRate = 0,
    MockFailure Failures = MockFailure.All,
    int? DieAfter = null,
    TimeSpan TokenDelay = default
)
{
    internal bool CanFail => (FailureRate > 0 && Failures != MockFailure.None) || DieAfter is not null;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Latency, TimeSpan.Zero);
        if (FailureRate is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(FailureRate), FailureRate, "A rate lies between 0 and 1.");
        if (DieAfter is { } calls)
            ArgumentOutOfRangeException.ThrowIfNegative(calls, nameof(DieAfter));
    }
}
