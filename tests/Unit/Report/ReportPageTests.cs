using System.Globalization;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Heretix.Tests.Unit.Report;

public sealed class ReportPageTests
{
    [Fact]
    public void Every_valid_sample_is_one_dot_in_the_row_of_its_template()
    {
        var run = ReportRuns.Run();
        var page = PageReader.Read(ReportRuns.Page(run));

        var rows = page.Descendants("figure")
            .Single(figure => Heading(figure).StartsWith("Every answer", StringComparison.Ordinal))
            .OfClass("row")
            .Where(row => row.OfClass("dot").Any())
            .ToArray();
        rows.Select(row => row.OfClass("name").Single().Value[..2]).ShouldBe(["3.", "4.", "1.", "2."]);
        rows.SelectMany(row => row.OfClass("dot"))
            .Select(dot => dot.Element("title")!.Value)
            .ShouldBe([
                "Template 3, replicate 1: 50%",
                "Template 3, replicate 2: 55%",
                "Template 4, replicate 1: 60%",
                "Template 4, replicate 2: 65%",
                "Template 1, replicate 1: 70%",
                "Template 1, replicate 2: 75%",
                "Template 2, replicate 1: 80%",
            ]);
        page.OfClass("dot").Count().ShouldBe(run.Samples.Count(sample => sample.Valid));
    }

    [Fact]
    public void Dots_stand_at_their_probability_on_the_whole_scale() =>
        PageReader
            .Read(ReportRuns.Page(ReportRuns.Run()))
            .OfClass("dot")
            .Select(dot => dot.Number("cx"))
            .ShouldBe([50, 55, 60, 65, 70, 75, 80]);

    [Fact]
    public void Samples_that_could_not_be_used_are_listed_with_the_reason() =>
        PageReader
            .Read(ReportRuns.Page(ReportRuns.Run()))
            .Value.ShouldContain("they could not be used: template 2, replicate 2 (schema_validation_failed).");

    [Fact]
    public void The_reading_stands_before_every_plot()
    {
        var text = PageReader.Text(ReportRuns.Page(ReportRuns.Run()));

        var reading = text.IndexOf("model-a holds the claim to be likely true: 72%.", StringComparison.Ordinal);
        reading.ShouldBeGreaterThan(0);
        reading.ShouldBeLessThan(text.IndexOf("<figure", StringComparison.Ordinal));
    }

    [Fact]
    public void Provenance_and_diagnostics_are_complete()
    {
        var text = PageReader.Read(ReportRuns.Page(ReportRuns.Run())).Value;

        string[] expected =
        [
            "exec-1",
            "heretix-rpl-1",
            "model-a-2026",
            "rpl_x_1",
            "0123abcd",
            "18446744073709551615",
            "9223372036854775809",
            "2026-11-21 12:00:00 UTC",
            "hx run --claim 'Snow is white' --model model-a",
            "equal_by_template_cluster_bootstrap_trimmed",
            "✗ failed: at least 98%",
            "✓ passed: score at least 0.25",
            "0.6400 to 0.7900, width 0.150",
            "25% (2 of 8)",
            "87.5% (7 of 8)",
            "12,345 in, 678 out",
            "$0.0123",
            "median 300 ms, 95th percentile 400 ms",
            "over 6 answers asked anew",
            "schema_validation_failed × 1",
        ];
        expected.ShouldAllBe(item => text.Contains(item));
    }

    [Fact]
    public void A_mock_page_says_so_at_the_top_and_in_its_title()
    {
        var page = PageReader.Read(ReportRuns.Page(ReportRuns.Run(mock: true)));

        page.Descendants("main").Single().Elements().First().Attribute("class")!.Value.ShouldBe("mock");
        page.Descendants("title").First().Value.ShouldStartWith("Mock: ");
        PageReader.Read(ReportRuns.Page(ReportRuns.Run())).OfClass("mock").ShouldBeEmpty();
    }

    [Fact]
    public void A_page_with_one_mock_among_others_counts_it() =>
        PageReader
            .Read(ReportRuns.Page(ReportRuns.Run(), ReportRuns.Run(mock: true)))
            .OfClass("mock")
            .Single()
            .Value.ShouldContain("1 of the 2 runs on this page asked no model");

    [Fact]
    public void Several_runs_are_compared_before_their_sections()
    {
        var page = PageReader.Read(ReportRuns.Page(ReportRuns.Run(), ReportRuns.Run(model: "model-b")));

        var comparison = page.OfClass("comparison").Single();
        comparison.OfClass("name").Select(name => name.Value).ShouldBe(["model-a", "model-b"]);
        comparison.OfClass("interval").Count(mark => mark.Parent!.Attribute("role") is not null).ShouldBe(2);
        page.Descendants("section").Select(section => (string)section.Attribute("id")!).ShouldBe(["run-1", "run-2"]);
        page.Descendants("h1").Single().Value.ShouldBe("“Snow is white”");
        PageReader.Read(ReportRuns.Page(ReportRuns.Run())).OfClass("comparison").ShouldBeEmpty();
    }

    [Fact]
    public void Runs_of_different_claims_each_show_their_own()
    {
        var page = PageReader.Read(ReportRuns.Page(ReportRuns.Run(), ReportRuns.Run("Grass is red")));

        page.Descendants("h1").Single().Value.ShouldBe("Two claims");
        page.Descendants("section")
            .Select(section => section.OfClass("headline").First().Value)
            .ShouldBe(["“Snow is white”", "“Grass is red”"]);
    }

    [Fact]
    public void An_empty_distribution_is_said_and_not_drawn()
    {
        var page = PageReader.Read(ReportRuns.Page(ReportRuns.Run() with { BootstrapLogOdds = [] }));

        page.OfClass("histogram").ShouldBeEmpty();
        page.Value.ShouldContain("The distribution was not kept with this run.");
    }

