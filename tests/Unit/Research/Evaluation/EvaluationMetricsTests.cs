using Heretix.Research.Batch;
using Heretix.Research.Evaluation;

namespace Heretix.Tests.Unit.Research.Evaluation;

public sealed class EvaluationMetricsTests
{
    [Fact]
    public void Scores_of_three_claims_match_what_a_pencil_gives()
    {
        var metrics = EvaluationMetrics.Of([Result(0.9, 1), Result(0.4, 0), Result(0.6, 1)], bins: 10);

        metrics.Count.ShouldBe(3);
        metrics.Brier!.Value.ShouldBe((0.01 + 0.16 + 0.16) / 3, 1e-12);
        metrics.BaseRate!.Value.ShouldBe(2 / 3.0, 1e-12);
        metrics.MeanPredicted!.Value.ShouldBe(1.9 / 3, 1e-12);
        metrics.LogLoss!.Value.ShouldBe(-(Math.Log(0.9) + Math.Log(0.6) + Math.Log(0.6)) / 3, 1e-12);

        // Always saying 2/3 earns (1/9 + 4/9 + 1/9) / 3 = 2/9.
        metrics.BrierSkill!.Value.ShouldBe(1 - (0.11 / (2 / 9.0)), 1e-12);

        // Each claim has a bin of its own.
        metrics.Ece!.Value.ShouldBe((0.1 + 0.4 + 0.4) / 3, 1e-12);
    }

    [Fact]
    public void A_partly_true_claim_counts_with_its_fraction()
    {
        var metrics = EvaluationMetrics.Of([Result(0.5, 0.5)], bins: 10);

        metrics.Brier.ShouldBe(0);
        metrics.Ece.ShouldBe(0);
        metrics.LogLoss!.Value.ShouldBe(Math.Log(2), 1e-12);
    }

    [Fact]
    public void Certainty_on_the_wrong_side_costs_much_but_not_everything()
    {
        EvaluationMetrics.Of([Result(0, 1)], bins: 10).LogLoss!.Value.ShouldBe(-Math.Log(1e-6), 1e-9);
    }

    [Fact]
    public void Skill_is_not_defined_when_all_labels_are_equal()
    {
        EvaluationMetrics.Of([Result(0.9, 1), Result(0.8, 1)], bins: 10).BrierSkill.ShouldBeNull();
    }

    [Fact]
    public void Without_claims_no_figure_is_invented()
    {
        var metrics = EvaluationMetrics.Of([], bins: 10);

        metrics.Count.ShouldBe(0);
        metrics.Brier.ShouldBeNull();
        metrics.BrierCi95.ShouldBeNull();
        metrics.Ece.ShouldBeNull();
        metrics.BaseRate.ShouldBeNull();
        metrics.LogLoss.ShouldBeNull();
        metrics.BrierSkill.ShouldBeNull();
        metrics.ByCategory.ShouldBeNull();
    }

    [Fact]
    public void Categories_are_scored_one_by_one_and_the_nameless_together()
    {
        var metrics = EvaluationMetrics.Of(
            [Result(0.9, 1, "sport"), Result(0.5, 0), Result(0.7, 1, "art"), Result(0.8, 0, "sport")],
            bins: 10
        );

        metrics.ByCategory!.Keys.ShouldBe(["(none)", "art", "sport"]);
        metrics.ByCategory["sport"].Count.ShouldBe(2);
        metrics.ByCategory["sport"].Brier.ShouldBe((0.01 + 0.64) / 2, 1e-12);
        metrics.ByCategory["art"].BaseRate.ShouldBe(1);
    }

    [Fact]
    public void The_interval_of_the_Brier_score_contains_it_and_narrows_with_more_claims()
    {
        var few = EvaluationMetrics.Of(Mixed(20), bins: 10);
        var many = EvaluationMetrics.Of(Mixed(2000), bins: 10);

        few.Brier!.Value.ShouldBeInRange(few.BrierCi95![0], few.BrierCi95[1]);
        (many.BrierCi95![1] - many.BrierCi95[0]).ShouldBeLessThan((few.BrierCi95[1] - few.BrierCi95[0]) / 5);
        EvaluationMetrics.Of(Mixed(20), bins: 10).BrierCi95.ShouldBe(few.BrierCi95);
    }

    [Fact]
    public void A_line_without_a_label_is_named()
    {
        ClaimLine[] claims =
        [
            new("a", "One", 1, null, 1),
            new("b", "Two", null, null, 4),
            new("c", "Three", null, null, 5),
        ];

        var message = Should.Throw<ClaimsFileException>(() => LabelledClaims.Require("claims.jsonl", claims)).Message;

        message.ShouldStartWith("claims.jsonl:4: the claim 'Two' has no label (and 1 more without one)");
        LabelledClaims.Require("claims.jsonl", claims[..1]).Count.ShouldBe(1);
    }

    private static EvaluatedResult[] Mixed(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Result(i % 10 / 10.0, i % 3 == 0 ? 1 : 0))];

    private static EvaluatedResult Result(double prob, double label, string? category = null) =>
        new("id", "claim", label, category, prob, [prob, prob], "exec-1");
}
