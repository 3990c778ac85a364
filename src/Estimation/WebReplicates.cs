namespace Heretix.Estimation;

/// <summary>What several readings of web evidence say together.</summary>
/// <param name="Interval">The combined probability with its interval.</param>
/// <param name="Dispersion">Interquartile range of the readings in log-odds; 0 for a single one.</param>
public readonly record struct WebEstimate(ProbabilityInterval Interval, double Dispersion);

/// <summary>Combines readings of web evidence in log-odds.</summary>
public static class WebReplicates
{
    private const double NormalQuantile = 1.96;

    /// <summary>
    /// Mean of the log-odds with the interval mean -+ 1.96 s / sqrt(n), s the sample standard deviation; a single reading
    /// gets -+ 1 in log-odds, for want of anything better.
    /// </summary>
    /// <param name="probabilities">One or more readings; each is kept 1e-6 away from 0 and 1.</param>
    /// <exception cref="ArgumentException">No readings, or one that is NaN.</exception>
    public static WebEstimate Combine(ReadOnlySpan<double> probabilities)
    {
        if (probabilities.IsEmpty)
            throw new ArgumentException("There is no reading to combine; give at least one.", nameof(probabilities));
        double[] logOdds = new double[probabilities.Length];
        for (int i = 0; i < logOdds.Length; i++)
        {
            if (double.IsNaN(probabilities[i]))
                throw new ArgumentException($"Reading {i + 1} is not a number.", nameof(probabilities));
            logOdds[i] = LogOdds.FromProbability(probabilities[i]);
        }

        double mean = PairwiseMean.Of(logOdds);
        if (logOdds.Length == 1)
            return new WebEstimate(Around(mean, 1), 0);

        double squares = 0;
        foreach (double value in logOdds)
            squares += (value - mean) * (value - mean);
        double deviation = Math.Sqrt(squares / (logOdds.Length - 1));

        Array.Sort(logOdds);
        return new WebEstimate(
            Around(mean, NormalQuantile * deviation / Math.Sqrt(logOdds.Length)),
            Percentile.Of(logOdds, 0.75) - Percentile.Of(logOdds, 0.25)
        );
    }

    private static ProbabilityInterval Around(double mean, double reach) =>
        new(LogOdds.ToProbability(mean), LogOdds.ToProbability(mean - reach), LogOdds.ToProbability(mean + reach));
}
