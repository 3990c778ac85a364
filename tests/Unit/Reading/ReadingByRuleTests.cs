using FsCheck;
using FsCheck.Fluent;
using Heretix.Rpl.Reading;

namespace Heretix.Tests.Unit.Reading;

public sealed class ReadingByRuleTests
{
    private static readonly ReadingInput Clear = new(
        "Tariffs raise consumer prices",
        "gpt-5",
        Probability: 0.72,
        CiLow: 0.64,
        CiHigh: 0.79,
        WholeClusterLow: 0.65,
        WholeClusterHigh: 0.78,
        StabilityScore: 0.81,
        StabilityBand: "high",
        Templates: 8,
        ValidSamples: 16,
        AttemptedSamples: 16,
        Compliance: 1,
        Imbalance: 1,
        CacheHitRate: 0,
        Mock: false,
        new ReadingGates(true, true, true)
    );

    [Theory]
    [InlineData(0.60, "Likely true")]
    [InlineData(0.5999999, "Uncertain")]
    [InlineData(0.5, "Uncertain")]
    [InlineData(0.4000001, "Uncertain")]
    [InlineData(0.40, "Likely false")]
    [InlineData(0, "Likely false")]
    [InlineData(1, "Likely true")]
    public void The_label_follows_the_thresholds(double probability, string label)
    {
        var reading = ReadingByRule.Compose(Clear with { Probability = probability });

        reading.Label.ShouldBe(label);
        reading.VerdictText.ShouldBe(label.ToUpperInvariant());
    }

    [Fact]
    public void A_clear_result_is_read_as_one_and_needs_nothing_more()
    {
        var reading = ReadingByRule.Compose(Clear);

        reading.Headline.ShouldBe("gpt-5 holds the claim to be likely true: 72%.");
        reading.BodyParagraphs.Count.ShouldBe(3);
        reading.BodyParagraphs[0].ShouldContain("Asked in 8 different wordings, gpt-5 gives a probability of 72%");
        reading.BodyParagraphs[0].ShouldContain("It is a measurement of the model, not of the world.");
        reading.BodyParagraphs[1].ShouldStartWith("The 95% interval is 64% to 79%, 15 percentage points wide.");
        reading.BodyParagraphs[1].ShouldContain("wholly above 50%");
        reading.BodyParagraphs[1].ShouldEndWith("The wordings agree closely. All 16 answers could be used.");
        reading.BodyParagraphs[2].ShouldStartWith("What to do: nothing more is needed.");
        reading.Bullets.ShouldBe([
            "Interval to quote: 64% to 79% (15 percentage points)",
            "Agreement between wordings: high (stability 0.81)",
            "Usable answers: 16 of 16",
            "Gates: all three passed",
        ]);
        reading.Summary.ShouldBe(
            "“Tariffs raise consumer prices” Likely true, 72% (95% interval 64% to 79%), according to gpt-5. "
                + "The wordings agree closely."
        );
    }

    [Theory]
    [InlineData(0.95, 0.91, 0.97, "gpt-5 holds the claim to be very likely true: 95%.")]
    [InlineData(0.999, 0.995, 0.9995, "gpt-5 holds the claim to be very likely true: over 99%.")]
    [InlineData(0.28, 0.21, 0.36, "gpt-5 holds the claim to be likely false: 28%.")]
    [InlineData(0.004, 0.001, 0.009, "gpt-5 holds the claim to be very likely false: under 1%.")]
    [InlineData(0.55, 0.51, 0.59, "gpt-5 leans slightly towards true: it puts the claim at 55%.")]
    [InlineData(0.45, 0.41, 0.49, "gpt-5 leans slightly towards false: it puts the claim at 45%.")]
    [InlineData(0.52, 0.44, 0.61, "gpt-5 does not come down on either side: it puts the claim at 52%.")]
    [InlineData(0.66, 0.48, 0.81, "gpt-5 leans towards true at 66%, but the interval reaches across 50%.")]
    [InlineData(0.34, 0.19, 0.52, "gpt-5 leans towards false at 34%, but the interval reaches across 50%.")]
    public void The_headline_goes_as_far_as_the_interval_allows(double p, double low, double high, string headline) =>
        ReadingByRule.Compose(At(p, low, high)).Headline.ShouldBe(headline);

    [Fact]
    public void From_sixteen_templates_on_the_whole_cluster_interval_is_quoted_though_it_be_narrower() =>
        ReadingByRule
            .Compose(Clear with { Templates = 16, WholeClusterLow = 0.66, WholeClusterHigh = 0.77 })
            .BodyParagraphs[1]
            .ShouldStartWith("The 95% interval is 66% to 77%");

