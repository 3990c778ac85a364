using Heretix.Research.Sweep;

namespace Heretix.Research.Compare;

/// <summary>Which side measures better, and what decided it.</summary>
/// <param name="Side">The better side.</param>
/// <param name="DecidedBy"><c>gates</c>, <c>width</c>, <c>pqs</c>, <c>stability</c> or <c>tie</c>.</param>
public readonly record struct Winner(Side Side, string DecidedBy)
{
    /// <summary>Widths and stabilities of one claim closer than this are equal.</summary>
    public const double PairTolerance = 1e-9;

    /// <summary>Median widths closer than this say nothing about a cohort.</summary>
    public const double CohortWidthStep = 0.003;

    /// <summary>Room for the rounding of a difference of doubles: 0.503 - 0.5 is a step although it comes out smaller.</summary>
    private const double Rounding = 1e-12;

    /// <summary>
    /// The better of two measurements of one claim: the one that passes all gates, then the narrower, then the more
    /// stable, then the one with the higher quality score.
    /// </summary>
    public static Winner Of(MeasuredQuality a, MeasuredQuality b)
    {
        if (a.AllGatesOk != b.AllGatesOk)
            return new Winner(a.AllGatesOk ? Side.A : Side.B, "gates");
        if (Math.Abs(a.Width - b.Width) > PairTolerance)
            return new Winner(a.Width < b.Width ? Side.A : Side.B, "width");
        if (Math.Abs(a.Stability - b.Stability) > PairTolerance)
            return new Winner(a.Stability > b.Stability ? Side.A : Side.B, "stability");
        return ByScore(a.Pqs, b.Pqs, "pqs") ?? Tie;
    }

    /// <summary>
    /// The better of two cohorts: the one with the narrower median interval where the medians are at least
    /// <see cref="CohortWidthStep"/> apart, then the higher median quality score, then the higher median stability.
    /// Without widths the latter two decide.
    /// </summary>
    public static Winner Of(CohortFigures a, CohortFigures b)
    {
        if (
            a.MedianCiWidth is { } left
            && b.MedianCiWidth is { } right
            && Math.Abs(left - right) >= CohortWidthStep - Rounding
        )
            return new Winner(left < right ? Side.A : Side.B, "width");
        return ByScore(a.MedianPqs, b.MedianPqs, "pqs")
            ?? ByScore(a.MedianStability, b.MedianStability, "stability")
            ?? Tie;
    }

    private static Winner Tie => new(Side.Neither, "tie");

    private static Winner? ByScore(double? a, double? b, string name) =>
        a is null || b is null || a == b ? null : new Winner(a > b ? Side.A : Side.B, name);
}
