using System.Text.Json;
using Heretix.Research.Compare;

namespace Heretix.Tests.Unit.Research.Compare;

public sealed class ComparisonTests
{
    private static readonly ComparedSides Versions = new(ComparedBy.PromptVersion, "v1", "v2");

    [Fact]
    public void A_difference_is_B_minus_A_in_probability_and_in_log_odds()
    {
        var claim = Compare(Runs.Of("v1_x", p: 0.5), Runs.Of("v2_x", p: 0.8)).Claims[0];

        claim.Difference.ShouldBe(0.3, 1e-12);
        claim.LogOddsDifference.ShouldBe(Math.Log(4), 1e-12);
    }

    [Theory]
    [InlineData(0.5, 0.2, 0.65, 0.2, true)] // 0.4-0.6 and 0.55-0.75
    [InlineData(0.5, 0.2, 0.75, 0.2, false)] // 0.4-0.6 and 0.65-0.85
    [InlineData(0.75, 0.2, 0.5, 0.2, false)]
    [InlineData(0.5, 0.8, 0.5, 0.1, true)] // one inside the other
    public void Overlap_means_a_common_point(double pA, double widthA, double pB, double widthB, bool overlap)
    {
        var comparison = Compare(Runs.Of("v1_x", p: pA, width: widthA), Runs.Of("v2_x", p: pB, width: widthB));

        comparison.Claims[0].IntervalsOverlap.ShouldBe(overlap);
        comparison.Cohort!.Overlapping.ShouldBe(overlap ? 1 : 0);
    }

    [Fact]
    public void Shifts_that_cancel_still_count_as_disagreement()
    {
        var cohort = Compare(
            Runs.Of("v1_x", "one", p: 0.5, width: 0.2),
            Runs.Of("v2_x", "one", p: 0.6),
            Runs.Of("v1_x", "two", p: 0.5),
            Runs.Of("v2_x", "two", p: 0.4, width: 0.2),
            Runs.Of("v1_x", "three", p: 0.5),
            Runs.Of("v2_x", "three", p: 0.5)
        ).Cohort!;

        cohort.MeanDifference.ShouldBe(0, 1e-12);
        cohort.MeanAbsoluteDifference.ShouldBe(0.2 / 3, 1e-12);
        (cohort.WinsA, cohort.WinsB, cohort.Ties).ShouldBe((1, 1, 1));
    }

    [Fact]
    public void Without_a_pair_there_is_no_cohort()
    {
        var comparison = Compare(Runs.Of("v1_x"));

        comparison.Cohort.ShouldBeNull();
        comparison.Unmatched.Count.ShouldBe(1);
    }

    [Fact]
    public void Banks_are_compared_as_sets_of_texts()
    {
        var a = new BankTexts("s", "", ["p", "q", "r", "r"]);
        var b = new BankTexts("t", "", ["r", "s", "q"]);

        var difference = PromptDifference.Of("v1", a, "v2", b);

        difference.Jaccard.ShouldBe(0.5);
        difference.Shared.ShouldBe(2);
        difference.OnlyA.ShouldBe(["p"]);
        difference.OnlyB.ShouldBe(["s"]);
        difference.SystemDiffers.ShouldBeTrue();
        difference.UserTemplateDiffers.ShouldBeFalse();
    }

    [Fact]
    public void A_bank_whose_texts_were_not_recorded_gives_no_similarity()
    {
        var difference = PromptDifference.Of("v1", null, "v2", new BankTexts("", "", ["p"]));

        difference.Jaccard.ShouldBeNull();
    }

    [Fact]
    public void Settings_that_differ_beside_the_compared_ones_are_counted_over_the_pairs()
    {
        var comparison = Compare(
            Runs.Of("v1_x", "one", config: """{"prompt_version":"v1","seed":"1","K":8}"""),
            Runs.Of("v2_x", "one", config: """{"prompt_version":"v2","seed":null,"K":8}"""),
            Runs.Of("v1_x", "two", config: """{"seed":"1","auto":false}"""),
            Runs.Of("v2_x", "two", config: """{"seed":"1","auto":true}"""),
            Runs.Of("v1_x", "three", config: """{"seed":"3"}"""),
            Runs.Of("v2_x", "three", config: """{"seed":"4"}""")
        );

        comparison.ConfigDifferences.ShouldBe([
            new ConfigDifference("auto", 1, "false", "true"),
            new ConfigDifference("seed", 2, "\"1\"", "null"),
        ]);
    }

    [Fact]
    public void The_json_has_the_documented_members()
    {
        var comparison = Compare(Runs.Of("v1_x", p: 0.5), Runs.Of("v2_x", p: 0.7), Runs.Of("v1_x", "alone"));

        using var document = JsonDocument.Parse(JsonSerializer.Serialize(comparison, CompareJson.Indented.Comparison));

        var root = document.RootElement;
        root.GetProperty("by").GetString().ShouldBe("prompt_version");
        root.GetProperty("unmatched")[0].GetProperty("reason").GetString().ShouldBe("no run of v2");
        root.GetProperty("cohort").GetProperty("winner").GetString().ShouldBe("tie");
        var claim = root.GetProperty("claims")[0];
        claim.GetProperty("a").GetProperty("shape").GetProperty("K").GetInt32().ShouldBe(8);
        claim.GetProperty("b").GetProperty("prob_true_rpl").GetDouble().ShouldBe(0.7);
        claim.GetProperty("b").GetProperty("ci95").GetArrayLength().ShouldBe(2);
    }

    private static Comparison Compare(params RecordedRun[] runs) =>
        Comparison.Of(Versions, Runs.Start, Pairing.Of(Versions, runs), _ => null);
}
