using Heretix.Estimation;
using Heretix.Rpl.Planning;
using Heretix.Rpl.Requests;
using Heretix.Rpl.Storage;

namespace Heretix.Rpl.Results;

/// <summary>The estimate of one stage: log-odds centre with two intervals, and what they look like as probabilities.</summary>
/// <param name="Clusters">Valid log-odds by template, in plan order.</param>
/// <param name="Estimate">Centre and the frozen clustered interval, in log-odds.</param>
/// <param name="WholeClusterLow">Lower bound of the whole-cluster interval, in log-odds.</param>
/// <param name="WholeClusterHigh">Upper bound of the whole-cluster interval, in log-odds.</param>
/// <param name="Seed">Seed of both bootstraps.</param>
/// <param name="Compliance">Valid samples over attempted ones, in [0,1].</param>
public sealed record Aggregate(
    IReadOnlyList<TemplateCluster> Clusters,
    ClusteredEstimate Estimate,
    double WholeClusterLow,
    double WholeClusterHigh,
    ulong Seed,
    double Compliance
)
{
    /// <summary>Fewer valid samples than this make no estimate.</summary>
    public const int MinimumValidSamples = 3;

    /// <summary>The estimate as a probability.</summary>
    public double Probability => LogOdds.ToProbability(Estimate.LogOdds);

    /// <summary>Frozen interval as probabilities.</summary>
    public IReadOnlyList<double> Ci95 => [LogOdds.ToProbability(Estimate.Low), LogOdds.ToProbability(Estimate.High)];

    /// <summary>Whole-cluster interval as probabilities.</summary>
    public IReadOnlyList<double> WholeClusterCi95 =>
        [LogOdds.ToProbability(WholeClusterLow), LogOdds.ToProbability(WholeClusterHigh)];

    /// <summary>Width of the frozen interval in probability.</summary>
    public double Width => Ci95[1] - Ci95[0];

    /// <summary>Agreement between templates, in (0,1].</summary>
    public double StabilityScore => Stability.Score(Estimate.TemplateIqr);

    /// <summary>Aggregates the samples of a plan.</summary>
    /// <param name="modelName">The model's name as it enters the derived seed.</param>
    /// <exception cref="MeasurementException">Fewer than three samples are valid.</exception>
    public static Aggregate Of(
        MeasurementRequest request,
        string modelName,
        string promptVersion,
        MeasurementPlan plan,
        IReadOnlyList<Sample> samples
    )
    {
        var valid = samples.Count(sample => sample.Valid);
        if (valid < MinimumValidSamples)
            throw new MeasurementException(
                MeasurementFailure.TooFewValidSamples,
                $"too few valid samples: {valid} of {samples.Count}, and an estimate needs {MinimumValidSamples}"
                    + Causes(samples)
            );
        var clusters = Cluster(samples);
        var seed =
            request.Seed?.Value
            ?? BootstrapSeed.Derive(
                request.Claim,
                modelName,
                promptVersion,
                plan.K,
                plan.R,
                clusters.Select(cluster => cluster.Template),
                request.B
            );
        var options = new BootstrapOptions(request.B);
        var estimate = ClusteredBootstrap.Estimate(clusters, options, new Pcg64(seed));
        var (low, high) = WholeClusterBootstrap.Interval(clusters, options, new Pcg64(seed));
        return new Aggregate(clusters, estimate, low, high, seed, (double)valid / samples.Count);
    }

    /// <summary>Valid log-odds by template, templates and replicates in the order of <paramref name="samples"/>.</summary>
    public static IReadOnlyList<TemplateCluster> Cluster(IEnumerable<Sample> samples)
    {
        var order = new List<string>();
        var byTemplate = new Dictionary<string, List<double>>();
        foreach (var sample in samples)
        {
            if (!sample.Valid || sample.LogOdds is not { } logOdds)
                continue;
            if (!byTemplate.TryGetValue(sample.PromptSha256, out var values))
            {
                byTemplate[sample.PromptSha256] = values = [];
                order.Add(sample.PromptSha256);
            }
            values.Add(logOdds);
        }
        return [.. order.Select(template => new TemplateCluster(template, byTemplate[template]))];
    }

    private static string Causes(IReadOnlyList<Sample> samples)
    {
        var causes = samples
            .SelectMany(sample => sample.Warnings)
            .GroupBy(warning => warning)
            .OrderByDescending(group => group.Count())
            .Select(group => $"{group.Key} x{group.Count()}")
            .ToList();
        return causes.Count == 0 ? "" : $" ({string.Join(", ", causes)}); the replies are kept in the store";
    }
}