    [Fact]
    public void Escalation_is_shown_step_by_step()
    {
        var run = ReportRuns.Run() with { DecisionLog = ["Stage 1: width 0.27, extended", "Stage 2: stopped"] };

        PageReader
            .Read(ReportRuns.Page(run))
            .OfClass("log")
            .Single()
            .Elements("li")
            .Select(line => line.Value)
            .ShouldBe(run.DecisionLog);
    }

    [Theory]
    [InlineData("</h1><script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("' onmouseover='alert(1)")]
    [InlineData("]]><!-- --></style>")]
    [InlineData("&lt;b&gt; &amp; {CLAIM}")]
    public void A_hostile_text_stays_text_wherever_it_stands(string hostile)
    {
        var sample = ReportRuns.Samples()[0] with { Paraphrase = hostile, Warnings = [hostile] };
        var run = ReportRuns.Run(hostile, hostile) with
        {
            Provider = hostile,
            PromptVersion = hostile,
            ProviderModelIds = [hostile],
            Samples = [sample, .. ReportRuns.Samples()],
            DecisionLog = [hostile],
            Versions = [new(hostile, hostile)],
            Config = [new(hostile, hostile)],
        };

        var page = PageReader.Read(ReportRuns.Page(run, run));
        var plain = PageReader.Read(ReportRuns.Page(ReportRuns.Run(), ReportRuns.Run()));

        page.Descendants("h1").Single().Value.ShouldBe($"“{hostile}”");
        Vocabulary(page).Except(Vocabulary(plain)).ShouldBeSubsetOf(["ol", "ol class"]);
    }

    [Fact]
    public void Any_claim_gives_a_page_that_is_well_formed() =>
        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(60),
            Prop.ForAll(
                ArbMap.Default.ArbFor<NonNull<string>>(),
                claim =>
                {
                    var run = ReportRuns.Run() with { Claim = claim.Get };
                    PageReader.Read(ReportRuns.Page(run)).Descendants("h1").Count().ShouldBe(1);
                }
            )
        );

    [Fact]
    public void Characters_a_page_cannot_hold_are_replaced() =>
        PageReader
            .Read(ReportRuns.Page(ReportRuns.Run() with { Claim = "a\0b\u001b\ud800c😀" }))
            .Descendants("h1")
            .Single()
            .Value.ShouldBe("“a\uFFFDb\uFFFD\uFFFDc😀”");

    [Fact]
    public void Nothing_is_fetched_and_nothing_runs()
    {
        var text = PageReader.Text(ReportRuns.Page(ReportRuns.Run()));

        foreach (var trace in (string[])["://", "src=", "href=", "url(", "@import", "<script", "<link", "<iframe"])
        {
            text.ShouldNotContain(trace);
        }

        text.ShouldContain("default-src &#39;none&#39;");
    }

    [Fact]
    public void Figures_that_are_not_numbers_become_dashes()
    {
        var nothing = ReportRuns.Estimate() with
        {
            Probability = double.NaN,
            CiLow = double.NaN,
            CiHigh = double.NaN,
            WholeClusterLow = double.NaN,
            WholeClusterHigh = double.PositiveInfinity,
            StabilityScore = double.NaN,
            CostUsd = null,
        };
        var samples = ReportRuns.Samples();
        samples[0] = samples[0] with { Probability = double.NaN };
        var run = ReportRuns.Run() with
        {
            Estimate = nothing,
            Samples = samples,
            BootstrapLogOdds = [double.NaN, 0.1, 0.2],
        };

        var page = PageReader.Read(ReportRuns.Page(run, ReportRuns.Run()));

        page.ToString().ShouldNotMatch("NaN|Infinity|∞");
        page.Value.ShouldContain("–");
        page.Value.ShouldContain("not known");
    }

    [Fact]
    public void Numbers_are_written_alike_in_every_culture()
    {
        var here = CultureInfo.CurrentCulture;
        var plain = PageReader.Text(ReportRuns.Page(ReportRuns.Run()));
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            comma.NumberFormat.NegativeSign = "minus";
            comma.NumberFormat.NumberGroupSeparator = "!";
            CultureInfo.CurrentCulture = comma;

            PageReader.Text(ReportRuns.Page(ReportRuns.Run())).ShouldBe(plain);
        }
        finally
        {
            CultureInfo.CurrentCulture = here;
        }
    }

    [Fact]
    public void Every_drawing_has_a_name_and_a_description_or_is_hidden()
    {
        var page = PageReader.Read(ReportRuns.Page(ReportRuns.Run(), ReportRuns.Run()));

        foreach (var drawing in page.Descendants("svg"))
        {
            var hidden = drawing.AncestorsAndSelf().Any(element => (string?)element.Attribute("aria-hidden") == "true");
            if (!hidden)
            {
                drawing.Attribute("role")!.Value.ShouldBe("img");
                drawing.Element("title")!.Value.ShouldNotBeEmpty();
                drawing.Element("desc")!.Value.ShouldNotBeEmpty();
            }
        }
    }

    [Fact]
    public void A_report_without_runs_is_refused() =>
        Should.Throw<ArgumentException>(() => PageReader.Text(ReportRuns.Page()));

    private static string Heading(XElement figure) => figure.Descendants("h3").First().Value;

    /// <summary>Names of elements, and of attributes with their elements.</summary>
    private static HashSet<string> Vocabulary(XElement page) =>
        [
            .. page.DescendantsAndSelf()
                .SelectMany(element =>
                    element
                        .Attributes()
                        .Select(attribute => $"{element.Name} {attribute.Name}")
                        .Append(element.Name.ToString())
                ),
        ];
}
