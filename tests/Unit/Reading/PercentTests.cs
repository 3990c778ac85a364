using Heretix.Rpl.Reading;

namespace Heretix.Tests.Unit.Reading;

public sealed class PercentTests
{
    [Theory]
    [InlineData(0, "under 1%")]
    [InlineData(0.0099, "under 1%")]
    [InlineData(0.01, "1%")]
    [InlineData(0.055, "6%")]
    [InlineData(0.72, "72%")]
    [InlineData(0.99, "99%")]
    [InlineData(0.9901, "over 99%")]
    [InlineData(1, "over 99%")]
    public void A_probability_is_a_whole_percent_and_never_certain(double probability, string text) =>
        Percent.Of(probability).ShouldBe(text);

    [Theory]
    [InlineData(0.60, "60%")]
    [InlineData(0.598, "59.8%")]
    [InlineData(0.59999, "59.9%")]
    [InlineData(0.6004, "60.1%")]
    [InlineData(0.40, "40%")]
    [InlineData(0.402, "40.2%")]
    [InlineData(0.3999, "39.9%")]
    [InlineData(0.5, "50%")]
    [InlineData(0.50001, "50.1%")]
    public void Rounding_never_carries_a_probability_onto_a_threshold(double probability, string text) =>
        Percent.Of(probability).ShouldBe(text);

    [Theory]
    [InlineData(0.61, 0.79, "61% to 79%")]
    [InlineData(0.991, 0.999, "over 99%")]
    [InlineData(0.301, 0.302, "30%")]
    public void A_range_that_reads_the_same_at_both_ends_is_one_figure(double low, double high, string text) =>
        Percent.Range(low, high).ShouldBe(text);

    [Theory]
    [InlineData(0, "less than 1 percentage point")]
    [InlineData(0.0049, "less than 1 percentage point")]
    [InlineData(0.01, "1 percentage point")]
    [InlineData(0.184, "18 percentage points")]
    public void A_width_is_counted_in_percentage_points(double difference, string text) =>
        Percent.Points(difference).ShouldBe(text);
}
