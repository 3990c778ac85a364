using Heretix.Rpl.Results;

namespace Heretix.Research.Sweep;

/// <summary>What one measurement adds to the figures of its cohort.</summary>
/// <param name="Width">Width of the 95 % interval in probability.</param>
/// <param name="Stability">Stability score in [0,1].</param>
/// <param name="Pqs">Quality score, 0 to 100.</param>
/// <param name="Compliance">Valid over attempted samples, in [0,1].</param>
/// <param name="Gates">Which quality gates passed.</param>
public readonly record struct MeasuredQuality(
    double Width,
    double Stability,
    int Pqs,
    double Compliance,
    GatesBlock Gates
)
{
    /// <summary>The quality of a result.</summary>
    public static MeasuredQuality Of(RunResult run) =>
        new(
            run.Aggregates.CiWidth,
            run.Aggregates.StabilityScore,
            run.Aggregates.Pqs,
            run.Aggregates.RplComplianceRate,
            run.Aggregates.Gates
        );

    /// <summary>Every gate passed.</summary>
    public bool AllGatesOk => Gates is { ComplianceOk: true, StabilityOk: true, PrecisionOk: true };
}

/// <summary>
/// A cohort of measurements in a few figures: how precise, how stable and how compliant they are in the middle, and
/// how many passed each gate. Figures are null for an empty cohort.
/// </summary>
/// <param name="Count">Measurements.</param>
/// <param name="MedianCiWidth">Median width of the 95 % interval, in probability.</param>
/// <param name="MedianStability">Median stability score.</param>
/// <param name="MedianPqs">Median quality score.</param>
/// <param name="MeanCompliance">Mean share of valid samples.</param>
/// <param name="ComplianceOk">Measurements with enough valid samples.</param>
/// <param name="StabilityOk">Measurements that are stable enough.</param>
/// <param name="PrecisionOk">Measurements that are narrow enough.</param>
/// <param name="AllGatesOk">Measurements that passed every gate.</param>
public sealed record CohortFigures(
    int Count,
    double? MedianCiWidth,
    double? MedianStability,
    double? MedianPqs,
    double? MeanCompliance,
    int ComplianceOk,
    int StabilityOk,
    int PrecisionOk,
    int AllGatesOk
)
{
    /// <summary>The figures of a cohort.</summary>
    public static CohortFigures Of(IReadOnlyCollection<MeasuredQuality> cohort) =>
        new(
            cohort.Count,
            Median.Of(cohort.Select(run => run.Width)),
            Median.Of(cohort.Select(run => run.Stability)),
            Median.Of(cohort.Select(run => (double)run.Pqs)),
            cohort.Count == 0 ? null : cohort.Average(run => run.Compliance),
            cohort.Count(run => run.Gates.ComplianceOk),
            cohort.Count(run => run.Gates.StabilityOk),
            cohort.Count(run => run.Gates.PrecisionOk),
            cohort.Count(run => run.AllGatesOk)
        );
}
