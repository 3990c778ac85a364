namespace Heretix.Estimation;

/// <summary>How little the answer depends on the wording: a falling function of the spread of the template means.</summary>
public static class Stability
{
    /// <summary>1 / (1 + (max(0, iqr) / s)^alpha): 1 for no spread, 0.5 where the range equals s.</summary>
    /// <param name="iqr">Interquartile range of the template means in log-odds; below 0 counts as 0.</param>
    /// <param name="s">The range that scores one half.</param>
    /// <param name="alpha">Steepness.</param>
    /// <returns>A score in [0, 1].</returns>
    public static double Score(double iqr, double s = 0.2, double alpha = 1.7) =>
        1 / (1 + Math.Pow(Math.Max(0, iqr) / Math.Max(s, 1e-12), Math.Max(alpha, 1e-6)));

    /// <summary>Score and interquartile range of template means in any order; (0, 0) when there are none.</summary>
    /// <param name="templateMeans">Template means in log-odds; not changed.</param>
    public static (double Score, double Iqr) FromTemplateMeans(ReadOnlySpan<double> templateMeans)
    {
        if (templateMeans.IsEmpty)
            return (0, 0);
        double[] sorted = templateMeans.ToArray();
        Array.Sort(sorted);
        double iqr = Percentile.Of(sorted, 0.75) - Percentile.Of(sorted, 0.25);
        return (Score(iqr), iqr);
    }

    /// <summary>"high" up to a range of 0.05 in log-odds, "medium" up to 0.30, else "low".</summary>
    public static string Band(double iqr) =>
        iqr switch
        {
            <= 0.05 => "high",
            <= 0.30 => "medium",
            _ => "low",
        };
}
