using Heretix.Research.Monitor;

namespace Heretix.Tests.Unit.Research.Monitor;

public sealed class DriftTests
{
    private static readonly DriftThresholds Standard = new();

    [Theory]
    [InlineData(0.5, 0.6, false)] // 0.09999999999999998
    [InlineData(0.7, 0.8, false)] // 0.10000000000000009
    [InlineData(0.8, 0.7, false)]
    [InlineData(0.1, 0.2, false)]
    [InlineData(0.5, 0.60001, true)]
    [InlineData(0.5, 0.39999, true)]
    public void A_probability_drifts_in_either_direction_beyond_a_tenth(double before, double now, bool drift) =>
        Standard.Judge(new Change(now - before, 0, 0)).ShouldBe(new Drift(drift, false, false));

    [Theory]
    [InlineData(0.9, 0.7, false)] // a fall of 0.20000000000000007
    [InlineData(0.5, 0.3, false)]
    [InlineData(0.9, 0.69, true)]
    [InlineData(0.3, 0.9, false)] // a rise is no drift
    public void Stability_drifts_when_it_falls_by_more_than_a_fifth(double before, double now, bool drift) =>
        Standard.Judge(new Change(0, now - before, 0)).ShouldBe(new Drift(false, drift, false));

    [Theory]
    [InlineData(0.7, 0.8, false)] // 0.10000000000000009
    [InlineData(0.2, 0.3, false)]
    [InlineData(0.2, 0.301, true)]
    [InlineData(0.4, 0.1, false)] // a narrower interval is no drift
    public void An_interval_drifts_when_it_grows_by_more_than_a_tenth(double before, double now, bool drift) =>
        Standard.Judge(new Change(0, 0, now - before)).ShouldBe(new Drift(false, false, drift));

    [Fact]
    public void Without_a_baseline_nothing_has_drifted()
    {
        Standard.Judge(null).Any.ShouldBeFalse();
        new DriftThresholds
        {
            P = 0,
            Stability = 0,
            Ci = 0,
        }
            .Judge(null)
            .Any.ShouldBeFalse();
    }

    [Fact]
    public void A_threshold_of_zero_finds_every_change_but_not_rounding()
    {
        var strict = new DriftThresholds
        {
            P = 0,
            Stability = 0,
            Ci = 0,
        };

        strict.Judge(new Change(1e-6, -1e-6, 1e-6)).ShouldBe(new Drift(true, true, true));
        strict.Judge(new Change(0.1 + 0.2 - 0.3, 0, 0)).Any.ShouldBeFalse();
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(double.NaN)]
    public void A_threshold_that_is_negative_or_no_number_is_refused(double threshold)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new DriftThresholds { P = threshold });
        Should.Throw<ArgumentOutOfRangeException>(() => new DriftThresholds { Stability = threshold });
        Should.Throw<ArgumentOutOfRangeException>(() => new DriftThresholds { Ci = threshold });
    }
}
