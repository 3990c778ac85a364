namespace Heretix.Estimation;

/// <summary>
/// The symmetrically trimmed mean (J. W. Tukey 1962, "The future of data analysis"; P. J. Huber 1981, "Robust
/// Statistics"): the floor(n * trim) smallest and as many largest values are left out. With a trim of 0.2 trimming
/// starts at five values.
/// </summary>
public static class TrimmedMean
{
    /// <summary>The trimmed mean of values in any order.</summary>
    /// <param name="values">One or more values; not changed.</param>
    /// <param name="trim">The share left out at each end, in [0, 0.5).</param>
    /// <exception cref="ArgumentException">No values, or a trim outside [0, 0.5).</exception>
    public static double Of(ReadOnlySpan<double> values, double trim)
    {
        RequireTrim(trim, nameof(trim));
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        return OfSorted(sorted, trim);
    }

    /// <summary>The trimmed mean of ascending values.</summary>
    /// <inheritdoc cref="Of"/>
    public static double OfSorted(ReadOnlySpan<double> values, double trim)
    {
        RequireTrim(trim, nameof(trim));
        int cut = Cut(values.Length, trim);
        return PairwiseMean.Of(values[cut..(values.Length - cut)]);
    }

    /// <summary>How many values fall away at each end; none when nothing would remain.</summary>
    internal static int Cut(int count, double trim)
    {
        int cut = (int)(count * trim);
        return 2 * cut >= count ? 0 : cut;
    }

    internal static void RequireTrim(double trim, string parameter)
    {
        if (!(trim >= 0 && trim < 0.5))
        {
            throw new ArgumentException(
                $"The trim is the share left out at each end and lies in [0, 0.5); it is {trim}.",
                parameter
            );
        }
    }
}
