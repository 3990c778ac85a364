namespace Heretix.Estimation;

/// <summary>A prior and web evidence made into one answer.</summary>
/// <param name="Probability">In [0, 1].</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end of the 95 % interval.</param>
/// <param name="Label">From <see cref="Verdict.Label"/>.</param>
/// <param name="WeightWeb">Weight of the web in [0, 1].</param>
/// <param name="WeightPrior">The rest.</param>
public sealed record CombinedBlock(
    double Probability,
    double Low,
    double High,
    string Label,
    double WeightWeb,
    double WeightPrior
)
{
    /// <summary>Completes an answer of which parts may be missing.</summary>
    /// <param name="probability">Null or NaN falls back.</param>
    /// <param name="interval">Ends of the interval; null collapses it onto the probability.</param>
    /// <param name="weightWeb">Brought into [0, 1]; null counts as 0. A resolved claim has weight 1.</param>
    /// <param name="resolved">Whether the evidence settled the claim.</param>
    /// <param name="fallback">Used for a missing probability; 0.5 when missing too.</param>
    public static CombinedBlock Complete(
        double? probability,
        (double Low, double High)? interval,
        double? weightWeb,
        bool resolved = false,
        double? fallback = null
    )
    {
        double known = Number(probability) ?? Number(fallback) ?? 0.5;
        var (low, high) = interval ?? (known, known);
        double web = resolved ? 1 : Math.Clamp(Number(weightWeb) ?? 0, 0, 1);
        return new CombinedBlock(known, low, high, Verdict.Label(known), web, 1 - web);
    }

    private static double? Number(double? value) => value is { } number && !double.IsNaN(number) ? number : null;
}
