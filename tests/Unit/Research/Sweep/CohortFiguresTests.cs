using Heretix.Research.Sweep;
using Heretix.Rpl.Results;

namespace Heretix.Tests.Unit.Research.Sweep;

public sealed class CohortFiguresTests
{
    [Fact]
    public void Medians_mean_compliance_and_gates_are_those_of_the_cohort()
    {
        var figures = CohortFigures.Of([
            new MeasuredQuality(0.10, 0.9, 80, 1.0, new GatesBlock(true, true, true)),
            new MeasuredQuality(0.40, 0.2, 40, 1.0, new GatesBlock(true, false, false)),
            new MeasuredQuality(0.20, 0.5, 60, 0.7, new GatesBlock(false, true, true)),
        ]);

        figures.Count.ShouldBe(3);
        figures.MedianCiWidth.ShouldBe(0.20);
        figures.MedianStability.ShouldBe(0.5);
        figures.MedianPqs.ShouldBe(60);
        figures.MeanCompliance!.Value.ShouldBe(0.9, 1e-12);
        (figures.ComplianceOk, figures.StabilityOk, figures.PrecisionOk, figures.AllGatesOk).ShouldBe((2, 2, 2, 1));
    }

    [Fact]
    public void A_width_that_is_no_number_is_left_out_of_the_median_only()
    {
        var gates = new GatesBlock(true, true, true);

        var figures = CohortFigures.Of([
            new MeasuredQuality(double.NaN, 0.9, 80, 1, gates),
            new MeasuredQuality(0.3, 0.7, 60, 1, gates),
        ]);

        figures.MedianCiWidth.ShouldBe(0.3);
        figures.MedianPqs.ShouldBe(70);
    }

    [Fact]
    public void An_empty_cohort_has_no_figures()
    {
        CohortFigures.Of([]).ShouldBe(new CohortFigures(0, null, null, null, null, 0, 0, 0, 0));
    }
}
