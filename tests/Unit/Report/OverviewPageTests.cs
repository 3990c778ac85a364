using System.Globalization;
using System.Xml.Linq;
using Heretix.Research.Report;

namespace Heretix.Tests.Unit.Report;

public sealed class OverviewPageTests
{
    private static readonly OverviewInput Input = new()
    {
        Kind = "Comparison",
        Title = "rpl_h1 against rpl_h2",
        Subtitle = "model-a",
        Mock = false,
        WrittenAt = ReportRuns.Noon,
        Points = ["Narrower: rpl_h1"],
        Sections =
        [
            new OverviewSection(
                "Every claim",
                "Both versions.",
                [
                    new ForestRow("<b>a</b>", "rpl_h1", 0.3, (0.2, 0.4)),
                    new ForestRow("<b>a</b>", "rpl_h2", 0.5, (0.3, 0.7), (0.35, 0.65)),
                ],
                ["Claim", "#Width"],
                [
                    ["<b>a</b>", "0.2"],
                ]
            ),
            new OverviewSection(
                "Only a table",
                null,
                [],
                ["Item", "#Count"],
                [
                    ["runs", "2"],
                ]
            ),
        ],
    };

    [Fact]
    public void A_section_has_its_plot_above_its_table()
    {
        var page = Read(Input);

        var figures = page.Descendants("figure").ToArray();
        figures[0]
            .OfClass("estimate")
            .Where(mark => mark.Element("title") is null && mark.Parent!.Attribute("role") is not null)
            .Select(mark => mark.Number("cx"))
            .ShouldBe([30, 50]);
        figures[0].Descendants("table").Single().Value.ShouldContain("<b>a</b>");
        figures[1].OfClass("rows").ShouldBeEmpty();
        figures[1].OfClass("legend").ShouldBeEmpty();
        figures[1].Descendants("td").Single().Value.ShouldBe("2");
        page.Value.ShouldContain("Narrower: rpl_h1");
    }

    [Fact]
    public void A_mock_is_declared_first() =>
        Read(Input with { Mock = true }).Descendants("main").Single().Elements().First().Value.ShouldStartWith("Mock");

    [Fact]
    public void A_row_that_does_not_fit_its_table_is_refused() =>
        Should.Throw<ArgumentException>(() =>
            Read(
                Input with
                {
                    Sections =
                    [
                        new OverviewSection(
                            "x",
                            null,
                            [],
                            ["a", "b"],
                            [
                                ["1"],
                            ]
                        ),
                    ],
                }
            )
        );

    private static XElement Read(OverviewInput input)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        OverviewPage.Write(input, output);
        return PageReader.Parse(output.ToString());
    }
}
