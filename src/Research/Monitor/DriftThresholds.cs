namespace Heretix.Research.Monitor;

/// <summary>How far a measurement may move from its baseline before that counts as drift.</summary>
public sealed record DriftThresholds
{
    /// <summary>
    /// Differences of doubles come out a few units in the last place too large or too small (0.8 - 0.7 is
    /// 0.10000000000000009), and exactly the threshold is no drift.
    /// </summary>
    private const double Rounding = 1e-12;

    /// <summary>Largest change of the probability, up or down. Default 0.10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or not a number.</exception>
    public double P
    {
        get;
        init => field = NotNegative(value, nameof(P));
    } = 0.10;

    /// <summary>Largest fall of the stability score. Default 0.20.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or not a number.</exception>
    public double Stability
    {
        get;
        init => field = NotNegative(value, nameof(Stability));
    } = 0.20;

    /// <summary>Largest growth of the 95 % interval's width, in probability. Default 0.10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or not a number.</exception>
    public double Ci
    {
        get;
        init => field = NotNegative(value, nameof(Ci));
    } = 0.10;

    /// <summary>Judges a change since the baseline.</summary>
    /// <param name="change">New minus old values; null without a baseline, which is no drift.</param>
    public Drift Judge(Change? change) =>
        change is null
            ? default
            : new Drift(
                Beyond(Math.Abs(change.P), P),
                Beyond(-change.Stability, Stability),
                Beyond(change.CiWidth, Ci)
            );

    private static bool Beyond(double change, double threshold) => change - threshold > Rounding;

    private static double NotNegative(double value, string name) =>
        value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "A drift threshold cannot be negative.");
}

/// <summary>New minus old values of one claim.</summary>
/// <param name="P">Change of the probability.</param>
/// <param name="Stability">Change of the stability score; a fall is negative.</param>
/// <param name="CiWidth">Change of the 95 % interval's width; growth is positive.</param>
public sealed record Change(double P, double Stability, double CiWidth);

/// <summary>Which quantities have drifted.</summary>
public readonly record struct Drift(bool P, bool Stability, bool Ci)
{
    /// <summary>At least one has.</summary>
    public bool Any => P || Stability || Ci;
}
