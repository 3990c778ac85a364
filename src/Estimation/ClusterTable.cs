namespace Heretix.Estimation;

/// <summary>The clusters of one estimate, checked and laid end to end in one array.</summary>
internal sealed class ClusterTable
{
    private ClusterTable(double[] values, int[] sizes, double[] means) =>
        (Values, Sizes, Means) = (values, sizes, means);

    /// <summary>All replicates, template after template.</summary>
    public double[] Values { get; }

    /// <summary>How many replicates each template has.</summary>
    public int[] Sizes { get; }

    /// <summary>Mean of each template's replicates.</summary>
    public double[] Means { get; }

    public int Count => Means.Length;

    /// <exception cref="ArgumentException">
    /// No clusters, a cluster without replicates, a template twice, or a value that is not finite; names the template.
    /// </exception>
    public static ClusterTable Of(IReadOnlyList<TemplateCluster> clusters)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        if (clusters.Count == 0)
            throw new ArgumentException("There is no template to estimate from; give at least one.", nameof(clusters));

        int total = Validate(clusters);
        double[] values = new double[total];
        int[] sizes = new int[clusters.Count];
        double[] means = new double[clusters.Count];
        int start = 0;
        for (int i = 0; i < clusters.Count; i++)
        {
            var replicates = clusters[i].LogOdds;
            sizes[i] = replicates.Count;
            for (int j = 0; j < replicates.Count; j++)
                values[start + j] = replicates[j] + 0.0; // -0 becomes 0, here once instead of in every sum
            means[i] = PairwiseMean.Of(values.AsSpan(start, replicates.Count));
            start += replicates.Count;
        }

        return new ClusterTable(values, sizes, means);
    }

    /// <summary>The estimate itself: the centre of the template means.</summary>
    public double Center(BootstrapOptions options) =>
        options.Center == Estimation.Center.Trimmed ? TrimmedMean.Of(Means, options.Trim) : PairwiseMean.Of(Means);

    private static int Validate(IReadOnlyList<TemplateCluster> clusters)
    {
        var seen = new HashSet<string>(clusters.Count, StringComparer.Ordinal);
        int total = 0;
        foreach (var (template, replicates) in clusters)
        {
            if (!seen.Add(template))
                throw Wrong($"Template '{template}' is given twice; put all its replicates into one cluster.");
            if (replicates.Count == 0)
                throw Wrong($"Template '{template}' has no replicates; leave it out or give at least one.");
            for (int i = 0; i < replicates.Count; i++)
            {
                if (!double.IsFinite(replicates[i]))
                    throw Wrong($"Replicate {i + 1} of template '{template}' is {replicates[i]}; log-odds are finite.");
            }

            total += replicates.Count;
        }

        return total;

        static ArgumentException Wrong(string message) => new(message, nameof(clusters));
    }
}
