using System.Globalization;
using System.Text.Json.Serialization;
using Heretix.Estimation;

namespace Heretix.Cli.Output;

/// <summary>What <c>hx estimate</c> prints. <c>ell_hat</c>, <c>lo</c> and <c>hi</c> are log-odds, intervals are probabilities.</summary>
internal sealed record EstimateDocument(
    double EllHat,
    double Lo,
    double Hi,
    double ProbTrue,
    IReadOnlyList<double> Ci95,
    double CiWidth,
    IReadOnlyList<double> WholeClusterCi95,
    double TemplateIqrLogit,
    double StabilityScore,
    string StabilityBand,
    double ImbalanceRatio,
    int NTemplates,
    IReadOnlyDictionary<string, int> CountsByTemplate,
    string Method,
    [property: JsonPropertyName("B")] int B,
    string BootstrapSeed
)
{
    /// <summary>Runs both bootstraps with one seed.</summary>
    /// <exception cref="UserErrorException">The numbers are too large for double precision.</exception>
    public static EstimateDocument Of(IReadOnlyList<TemplateCluster> clusters, BootstrapOptions options, ulong seed)
    {
        var estimate = ClusteredBootstrap.Estimate(clusters, options, new Pcg64(seed));
        var (low, high) = WholeClusterBootstrap.Interval(clusters, options, new Pcg64(seed));
        double[] all = [estimate.LogOdds, estimate.Low, estimate.High, estimate.TemplateIqr, low, high];
        if (!Array.TrueForAll(all, double.IsFinite))
            throw new UserErrorException("the log-odds are too large: their mean is beyond what a double holds");
        return new EstimateDocument(
            estimate.LogOdds,
            estimate.Low,
            estimate.High,
            estimate.Probability,
            [estimate.ProbabilityLow, estimate.ProbabilityHigh],
            estimate.Width,
            [LogOdds.ToProbability(low), LogOdds.ToProbability(high)],
            estimate.TemplateIqr,
            Stability.Score(estimate.TemplateIqr),
            Stability.Band(estimate.TemplateIqr),
            estimate.ImbalanceRatio,
            estimate.Templates,
            new OrderedDictionary<string, int>(estimate.CountsByTemplate),
            estimate.Method,
            estimate.Iterations,
            seed.ToString(CultureInfo.InvariantCulture)
        );
    }

    /// <summary>The same for people.</summary>
    public void WriteTo(TextWriter output)
    {
        Row("estimate", $"{100 * ProbTrue:0.0} %  ({EllHat:0.0000} in log-odds)");
        Row("95 % interval", $"{100 * Ci95[0]:0.0} - {100 * Ci95[1]:0.0} %  (frozen: templates, then replicates)");
        Row(
            "95 % interval",
            $"{100 * WholeClusterCi95[0]:0.0} - {100 * WholeClusterCi95[1]:0.0} %  (whole clusters: templates with their replicates)"
        );
        Row(
            "stability",
            $"{StabilityScore:0.00} ({StabilityBand}), templates spread {TemplateIqrLogit:0.000} in log-odds"
        );
        Row("values", $"{CountsByTemplate.Values.Sum()} in {NTemplates} templates, imbalance {ImbalanceRatio:0.##}");
        Row("method", $"{Method}, B={B}, seed {BootstrapSeed}");

        void Row(string name, FormattableString value) =>
            output.WriteLine($"  {name, -14}{FormattableString.Invariant(value)}");
    }
}