    [Fact]
    public void With_few_templates_the_wider_interval_is_quoted_whichever_it_is()
    {
        var narrowWhole = ReadingByRule.Compose(Clear);
        var wideWhole = ReadingByRule.Compose(Clear with { WholeClusterLow = 0.47, WholeClusterHigh = 0.85 });
        var same = ReadingByRule.Compose(Clear with { WholeClusterLow = 0.64, WholeClusterHigh = 0.79 });

        narrowWhole.BodyParagraphs[1].ShouldContain("(clusters and their replicates resampled)");
        wideWhole.BodyParagraphs[1].ShouldStartWith("The 95% interval is 47% to 85%, 38 percentage points wide.");
        wideWhole.BodyParagraphs[1].ShouldContain("(whole clusters resampled)");
        wideWhole.BodyParagraphs[1].ShouldContain("It includes 50%");
        wideWhole.Headline.ShouldContain("but the interval reaches across 50%");
        same.BodyParagraphs[1].ShouldContain("The two ways of computing it agree.");
    }

    [Theory]
    [InlineData("high", "The wordings agree closely.")]
    [InlineData("medium", "The wordings agree in the main.")]
    [InlineData("low", "The wordings disagree with one another.")]
    public void The_band_says_how_the_wordings_agree(string band, string sentence)
    {
        var reading = ReadingByRule.Compose(Clear with { StabilityBand = band });

        reading.BodyParagraphs[1].ShouldContain(sentence);
        reading.Summary.ShouldEndWith(sentence);
    }

    [Fact]
    public void One_wording_says_nothing_about_agreement_and_calls_for_more()
    {
        var reading = ReadingByRule.Compose(Clear with { Templates = 1 });

        reading.BodyParagraphs[0].ShouldContain("Asked in one wording");
        reading.BodyParagraphs[1].ShouldContain("is not known");
        reading.BodyParagraphs[2].ShouldContain("ask in more wordings (K up to 16)");
        reading.Bullets.ShouldContain("Agreement between wordings: unknown, one wording was asked");
    }

    [Fact]
    public void Unusable_answers_are_counted_and_looked_into()
    {
        var reading = ReadingByRule.Compose(
            Clear with
            {
                ValidSamples = 13,
                Compliance = 13 / 16d,
                Gates = new ReadingGates(false, true, true),
            }
        );

        reading.BodyParagraphs[1].ShouldContain("13 of 16 answers could be used.");
        reading.BodyParagraphs[2].ShouldContain("answers that could not be used");
        reading.Bullets.ShouldContain("Gates failed: compliance");
    }

    [Fact]
    public void Wordings_that_pull_apart_suggest_an_ambiguous_claim() =>
        ReadingByRule
            .Compose(
                Clear with
                {
                    StabilityBand = "low",
                    StabilityScore = 0.1,
                    Gates = new ReadingGates(true, false, true),
                }
            )
            .BodyParagraphs[2]
            .ShouldStartWith("What to do: rephrase the claim");

    [Fact]
    public void Low_agreement_close_to_certainty_is_explained_rather_than_blamed_on_the_claim()
    {
        var advice = ReadingByRule
            .Compose(At(0.98, 0.96, 0.99) with { StabilityBand = "low", Gates = new ReadingGates(true, false, true) })
            .BodyParagraphs[2];

        advice.ShouldContain("needs no action");
        advice.ShouldNotContain("ephrase");
    }

    [Theory]
    [InlineData(8, "ask in more wordings")]
    [InlineData(16, "ask for more answers per wording")]
    public void A_wide_interval_calls_for_wordings_first_and_replicates_later(int templates, string advice) =>
        ReadingByRule
            .Compose(At(0.8, 0.55, 0.92) with { Templates = templates, Gates = new ReadingGates(true, true, false) })
            .BodyParagraphs[2]
            .ShouldContain(advice);

    [Fact]
    public void A_narrow_interval_around_one_half_is_an_undecided_model() =>
        ReadingByRule.Compose(At(0.5, 0.46, 0.55)).BodyParagraphs[2].ShouldContain("take the model as undecided");

    [Fact]
    public void A_verdict_whose_interval_just_reaches_one_half_is_worth_more_answers() =>
        ReadingByRule.Compose(At(0.63, 0.49, 0.74)).BodyParagraphs[2].ShouldContain("would clear 50%");

    [Fact]
    public void Uneven_templates_are_pointed_out() =>
        ReadingByRule
            .Compose(Clear with { Imbalance = 2.5 })
            .BodyParagraphs[2]
            .ShouldContain("one now has 2.5 times as many usable answers as another");

    [Theory]
    [InlineData(0, "Usable answers: 16 of 16")]
    [InlineData(0.5, "Usable answers: 16 of 16, 8 asked earlier and taken from the cache")]
    [InlineData(1, "Usable answers: 16 of 16, all from the cache")]
    public void Cached_answers_are_declared(double rate, string bullet) =>
        ReadingByRule.Compose(Clear with { CacheHitRate = rate }).Bullets.ShouldContain(bullet);

