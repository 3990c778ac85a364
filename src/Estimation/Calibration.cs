namespace Heretix.Estimation;

/// <summary>A stated probability beside what turned out.</summary>
/// <param name="Probability">In [0, 1].</param>
/// <param name="Label">1 true, 0 false; values in between for claims that are partly true.</param>
public readonly record struct LabelledProbability(double Probability, double Label);

/// <summary>One bin of a reliability diagram.</summary>
/// <param name="Lower">Lower edge of the bin.</param>
/// <param name="Upper">Upper edge of the bin.</param>
/// <param name="Count">How many probabilities fell into it; never 0.</param>
/// <param name="MeanProbability">What was said, on average.</param>
/// <param name="MeanLabel">What turned out, on average.</param>
public readonly record struct ReliabilityBin(
    double Lower,
    double Upper,
    int Count,
    double MeanProbability,
    double MeanLabel
);

/// <summary>Whether probabilities mean what they say, over many labelled claims.</summary>
public static class Calibration
{
    /// <summary>
    /// Mean of (p - y)^2 (G. W. Brier 1950, "Verification of forecasts expressed in terms of probability", Monthly
    /// Weather Review 78(1)): 0 is perfect, 0.25 is what always saying 0.5 earns. Null without pairs.
    /// </summary>
    public static double? Brier(IReadOnlyCollection<LabelledProbability> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return pairs.Count == 0
            ? null
            : pairs.Sum(pair => (pair.Probability - pair.Label) * (pair.Probability - pair.Label)) / pairs.Count;
    }

    /// <summary>
    /// Expected calibration error over bins of equal width: the gap between what was said and what turned out, weighted
    /// by how often it was said (M. P. Naeini, G. F. Cooper, M. Hauskrecht 2015, AAAI-15; C. Guo et al. 2017, "On
    /// calibration of modern neural networks", ICML). Null without pairs.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one bin.</exception>
    public static double? ExpectedCalibrationError(IReadOnlyCollection<LabelledProbability> pairs, int bins = 10)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var filled = Reliability(pairs, bins);
        return pairs.Count == 0
            ? null
            : filled.Sum(bin => (double)bin.Count / pairs.Count * Math.Abs(bin.MeanProbability - bin.MeanLabel));
    }

    /// <summary>The filled bins of a reliability diagram, in ascending order; empty bins are left out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one bin.</exception>
    public static IReadOnlyList<ReliabilityBin> Reliability(
        IReadOnlyCollection<LabelledProbability> pairs,
        int bins = 10
    )
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        int[] counts = new int[bins];
        double[] probabilities = new double[bins];
        double[] labels = new double[bins];
        foreach (var (probability, label) in pairs)
        {
            int bin = Math.Clamp((int)(probability * bins), 0, bins - 1);
            counts[bin]++;
            probabilities[bin] += probability;
            labels[bin] += label;
        }

        return
        [
            .. Enumerable
                .Range(0, bins)
                .Where(i => counts[i] > 0)
                .Select(i => new ReliabilityBin(
                    (double)i / bins,
                    (double)(i + 1) / bins,
                    counts[i],
                    probabilities[i] / counts[i],
                    labels[i] / counts[i]
                )),
        ];
    }
}
