namespace Heretix.Estimation;

/// <summary>
/// The frozen estimator: equal weight per template, a (trimmed) mean of the template means in log-odds, and a two-stage
/// cluster bootstrap: templates are drawn with replacement, then replicates inside each drawn template, and the
/// 2.5th and 97.5th percentiles of the centres are the interval (A. C. Davison and D. V. Hinkley 1997, "Bootstrap
/// Methods and their Application", section 3.8; B. Efron and R. J. Tibshirani 1993, "An Introduction to the Bootstrap",
/// chapter 13). Every draw is made in the order of the definition, so a seed gives the same digits everywhere.
/// </summary>
public static class ClusteredBootstrap
{
    /// <summary>The estimate with its 95 % interval in log-odds.</summary>
    /// <param name="clusters">One cluster per template, in plan order: the order decides which draw means which template.</param>
    /// <param name="options">Iterations, centre, trim.</param>
    /// <param name="generator">A freshly seeded generator; its state moves on by the draws made.</param>
    /// <param name="distribution">
    /// Empty, or as long as the iterations: receives the bootstrap centres in log-odds, in the order of drawing.
    /// </param>
    /// <exception cref="ArgumentException">No template, an empty one, one given twice, a value that is not finite, or a
    /// setting out of range; the message names it.</exception>
    public static ClusteredEstimate Estimate(
        IReadOnlyList<TemplateCluster> clusters,
        BootstrapOptions options,
        Pcg64 generator,
        Span<double> distribution = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(generator);
        options.Require();
        var table = ClusterTable.Of(clusters);
        double[] centers = BootstrapInterval.Centers(options, distribution);
        var plan = new ResamplingPlan(table.Values, table.Sizes, options);
        Resampling.Run(plan, generator, centers);
        double estimate = table.Center(options);
        var (low, high) = BootstrapInterval.Around(estimate, centers, distribution);

        double[] means = [.. table.Means];
        Array.Sort(means);
        return new ClusteredEstimate(
            estimate,
            low,
            high,
            Percentile.Of(means, 0.75) - Percentile.Of(means, 0.25),
            table.Count,
            (double)plan.LargestSize / plan.SmallestSize,
            [.. clusters.Select(cluster => KeyValuePair.Create(cluster.Template, cluster.LogOdds.Count))],
            options.Center == Center.Trimmed
                ? "equal_by_template_cluster_bootstrap_trimmed"
                : "equal_by_template_cluster_bootstrap",
            options.Iterations
        );
    }
}