    [Fact]
    public void A_mock_run_says_so_before_anything_else()
    {
        var reading = ReadingByRule.Compose(Clear with { Mock = true });

        reading.Headline.ShouldStartWith("Mock run: no model was asked.");
        reading.BodyParagraphs[0].ShouldStartWith("Mock run: no model was asked.");
        reading.Summary.ShouldStartWith("Mock run: no model was asked.");
        reading.BodyParagraphs[2].ShouldContain("without the mock");
        string.Join(' ', reading.BodyParagraphs).ShouldNotContain("gpt-5");
        reading.Headline.ShouldNotContain("gpt-5");
        reading.Summary.ShouldNotContain("gpt-5");
    }

    [Theory]
    [InlineData(true, "Resolved true", "Published sources settle the claim as true.")]
    [InlineData(false, "Resolved false", "Published sources settle the claim as false.")]
    public void A_settled_claim_is_read_from_its_sources(bool truth, string label, string headline)
    {
        var p = truth ? 0.999 : 0.001;
        var reading = ReadingByRule.Compose(At(p, p, p) with { Resolved = truth });

        reading.Label.ShouldBe(label);
        reading.Headline.ShouldBe(headline);
        reading.BodyParagraphs[0].ShouldContain("not on the memory of gpt-5");
        reading.BodyParagraphs[1].ShouldStartWith("No interval");
        reading.BodyParagraphs[2].ShouldContain("cited sources");
        reading.Bullets.Count.ShouldBe(2);
        reading.Summary.ShouldEndWith("by rule, from published sources.");
    }

    [Fact]
    public void A_long_claim_is_cut_at_a_word_and_a_hostile_one_stays_on_one_line()
    {
        var longClaim = string.Join(' ', Enumerable.Repeat("tariffs", 40));

        ReadingByRule.Compose(Clear with { Claim = longClaim }).Summary.ShouldContain("tariffs…”");
        ReadingByRule
            .Compose(Clear with { Claim = "a\r\n\tb\u001b[31m {0}" })
            .Summary.ShouldStartWith("“a b[31m {0}” Likely true");
        ReadingByRule
            .Compose(Clear with { Claim = new string('x', 119) + "😀😀" })
            .Summary.ShouldStartWith("“" + new string('x', 119) + "…”");
    }

    [Fact]
    public void Impossible_figures_are_refused()
    {
        ReadingInput[] impossible =
        [
            Clear with
            {
                Probability = double.NaN,
            },
            Clear with
            {
                Probability = 1.01,
            },
            Clear with
            {
                CiLow = 0.9,
            },
            Clear with
            {
                WholeClusterHigh = double.PositiveInfinity,
            },
            Clear with
            {
                StabilityBand = "fair",
            },
            Clear with
            {
                Templates = 0,
            },
            Clear with
            {
                ValidSamples = 17,
            },
            Clear with
            {
                Imbalance = 0.5,
            },
            Clear with
            {
                CacheHitRate = -0.1,
            },
        ];

        impossible.ShouldAllBe(input => Refused(input));
    }

    [Fact]
    public void Every_reading_is_whole_whatever_the_figures()
    {
        var unit = Gen.Choose(0, 1000).Select(n => n / 1000d);
        var inputs =
            from bounds in Gen.ArrayOf(unit, 5)
            from counts in Gen.ArrayOf(Gen.Choose(1, 40), 3)
            from band in Gen.Elements("high", "medium", "low")
            from flags in Gen.ArrayOf(Gen.Elements(true, false), 4)
            from resolved in Gen.Elements<bool?>(null, null, true, false)
            let p = bounds.Order().ToArray()
            select new ReadingInput(
                "A claim",
                "a-model",
                p[2],
                p[0],
                p[4],
                p[1],
                p[3],
                bounds[0],
                band,
                counts[0],
                Math.Min(counts[1], counts[2]),
                Math.Max(counts[1], counts[2]),
                bounds[1],
                1 + bounds[2],
                bounds[3],
                flags[0],
                new ReadingGates(flags[1], flags[2], flags[3])
            )
            {
                Resolved = resolved,
            };

        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(500),
            Prop.ForAll(
                inputs.ToArbitrary(),
                input =>
                {
                    var reading = ReadingByRule.Compose(input);
                    string[] texts = [reading.Headline, .. reading.BodyParagraphs, .. reading.Bullets, reading.Summary];
                    reading.BodyParagraphs.Count.ShouldBeInRange(1, 3);
                    reading.Bullets.Count.ShouldBeInRange(1, 4);
                    foreach (var text in texts)
                    {
                        text.ShouldNotMatch("[{}]|NaN|Infinity|\\b0%|\\b100%|  |\\.\\.");
                        text.Trim().ShouldBe(text);
                        char.IsUpper(text[0])
                            .ShouldBe(!text.StartsWith('“') && !text.StartsWith("a-model", StringComparison.Ordinal));
                    }
                }
            )
        );
    }

    private static ReadingInput At(double p, double low, double high) =>
        Clear with
        {
            Probability = p,
            CiLow = low,
            CiHigh = high,
            WholeClusterLow = low,
            WholeClusterHigh = high,
        };

    private static bool Refused(ReadingInput input)
    {
        try
        {
            ReadingByRule.Compose(input);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
