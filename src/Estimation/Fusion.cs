namespace Heretix.Estimation;

/// <summary>
/// A weighted mean of prior and web in log-odds (a logarithmic opinion pool: C. Genest and J. V. Zidek 1986, "Combining
/// probability distributions", Statistical Science 1(1)). Variances come back out of the two intervals, as if normal
/// in log-odds, and add with squared weights.
/// </summary>
public static class Fusion
{
    private const double NormalQuantile = 1.96;

    /// <summary>Fuses what the model believes with what the web says.</summary>
    /// <param name="prior">The model's own belief.</param>
    /// <param name="web">What the web says; stands alone when it settled the claim.</param>
    /// <param name="evidence">How much the web has to go on.</param>
    /// <param name="timely">Whether the claim is about current events.</param>
    /// <param name="resolved">Whether the evidence settled the claim.</param>
    /// <returns>The combined answer and the weights behind it.</returns>
    public static (CombinedBlock Combined, WebWeights Weights) Fuse(
        ProbabilityInterval prior,
        ProbabilityInterval web,
        WebEvidence evidence,
        bool timely,
        bool resolved = false
    )
    {
        if (resolved)
            return (CombinedBlock.Complete(web.Probability, (web.Low, web.High), 1, true), WebWeights.Settled);

        var weights = WebWeights.Of(evidence, timely);
        double rest = 1 - weights.Web;
        double center =
            (rest * LogOdds.FromProbability(prior.Probability))
            + (weights.Web * LogOdds.FromProbability(web.Probability));
        double variance = (rest * rest * Variance(prior)) + (weights.Web * weights.Web * Variance(web));
        double reach = NormalQuantile * Math.Sqrt(variance);
        return (
            CombinedBlock.Complete(
                LogOdds.ToProbability(center),
                (LogOdds.ToProbability(center - reach), LogOdds.ToProbability(center + reach)),
                weights.Web
            ),
            weights
        );
    }

    private static double Variance(ProbabilityInterval interval)
    {
        double width = LogOdds.FromProbability(interval.High) - LogOdds.FromProbability(interval.Low);
        double deviation = Math.Max(width / (2 * NormalQuantile), 0);
        return deviation * deviation;
    }
}
