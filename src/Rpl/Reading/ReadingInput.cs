namespace Heretix.Rpl.Reading;

/// <summary>What a reading is composed from: the figures of one finished measurement.</summary>
/// <param name="Claim">The claim as it was measured.</param>
/// <param name="Model">The model's name for people.</param>
/// <param name="Probability">Estimated probability that the claim is true, 0 to 1.</param>
/// <param name="CiLow">Lower bound of the 95 % interval, 0 to 1.</param>
/// <param name="CiHigh">Upper bound of the 95 % interval, 0 to 1.</param>
/// <param name="WholeClusterLow">Lower bound of the whole-cluster 95 % interval, 0 to 1.</param>
/// <param name="WholeClusterHigh">Upper bound of the whole-cluster 95 % interval, 0 to 1.</param>
/// <param name="StabilityScore">Agreement between templates, 0 to 1.</param>
/// <param name="StabilityBand"><c>high</c>, <c>medium</c> or <c>low</c>.</param>
/// <param name="Templates">Number of different templates with a valid sample.</param>
/// <param name="ValidSamples">Samples that entered the estimate.</param>
/// <param name="AttemptedSamples">Samples that were asked for, K x R.</param>
/// <param name="Compliance">Valid over attempted samples, 0 to 1.</param>
/// <param name="Imbalance">Most over fewest valid samples per template, at least 1.</param>
/// <param name="CacheHitRate">Share of the attempted samples that came from the cache, 0 to 1.</param>
/// <param name="Mock">True when no model was asked.</param>
/// <param name="Gates">Which quality gates the run passed.</param>
public sealed record ReadingInput(
    string Claim,
    string Model,
    double Probability,
    double CiLow,
    double CiHigh,
    double WholeClusterLow,
    double WholeClusterHigh,
    double StabilityScore,
    string StabilityBand,
    int Templates,
    int ValidSamples,
    int AttemptedSamples,
    double Compliance,
    double Imbalance,
    double CacheHitRate,
    bool Mock,
    ReadingGates Gates
)
{
    /// <summary>
    /// The truth that published sources have settled, or null (the default) when the verdict rests on the model.
    /// </summary>
    public bool? Resolved { get; init; }
}

/// <summary>The quality gates of a run.</summary>
/// <param name="Compliance">Enough of the answers could be used (0.98 of them).</param>
/// <param name="Stability">The templates agree well enough (score 0.25).</param>
/// <param name="Precision">The 95 % interval is narrow enough (0.30).</param>
public sealed record ReadingGates(bool Compliance, bool Stability, bool Precision);
