namespace Heretix.Estimation;

/// <summary>
/// The percentile interval (B. Efron and R. J. Tibshirani 1993, section 13.3), widened where needed so that it contains
/// the estimate.
/// </summary>
internal static class BootstrapInterval
{
    private const double LowerTail = 0.025;
    private const double UpperTail = 0.975;

    /// <summary>Room for the centres, after checking the caller's buffer.</summary>
    /// <exception cref="ArgumentException">The caller's buffer has another length than the iterations.</exception>
    public static double[] Centers(BootstrapOptions options, ReadOnlySpan<double> distribution)
    {
        if (!distribution.IsEmpty && distribution.Length != options.Iterations)
        {
            throw new ArgumentException(
                $"The buffer for the distribution holds {distribution.Length} values; it is empty or holds one per iteration ({options.Iterations}).",
                nameof(distribution)
            );
        }

        return new double[options.Iterations];
    }

    /// <summary>Hands the centres to the caller in the order of drawing, then reorders them for the percentiles.</summary>
    public static (double Low, double High) Around(double estimate, double[] centers, Span<double> distribution)
    {
        if (!distribution.IsEmpty)
            centers.CopyTo(distribution);

        // Linear interpolation reads the order statistic at the percentile and the one above it.
        Tails.Sort(centers, (int)(centers.Length * LowerTail) + 2);
        return (
            Math.Min(Percentile.Of(centers, LowerTail), estimate),
            Math.Max(Percentile.Of(centers, UpperTail), estimate)
        );
    }
}
