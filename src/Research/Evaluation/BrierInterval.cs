using Heretix.Estimation;

namespace Heretix.Research.Evaluation;

/// <summary>
/// How far a Brier score depends on which claims happened to be in the file: a percentile bootstrap over claims
/// (B. Efron 1979, "Bootstrap methods: another look at the jackknife", The Annals of Statistics 7(1)).
/// </summary>
internal static class BrierInterval
{
    private const int Iterations = 2000;
    private const ulong Seed = 19790101;

    /// <summary>95 % interval of the mean of squared errors; null below two claims.</summary>
    public static IReadOnlyList<double>? Of(ReadOnlySpan<double> squaredErrors)
    {
        if (squaredErrors.Length < 2)
            return null;
        var random = new Pcg64(Seed);
        var means = new double[Iterations];
        for (var i = 0; i < Iterations; i++)
        {
            var sum = 0.0;
            for (var draw = 0; draw < squaredErrors.Length; draw++)
                sum += squaredErrors[random.NextIndex(squaredErrors.Length)];
            means[i] = sum / squaredErrors.Length;
        }
        Array.Sort(means);
        return [Percentile.Of(means, 0.025), Percentile.Of(means, 0.975)];
    }
}
