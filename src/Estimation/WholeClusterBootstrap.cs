namespace Heretix.Estimation;

/// <summary>
/// The whole-cluster bootstrap: templates are drawn with replacement and keep their replicates, so the noise within
/// templates, which the template means already carry, is not added a second time (C. A. Field and A. H. Welsh 2007,
/// "Bootstrapping clustered data", J. R. Statist. Soc. B 69(3); Davison and Hinkley 1997, section 3.8).
/// </summary>
public static class WholeClusterBootstrap
{
    /// <summary>The 95 % interval in log-odds around the same estimate as <see cref="ClusteredBootstrap"/>.</summary>
    /// <param name="clusters">One cluster per template, in plan order.</param>
    /// <param name="options">Iterations, centre, trim; fixed draws do not apply.</param>
    /// <param name="generator">A new generator with the bootstrap seed; T bounded draws are made per iteration.</param>
    /// <param name="distribution">
    /// Empty, or as long as the iterations: receives the bootstrap centres in log-odds, in the order of drawing.
    /// </param>
    /// <returns>The ends of the interval, which always contains the estimate.</returns>
    /// <exception cref="ArgumentException">As for <see cref="ClusteredBootstrap.Estimate"/>.</exception>
    public static (double Low, double High) Interval(
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
        // A whole cluster is its mean, a single replicate: a draw from one value consumes no chance.
        int[] single = new int[table.Count];
        single.AsSpan().Fill(1);
        Resampling.Run(new ResamplingPlan(table.Means, single, options), generator, centers);
        return BootstrapInterval.Around(table.Center(options), centers, distribution);
    }
}
