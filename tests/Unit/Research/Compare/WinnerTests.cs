using Heretix.Research.Compare;
using Heretix.Research.Sweep;

namespace Heretix.Tests.Unit.Research.Compare;

public sealed class WinnerTests
{
    [Fact]
    public void Passing_all_gates_beats_a_narrower_interval()
    {
        var gated = Runs.Of(width: 0.29, stability: 0.5);
        var narrow = Runs.Of(width: 0.01, stability: 0.2);

        Winner.Of(gated.Quality, narrow.Quality).ShouldBe(new Winner(Side.A, "gates"));
        Winner.Of(narrow.Quality, gated.Quality).ShouldBe(new Winner(Side.B, "gates"));
    }

    [Fact]
    public void With_equal_gates_the_narrower_interval_wins_whatever_the_stability()
    {
        var wide = Runs.Of(width: 0.11, stability: 0.99);
        var narrow = Runs.Of(width: 0.10, stability: 0.5);

        Winner.Of(wide.Quality, narrow.Quality).ShouldBe(new Winner(Side.B, "width"));
    }

    [Fact]
    public void Widths_a_billionth_apart_are_equal_and_stability_decides()
    {
        var a = Runs.Of().Quality;

        Winner.Of(a, a with { Width = a.Width + 0.9e-9, Stability = 0.81 }).ShouldBe(new Winner(Side.B, "stability"));
        Winner.Of(a, a with { Width = a.Width + 1.1e-9, Stability = 0.81 }).ShouldBe(new Winner(Side.A, "width"));
    }

    [Fact]
    public void With_equal_width_and_stability_the_score_decides_and_then_nothing()
    {
        var a = Runs.Of().Quality;

        Winner.Of(a, a with { Pqs = a.Pqs - 1 }).ShouldBe(new Winner(Side.A, "pqs"));
        Winner.Of(a, a).ShouldBe(new Winner(Side.Neither, "tie"));
    }

    [Theory]
    [InlineData(0.500, 0.503, "width")]
    [InlineData(0.100, 0.103, "width")]
    [InlineData(0.200, 0.203, "width")]
    [InlineData(0.100, 0.10299, "pqs")]
    public void A_cohort_wins_by_width_from_a_step_of_three_thousandths_on(double a, double b, string decidedBy)
    {
        var winner = Winner.Of(Cohort(a, pqs: 70), Cohort(b, pqs: 60));

        winner.ShouldBe(new Winner(Side.A, decidedBy));
    }

    [Fact]
    public void A_cohort_without_a_clear_width_is_decided_by_score_then_stability_then_nothing()
    {
        Winner.Of(Cohort(0.1, 60), Cohort(0.1, 60.5)).ShouldBe(new Winner(Side.B, "pqs"));
        Winner.Of(Cohort(0.1, 60, 0.71), Cohort(0.1, 60, 0.7)).ShouldBe(new Winner(Side.A, "stability"));
        Winner.Of(Cohort(0.1, 60), Cohort(0.1, 60)).ShouldBe(new Winner(Side.Neither, "tie"));
    }

    [Fact]
    public void Without_widths_the_score_decides_a_cohort()
    {
        var unknown = Cohort(0.1, 60) with { MedianCiWidth = null };

        Winner.Of(unknown, Cohort(0.4, 61)).ShouldBe(new Winner(Side.B, "pqs"));
    }

    [Fact]
    public void The_median_of_an_even_count_lies_between_the_middle_two_and_leaves_out_what_is_no_number()
    {
        Median.Of([4, 1, double.NaN, 3, 2]).ShouldBe(2.5);
        Median.Of([double.NaN]).ShouldBeNull();
    }

    private static CohortFigures Cohort(double width, double pqs, double stability = 0.7) =>
        new(10, width, stability, pqs, 1, 10, 10, 10, 10);
}
