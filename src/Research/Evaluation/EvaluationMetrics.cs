using Heretix.Estimation;

namespace Heretix.Research.Evaluation;

/// <summary>
/// How far measured beliefs and labels agree. Every figure is null where it is not defined: without claims, and the
/// skill where all labels are equal.
/// </summary>
/// <param name="Brier">Mean squared error of the probabilities: 0 is perfect, always saying 0.5 earns 0.25 on true-or-false labels.</param>
/// <param name="BrierCi95">95 % percentile interval of the Brier score over claims drawn again; null below two claims.</param>
/// <param name="Ece">Expected calibration error over bins of equal width.</param>
/// <param name="Count">Claims.</param>
/// <param name="BaseRate">Mean label.</param>
/// <param name="MeanPredicted">Mean probability; above the base rate the model says true too readily.</param>
/// <param name="LogLoss">Mean cross-entropy in nats, probabilities kept 1e-6 away from 0 and 1.</param>
/// <param name="BrierSkill">
/// Share of the squared error of always stating the base rate that the model avoids (A. H. Murphy 1973, "A new vector
/// partition of the probability score", Journal of Applied Meteorology 12(4)): 1 is perfect, 0 is no better.
/// </param>
/// <param name="ByCategory">The same within each category, in alphabetical order; null when no claim has one.</param>
public sealed record EvaluationMetrics(
    double? Brier,
    IReadOnlyList<double>? BrierCi95,
    double? Ece,
    int Count,
    double? BaseRate,
    double? MeanPredicted,
    double? LogLoss,
    double? BrierSkill,
    IReadOnlyDictionary<string, CategoryMetrics>? ByCategory
)
{
    /// <summary>Name under which claims without a category are grouped when others have one.</summary>
    public const string NoCategory = "(none)";

    /// <summary>Scores results.</summary>
    /// <param name="bins">Bins of the calibration error, at least 1.</param>
    public static EvaluationMetrics Of(IReadOnlyCollection<EvaluatedResult> results, int bins)
    {
        var pairs = Pairs(results);
        var baseRate = BaseRateOf(pairs);
        return new EvaluationMetrics(
            Calibration.Brier(pairs),
            BrierInterval.Of([.. results.Select(result => result.SquaredError)]),
            Calibration.ExpectedCalibrationError(pairs, bins),
            pairs.Count,
            baseRate,
            pairs.Count == 0 ? null : pairs.Average(pair => pair.Probability),
            pairs.Count == 0 ? null : pairs.Average(CrossEntropy),
            Skill(pairs, baseRate),
            results.All(result => result.Category is null) ? null : Categories(results, bins)
        );
    }

    internal static IReadOnlyList<LabelledProbability> Pairs(IEnumerable<EvaluatedResult> results) =>
        [.. results.Select(result => new LabelledProbability(result.Prob, result.Label))];

    private static double? BaseRateOf(IReadOnlyCollection<LabelledProbability> pairs) =>
        pairs.Count == 0 ? null : pairs.Average(pair => pair.Label);

    private static double CrossEntropy(LabelledProbability pair)
    {
        var p = Math.Clamp(pair.Probability, LogOdds.Epsilon, 1 - LogOdds.Epsilon);
        return -((pair.Label * Math.Log(p)) + ((1 - pair.Label) * Math.Log(1 - p)));
    }

    private static double? Skill(IReadOnlyCollection<LabelledProbability> pairs, double? baseRate)
    {
        if (baseRate is not { } always || pairs.All(pair => pair.Label == pairs.First().Label))
            return null;
        var reference = Calibration.Brier([.. pairs.Select(pair => pair with { Probability = always })]);
        return 1 - (Calibration.Brier(pairs) / reference);
    }

    private static SortedDictionary<string, CategoryMetrics> Categories(IEnumerable<EvaluatedResult> results, int bins)
    {
        var categories = new SortedDictionary<string, CategoryMetrics>(StringComparer.Ordinal);
        foreach (var group in results.GroupBy(result => result.Category ?? NoCategory))
        {
            var pairs = Pairs(group);
            categories[group.Key] = new CategoryMetrics(
                pairs.Count,
                Calibration.Brier(pairs)!.Value,
                Calibration.ExpectedCalibrationError(pairs, bins)!.Value,
                BaseRateOf(pairs)!.Value,
                pairs.Average(pair => pair.Probability)
            );
        }
        return categories;
    }
}

/// <summary>The figures of one category, of at least one claim; see <see cref="EvaluationMetrics"/>.</summary>
public sealed record CategoryMetrics(int Count, double Brier, double Ece, double BaseRate, double MeanPredicted);
