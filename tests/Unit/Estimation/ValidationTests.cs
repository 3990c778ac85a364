using System.Numerics;
using Heretix.Estimation;

namespace Heretix.Tests.Unit.Estimation;

public class ValidationTests
{
    private static readonly TemplateCluster[] Two = [new("plain", [0.1, 0.2]), new("formal", [0.3])];

    [Fact]
    public void No_template_at_all_is_refused() => Refusal([]).ShouldContain("no template");

    [Fact]
    public void A_template_without_replicates_is_named() =>
        Refusal([.. Two, new TemplateCluster("silent", [])]).ShouldContain("'silent' has no replicates");

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_value_that_is_not_finite_is_named_with_its_template(double value) =>
        Refusal([.. Two, new TemplateCluster("broken", [0, value])]).ShouldContain("Replicate 2 of template 'broken'");

    [Fact]
    public void A_template_given_twice_is_named() =>
        Refusal([.. Two, new TemplateCluster("plain", [1])]).ShouldContain("'plain' is given twice");

    [Theory]
    [InlineData(-0.01)]
    [InlineData(0.5)]
    [InlineData(double.NaN)]
    public void A_trim_outside_its_range_is_refused(double trim) =>
        Refusal(Two, new BootstrapOptions(10, Trim: trim)).ShouldContain("[0, 0.5)");

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Fewer_than_one_iteration_is_refused(int iterations) =>
        Refusal(Two, new BootstrapOptions(iterations)).ShouldContain($"B is {iterations}");

    [Fact]
    public void Fewer_than_one_draw_per_template_is_refused() =>
        Refusal(Two, new BootstrapOptions(10, FixedDraws: 0)).ShouldContain("at least 1");

    [Fact]
    public void An_unknown_center_is_refused() =>
        Refusal(Two, new BootstrapOptions(10, (Center)9)).ShouldContain("Trimmed or Mean");

    [Fact]
    public void A_buffer_of_the_wrong_length_is_refused() =>
        Should
            .Throw<ArgumentException>(() =>
                ClusteredBootstrap.Estimate(Two, new BootstrapOptions(10), new Pcg64(1), new double[9])
            )
            .Message.ShouldContain("9 values");

    [Fact]
    public void A_negative_seed_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new Pcg64(BigInteger.MinusOne));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_bound_below_one_is_refused(int bound) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new Pcg64(1).NextIndex(bound));

    [Fact]
    public void Means_and_percentiles_of_nothing_are_refused()
    {
        Should.Throw<ArgumentException>(() => PairwiseMean.Of([]));
        Should.Throw<ArgumentException>(() => TrimmedMean.Of([], 0.2));
        Should.Throw<ArgumentException>(() => Percentile.Of([], 0.5));
        Should.Throw<ArgumentException>(() => WebReplicates.Combine([]));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_percentile_outside_0_to_1_is_refused(double share) =>
        Should.Throw<ArgumentException>(() => Percentile.Of([1, 2], share));

    [Fact]
    public void A_reading_that_is_not_a_number_is_named() =>
        Should
            .Throw<ArgumentException>(() => WebReplicates.Combine([0.5, double.NaN]))
            .Message.ShouldContain("Reading 2");

    [Fact]
    public void An_empty_bank_cannot_be_planned_from() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Sampler.Plan(0, null, 8, 0));

    private static string Refusal(TemplateCluster[] clusters, BootstrapOptions? options = null)
    {
        options ??= new BootstrapOptions(10);
        string frozen = Should
            .Throw<ArgumentException>(() => ClusteredBootstrap.Estimate(clusters, options, new Pcg64(1)))
            .Message;
        string whole = Should
            .Throw<ArgumentException>(() => WholeClusterBootstrap.Interval(clusters, options, new Pcg64(1)))
            .Message;
        whole.ShouldBe(frozen);
        return frozen;
    }
}
