namespace Heretix.Estimation;

/// <summary>
/// Percentiles by linear interpolation between order statistics (definition 7 of R. J. Hyndman and Y. Fan 1996, "Sample
/// quantiles in statistical packages", The American Statistician 50(4)), rounded as NumPy rounds them.
/// </summary>
public static class Percentile
{
    /// <summary>The value below which the share <paramref name="q"/> of the sample lies.</summary>
    /// <param name="sorted">One or more ascending values.</param>
    /// <param name="q">A share in [0, 1].</param>
    /// <exception cref="ArgumentException">No values, or a share outside [0, 1].</exception>
    public static double Of(ReadOnlySpan<double> sorted, double q)
    {
        int below = Position(sorted.Length, q, out double fraction);
        return below == sorted.Length - 1 ? sorted[below] : Between(sorted[below], sorted[below + 1], fraction);
    }

    /// <summary>The rank of the order statistic at or below the percentile, and how far beyond it the percentile lies.</summary>
    internal static int Position(int count, double q, out double fraction)
    {
        if (count == 0)
            throw new ArgumentException("A percentile needs at least one value.", nameof(count));
        if (!(q >= 0 && q <= 1))
            throw new ArgumentException($"A percentile is asked for as a share in [0, 1]; it is {q}.", nameof(q));

        double position = (count - 1) * q;
        int below = (int)position;
        fraction = position - below;
        return below;
    }

    /// <summary>Interpolates from the nearer end, which keeps the result monotone in the fraction.</summary>
    internal static double Between(double low, double high, double fraction)
    {
        double distance = high - low;
        return fraction >= 0.5 ? high - (distance * (1 - fraction)) : low + (distance * fraction);
    }
}
