namespace Heretix.Models;

/// <summary>Patience with providers.</summary>
public sealed record ModelCallOptions
{
    /// <summary>
    /// Time for one request: until the whole answer is there, or in a stream the longest silence. Default 120 s.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Requests made for one call at most, the first included. Default 5.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The first back-off; each further one is twice as long, and a random half to whole of it is waited.
    /// Default 1 s.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest back-off that is not asked for by the provider. Default 30 s.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Waiting between the attempts of one call at most, in sum. A provider that asks for more ends the call. Default 2 min.
    /// </summary>
    public TimeSpan MaxTotalWait { get; init; } = TimeSpan.FromMinutes(2);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestDelay, FirstDelay);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTotalWait, TimeSpan.Zero);
    }
}
