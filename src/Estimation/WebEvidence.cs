namespace Heretix.Estimation;

/// <summary>How much web evidence there is, and how fresh and consistent it is.</summary>
/// <param name="Documents">Documents read; null when not reported.</param>
/// <param name="Domains">Distinct domains among them; null when not reported.</param>
/// <param name="MedianAgeDays">Median age of the dated documents; null when none is dated (counts as a year).</param>
/// <param name="Dispersion">Interquartile range of the readings in log-odds; null when not reported.</param>
/// <param name="ValidRate">Share of readings in the required form; null when not reported (counts as 1).</param>
public sealed record WebEvidence(
    double? Documents = null,
    double? Domains = null,
    double? MedianAgeDays = null,
    double? Dispersion = null,
    double? ValidRate = null
);

/// <summary>The weight of the web in a fused answer, and what it was made from; all in [0, 1].</summary>
/// <param name="Web">Weight of the web; the prior has the rest.</param>
/// <param name="Recency">How fresh the evidence is.</param>
/// <param name="Strength">How much evidence there is and how well it agrees.</param>
public readonly record struct WebWeights(double Web, double Recency, double Strength)
{
    /// <summary>The evidence settled the claim: it alone counts.</summary>
    public static WebWeights Settled => new(1, 1, 1);

    /// <summary>
    /// 0.6 recency + 0.4 strength, kept in [0.20, 0.90]. Recency is 0.3 for a timely claim plus 0.7 e^(-age / 7 days);
    /// strength adds 0.5 (1 - e^(-documents / 12)), 0.3 min(1, domains / 6) and 0.2 (1 - min(1, dispersion / 0.25)),
    /// times the valid rate. Evidence known to hold no document has no weight at all: an empty search says nothing.
    /// </summary>
    /// <param name="evidence">What was found.</param>
    /// <param name="timely">Whether the claim is about current events.</param>
    public static WebWeights Of(WebEvidence evidence, bool timely)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        double age = Math.Max(evidence.MedianAgeDays ?? 365, 0);
        double recency = Clamp01((timely ? 0.3 : 0.0) + (0.7 * Math.Exp(-age / 7)));
        double documents = 1 - Math.Exp(-(evidence.Documents ?? 0) / 12);
        double domains = Math.Min(1, (evidence.Domains ?? 0) / 6);
        double agreement = 1 - Math.Min(1, Math.Max(evidence.Dispersion ?? 0, 0) / 0.25);
        double strength = Clamp01(
            ((0.5 * documents) + (0.3 * domains) + (0.2 * agreement)) * Clamp01(evidence.ValidRate ?? 1)
        );
        double web = evidence.Documents == 0 ? 0 : Math.Clamp((0.6 * recency) + (0.4 * strength), 0.20, 0.90);
        return new WebWeights(web, recency, strength);
    }

    private static double Clamp01(double value) => Math.Clamp(value, 0, 1);
}
