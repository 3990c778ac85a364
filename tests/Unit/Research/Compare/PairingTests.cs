using Heretix.Research.Compare;

namespace Heretix.Tests.Unit.Research.Compare;

public sealed class PairingTests
{
    private static readonly ComparedSides Versions = new(ComparedBy.PromptVersion, "v1", "v2");
    private static readonly ComparedSides Models = new(ComparedBy.Model, "gpt-5", "grok-4");

    [Fact]
    public void The_pair_whose_older_run_is_freshest_is_taken()
    {
        // K=8: A at 10, B at 1 (older run at 1). K=16: A at 4, B at 5 (older run at 4).
        var runs = new[]
        {
            Runs.Of("v2_x", minute: 1),
            Runs.Of("v1_x", minute: 4, k: 16),
            Runs.Of("v2_x", minute: 5, k: 16),
            Runs.Of("v1_x", minute: 10),
        };

        var pair = Pairing.Of(Versions, runs).Pairs.ShouldHaveSingleItem();

        pair.Shape.K.ShouldBe(16);
        pair.A.ShouldBe(runs[1]);
        pair.B.ShouldBe(runs[2]);
    }

    [Fact]
    public void Of_several_runs_sampled_alike_the_freshest_of_each_side_is_taken()
    {
        var runs = new[]
        {
            Runs.Of("v1_x", minute: 1),
            Runs.Of("v2_x", minute: 2),
            Runs.Of("v1_x", minute: 3),
            Runs.Of("v2_x", minute: 4),
        };

        var pair = Pairing.Of(Versions, runs).Pairs.ShouldHaveSingleItem();

        pair.A.ShouldBe(runs[2]);
        pair.B.ShouldBe(runs[3]);
    }

    [Fact]
    public void A_claim_measured_on_one_side_only_is_listed_with_the_side_that_is_missing()
    {
        var alone = Runs.Of("v2_x", "Only B");

        var pairing = Pairing.Of(Versions, [alone]);

        pairing.Pairs.ShouldBeEmpty();
        var unmatched = pairing.Unmatched.ShouldHaveSingleItem();
        unmatched.Claim.ShouldBe("Only B");
        unmatched.Reason.ShouldBe("no run of v1");
        unmatched.A.ShouldBeNull();
        unmatched.B.ShouldBe(alone);
    }

    [Fact]
    public void An_unmatched_claim_names_what_differs_between_the_two_runs_that_come_closest()
    {
        var runs = new[]
        {
            Runs.Of("v1_x", k: 16, b: 1000, model: "grok-4"),
            Runs.Of("v1_x", k: 16),
            Runs.Of("v2_x", k: 8),
        };

        Pairing.Of(Versions, runs).Unmatched.ShouldHaveSingleItem().Reason.ShouldBe("K differs (16 and 8)");
    }

    [Fact]
    public void Every_parity_key_keeps_two_runs_apart()
    {
        var one = Runs.Of("v1_x");
        var other = Runs.Of("v2_x");
        RecordedRun[] different =
        [
            other with
            {
                Model = "gpt-4o",
            },
            other with
            {
                Provider = "azure",
            },
            other with
            {
                BaseUrl = "http://127.0.0.1:11434/v1",
            },
            other with
            {
                Shape = other.Shape with { K = 4 },
            },
            other with
            {
                Shape = other.Shape with { R = 1 },
            },
            other with
            {
                Shape = other.Shape with { T = 8 },
            },
            other with
            {
                Shape = other.Shape with { B = 1000 },
            },
            other with
            {
                Shape = other.Shape with { MaxOutputTokens = 256 },
            },
            other with
            {
                Shape = other.Shape with { Mock = true },
            },
        ];

        Pairing.Of(Versions, [one, other]).Pairs.Count.ShouldBe(1);
        foreach (var run in different)
            Pairing.Of(Versions, [one, run]).Unmatched.ShouldHaveSingleItem().Reason.ShouldContain("differs");
    }

    [Fact]
    public void Two_models_are_compared_on_one_prompt_version_only()
    {
        var a = Runs.Of("v1_x", model: "gpt-5");
        var sameVersion = Runs.Of("v1_x", model: "grok-4");
        var otherVersion = Runs.Of("v2_x", model: "grok-4");

        Pairing.Of(Models, [a, sameVersion]).Pairs.Count.ShouldBe(1);
        Pairing
            .Of(Models, [a, otherVersion])
            .Unmatched.ShouldHaveSingleItem()
            .Reason.ShouldBe("prompt version differs (v1_x and v2_x)");
    }

    [Fact]
    public void A_version_that_begins_with_both_names_belongs_to_the_longer_one()
    {
        var sides = new ComparedSides(ComparedBy.PromptVersion, "v1", "v1_2026-02");

        sides.Of(Runs.Of("v1_2026-01")).ShouldBe(Side.A);
        sides.Of(Runs.Of("v1_2026-02-03")).ShouldBe(Side.B);
        sides.Of(Runs.Of("v2_2026-02")).ShouldBe(Side.Neither);
    }

    [Fact]
    public void A_model_is_known_by_the_name_it_was_asked_under_before_that_of_its_provider()
    {
        var sides = new ComparedSides(ComparedBy.Model, "gpt-5", "gpt-5-2025-08-07");
        var run = Runs.Of(model: "GPT-5") with { Model = "gpt-5-2025-08-07" };

        sides.Of(run).ShouldBe(Side.A);
        sides.Of(run with { LogicalModel = "newest" }).ShouldBe(Side.B);
    }

    [Fact]
    public void Runs_of_neither_side_leave_no_trace()
    {
        var pairing = Pairing.Of(Versions, [Runs.Of("v3_x")]);

        pairing.Pairs.ShouldBeEmpty();
        pairing.Unmatched.ShouldBeEmpty();
    }
}
