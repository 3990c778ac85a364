using FsCheck;
using FsCheck.Fluent;
using Heretix.Research.Report;

namespace Heretix.Tests.Unit.Report;

public sealed class PlotTests
{
    [Fact]
    public void Positions_grow_with_the_value_and_stay_on_the_axis()
    {
        var values = Gen.Choose(-200, 1200).Select(n => n / 1000d);
        var pairs = from a in values from b in values select (a, b);

        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true),
            Prop.ForAll(
                pairs.ToArbitrary(),
                pair =>
                {
                    var axis = SvgAxis.Probability();
                    var (left, right) = (axis.Position(pair.a), axis.Position(pair.b));
                    left.ShouldBeInRange(0, 1);
                    Math.Sign(right - left).ShouldBe(Math.Sign(Math.Clamp(pair.b, 0, 1) - Math.Clamp(pair.a, 0, 1)));
                }
            )
        );
    }

    [Theory]
    [InlineData(0.61, 0.79)]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.5)]
    [InlineData(0, 0)]
    [InlineData(0.00012, 0.00013)]
    [InlineData(-3, 250)]
    public void An_axis_around_data_holds_it_and_has_a_few_round_ticks(double low, double high)
    {
        var axis = SvgAxis.Around(low, high);

        axis.Min.ShouldBeLessThan(low);
        axis.Max.ShouldBeGreaterThan(high);
        axis.Ticks.Count.ShouldBeInRange(2, 8);
        axis.Ticks.ShouldBeInOrder();
        axis.Ticks.ShouldAllBe(tick => tick >= axis.Min && tick <= axis.Max);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(1, 0)]
    public void An_axis_without_a_range_is_refused(double low, double high) =>
        Should.Throw<ArgumentException>(() => SvgAxis.Around(low, high));

    [Fact]
    public void A_histogram_counts_every_value_once()
    {
        double[] values = [.. Enumerable.Range(0, 1000).Select(i => i * i / 1e6)];

        var counts = Histogram.Count(values, SvgAxis.Around(values[0], values[^1]));

        counts.Length.ShouldBe(31);
        counts.Sum().ShouldBe(1000);
        counts[1].ShouldBeGreaterThan(counts[^2]);
    }

    [Fact]
    public void A_histogram_of_one_repeated_value_is_one_bar()
    {
        var plot = PageReader.Fragment(html => Histogram.Write(html, [0.3, 0.3, 0.3, 0.3], [], "t", "d"));

        plot.OfClass("bar").Count().ShouldBe(1);
    }

    [Fact]
    public void Marks_outside_the_values_widen_the_axis_of_a_histogram()
    {
        var plot = PageReader.Fragment(html =>
            Histogram.Write(html, [0.4, 0.5, 0.6], [new HistogramMark(0.9, "mark", "far")], "t", "d")
        );

        plot.OfClass("mark").Single().Number("x1").ShouldBeInRange(90, 99);
        plot.OfClass("bar").ShouldAllBe(bar => bar.Number("x") + bar.Number("width") <= 100.001);
    }

    [Fact]
    public void A_forest_plot_draws_both_intervals_and_the_estimate_to_scale()
    {
        var plot = PageReader.Fragment(html =>
            ForestPlot.Write(html, [new ForestRow("a", "b", 0.5, (0.25, 0.75), (0.1, 0.9))], "caption")
        );

        plot.OfClass("interval").Select(line => (line.Number("x1"), line.Number("x2"))).ShouldBe([(25, 75)]);
        plot.OfClass("second")
            .Select(line => (line.Number("x1"), line.Number("x2")))
            .ShouldBe([(10, 90), (10, 10), (90, 90)]);
        plot.OfClass("estimate").Single().Number("cx").ShouldBe(50);
        plot.Descendants("desc")
            .Single()
            .Value.ShouldBe(
                "Estimate 50%, 95% interval 25% to 75%, 95% interval with whole clusters resampled 10% to 90%."
            );
    }

    [Fact]
    public void A_forest_row_without_figures_has_no_marks()
    {
        var plot = PageReader.Fragment(html =>
            ForestPlot.Write(html, [new ForestRow("a", null, double.NaN, (double.NaN, double.NaN))], "caption")
        );

        plot.OfClass("interval").Concat(plot.OfClass("estimate")).ShouldBeEmpty();
    }

    [Fact]
    public void Equal_answers_of_a_template_are_set_beside_one_another()
    {
        var samples = Enumerable
            .Range(0, 4)
            .Select(i => new ReportSample(0, "x", i, 0.5, true, 1, 1, 1, [], false))
            .ToArray();

        var plot = PageReader.Fragment(html => TemplateDots.Write(html, TemplateSamples.Of(samples)));

        plot.OfClass("dot").Select(dot => dot.Number("cy")).Distinct().Count().ShouldBe(4);
        plot.OfClass("dot").Select(dot => dot.Number("cx")).ShouldAllBe(x => x == 50);
    }

    [Fact]
    public void Answers_near_one_another_get_an_axis_that_closes_in_and_says_so()
    {
        var samples = new[] { 0.01, 0.02, 0.03 }
            .Select((p, i) => new ReportSample(i, "x", 0, p, true, 1, 1, 1, [], false))
            .ToArray();

        var plot = PageReader.Fragment(html => TemplateDots.Write(html, TemplateSamples.Of(samples)));

        plot.OfClass("dot").Select(dot => dot.Number("cx")).Max().ShouldBeGreaterThan(90);
        plot.Value.ShouldContain("The axis closes in");
    }

    [Fact]
    public void The_mean_of_a_template_is_taken_in_log_odds()
    {
        ReportSample[] samples =
        [
            new(0, "x", 0, 0.5, true, 1, 1, 1, [], false),
            new(0, "x", 1, 0.9, true, 1, 1, 1, [], false),
            new(0, "x", 2, 0.1, false, 1, 1, 1, [], false),
        ];

        // Odds of 1 and 9: their geometric mean is 3.
        TemplateSamples.Of(samples).Single().Mean!.Value.ShouldBe(0.75, 1e-12);
    }

    [Fact]
    public void A_table_has_a_head_for_every_column_and_row()
    {
        var table = PageReader.Fragment(html =>
            HtmlTable.Write(
                html,
                "caption",
                ["Name", "#Figure"],
                [
                    ["a", "1"],
                    ["b", "2"],
                ]
            )
        );

        table.Descendants("thead").Single().Descendants("th").Select(head => head.Value).ShouldBe(["Name", "Figure"]);
        table.Descendants("tbody").Single().Descendants("th").Select(head => head.Value).ShouldBe(["a", "b"]);
        table.OfClass("figure").Count().ShouldBe(3);
    }
}
