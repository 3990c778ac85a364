using System.Globalization;
using Heretix.Research.Report;

namespace Heretix.Tests.Unit.Report;

public sealed class ReliabilityPageTests
{
    private static readonly ReliabilityInput Input = new()
    {
        Title = "Calibration",
        Subtitle = "model-a",
        Mock = false,
        WrittenAt = ReportRuns.Noon,
        Count = 30,
        Brier = 0.125,
        Ece = 0.05,
        Bins =
        [
            new ReliabilityBin(0, 0.5, 20, 0.2, 0.3),
            new ReliabilityBin(0.5, 0.75, 0, double.NaN, double.NaN),
            new ReliabilityBin(0.75, 1, 5, 0.9, 1),
        ],
        Claims = [new EvaluatedClaim("near", 1, 0.9, 0.8, 0.95), new EvaluatedClaim("<far>", 0, 0.9, 0.8, 0.95)],
    };

    [Fact]
    public void A_class_with_claims_is_a_dot_above_or_below_the_diagonal()
    {
        var dots = Read(Input).OfClass("dot").ToArray();

        dots.Length.ShouldBe(2);
        dots[0].Number("cx").ShouldBeLessThan(dots[1].Number("cx"));
        dots[0].Number("cy").ShouldBeGreaterThan(dots[1].Number("cy"));

        // A quarter of the claims has half the radius.
        dots[1].Number("r").ShouldBe(dots[0].Number("r") / 2, 0.01);
    }

    [Fact]
    public void Scores_and_classes_are_also_given_in_figures()
    {
        var text = Read(Input).Value;

        text.ShouldContain("Brier score: 0.1250");
        text.ShouldContain("Expected calibration error: 0.0500");
        text.ShouldContain("20 claims between 0% and 50%: predicted 20%, true 30%.");
        text.ShouldNotContain("NaN");
    }

    [Fact]
    public void The_largest_errors_come_first() =>
        Read(Input)
            .Descendants("tbody")
            .Last()
            .Elements("tr")
            .Select(row => row.Element("th")!.Value)
            .ShouldBe(["<far>", "near"]);

    [Fact]
    public void An_evaluation_without_claims_has_a_diagram_without_dots()
    {
        var page = Read(Input with { Bins = [], Claims = [], Count = 0, Brier = null, Ece = null });

        page.OfClass("dot").ShouldBeEmpty();
        page.Value.ShouldContain("There are no claims to show.");
        page.Value.ShouldContain("Brier score: –");
    }

    [Fact]
    public void A_mock_evaluation_says_so_first() =>
        Read(Input with { Mock = true }).Descendants("main").Single().Elements().First().Value.ShouldStartWith("Mock");

    private static System.Xml.Linq.XElement Read(ReliabilityInput input)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        ReliabilityPage.Write(input, output);
        return PageReader.Parse(output.ToString());
    }
}
