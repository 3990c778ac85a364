using System.Text.Json;
using Heretix.Research.Monitor;

namespace Heretix.Tests.Unit.Research.Monitor;

public sealed class MonitorReportTests
{
    private static readonly DriftThresholds Standard = new();

    [Fact]
    public void A_result_is_compared_with_the_row_of_its_claim_model_and_version()
    {
        var baseline = Baseline.Of([Row(p: 0.45, width: 0.15, stability: 0.75)]);

        var row = MonitorReport.Of("b", baseline, Standard, [Results.Of()], []).Rows.ShouldHaveSingleItem();

        row.DeltaP!.Value.ShouldBe(0.15, 1e-12);
        row.DeltaStability!.Value.ShouldBe(0.05, 1e-12);
        row.DeltaCi!.Value.ShouldBe(-0.05, 1e-12);
        (row.DriftP, row.DriftStability, row.DriftCi).ShouldBe((true, false, false));
        row.DriftedQuantities.ShouldBe("probability");
    }

    [Fact]
    public void A_model_matches_under_its_providers_name_and_under_the_users()
    {
        Find(Row(model: "gpt-5-2026")).ShouldNotBeNull();
        Find(Row(model: "GPT-5")).ShouldNotBeNull();
        Find(Row(model: "gpt-4")).ShouldBeNull();

        static BaselineRow? Find(BaselineRow row) => Baseline.Of([row]).For(Results.Of(), out _);
    }

    [Fact]
    public void Of_several_rows_the_last_one_counts()
    {
        var baseline = Baseline.Of([Row(p: 0.1), Row(p: 0.2)]);

        baseline.For(Results.Of(), out var gap)!.P.ShouldBe(0.2);
        gap.ShouldBeNull();
    }

    [Fact]
    public void What_has_no_baseline_is_said_once_for_each_reason_and_does_not_drift()
    {
        var baseline = Baseline.Of([
            Row("other model", model: "gpt-4", p: 0),
            Row("other model too", model: "gpt-4", p: 0),
            Row("other version", version: "v0", p: 0),
            Row("mock", p: 0, mock: true),
        ]);

        var report = MonitorReport.Of(
            "b",
            baseline,
            Standard,
            [
                Results.Of("other model"),
                Results.Of("other model too"),
                Results.Of("other version"),
                Results.Of("mock"),
                Results.Of("new"),
            ],
            []
        );

        report.Summary.Drifted.ShouldBe(0);
        report.Summary.WithBaseline.ShouldBe(0);
        report.Notes.ShouldBe([
            "2 claims: no baseline, which counts as no drift; the file has a row for the model gpt-4, not gpt-5-2026",
            "1 claim: no baseline, which counts as no drift; the file has a row for the prompt version v0, not v1_2026-01-01",
            "1 claim: no baseline, which counts as no drift; the file has a row of the mock, not of a real model",
            "1 claim: no baseline, which counts as no drift; the file has no row for the claim",
        ]);
    }

    [Fact]
    public void A_row_that_does_not_say_whether_it_is_a_mock_matches_both()
    {
        var baseline = Baseline.Of([Row(mock: null)]);

        baseline.For(Results.Of(mock: true), out _).ShouldNotBeNull();
        baseline.For(Results.Of(mock: false), out _).ShouldNotBeNull();
    }

    [Fact]
    public void Other_sampling_than_that_of_the_baseline_is_noted()
    {
        var baseline = Baseline.Of([Row() with { K = 16, R = 2 }]);

        var report = MonitorReport.Of("b", baseline, Standard, [Results.Of(k: 8)], []);

        report.Notes.ShouldHaveSingleItem().ShouldContain("sampled with K=16 R=2, this with K=8 R=2");
    }

    [Fact]
    public void The_summary_counts_beliefs_drifts_and_the_three_widest()
    {
        var baseline = Baseline.Of([Row("a", p: 0.5), Row("b", p: 0.5), Row("c", p: 0.5, width: 0.01)]);

        var summary = MonitorReport
            .Of(
                "b",
                baseline,
                Standard,
                [
                    Results.Of("a", p: 0.9, width: 0.05),
                    Results.Of("b", p: 0.1, width: 0.02),
                    Results.Of("c", p: 0.4, width: 0.3),
                    Results.Of("d", p: 0.6, width: 0.2),
                    Results.Of("e", p: 0.75, width: 0.01),
                ],
                []
            )
            .Summary;

        (summary.Count, summary.WithBaseline).ShouldBe((5, 3));
        summary.MeanP!.Value.ShouldBe(0.55, 1e-12);
        summary.MeanCiWidth!.Value.ShouldBe(0.116, 1e-12);
        summary.MeanStability!.Value.ShouldBe(0.8, 1e-12);
        (summary.High, summary.Low, summary.Middle).ShouldBe((1, 1, 2));
        (summary.DriftP, summary.DriftStability, summary.DriftCi, summary.Drifted).ShouldBe((2, 0, 1, 3));
        summary.Widest.Select(wide => wide.Claim).ShouldBe(["c", "d", "a"]);
    }

    [Fact]
    public void An_empty_round_has_no_means()
    {
        var summary = MonitorSummary.Of([]);

        summary.Count.ShouldBe(0);
        summary.MeanP.ShouldBeNull();
        summary.Widest.ShouldBeEmpty();
    }

    [Fact]
    public void A_row_in_the_log_has_the_documented_members()
    {
        var report = MonitorReport.Of("b", null, Standard, [Results.Of(p: 0.25, width: 0.5)], []);

        using var document = JsonDocument.Parse(report.Rows[0].ToJsonLine());

        var row = document.RootElement;
        row.GetProperty("timestamp")
            .GetDateTimeOffset()
            .ShouldBe(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        row.GetProperty("claim").GetString().ShouldBe("Water is wet");
        row.GetProperty("model").GetString().ShouldBe("gpt-5-2026");
        row.GetProperty("prompt_version").GetString().ShouldBe("v1_2026-01-01");
        row.GetProperty("p_RPL").GetDouble().ShouldBe(0.25);
        row.GetProperty("ci95")[1].GetDouble().ShouldBe(0.5);
        row.GetProperty("ci_width").GetDouble().ShouldBe(0.5);
        row.GetProperty("stability").GetDouble().ShouldBe(0.8);
        foreach (var drift in (string[])["drift_p", "drift_stability", "drift_ci"])
            row.GetProperty(drift).GetBoolean().ShouldBeFalse();
    }

    private static BaselineRow Row(
        string claim = "Water is wet",
        string model = "gpt-5",
        string version = "v1_2026-01-01",
        double p = 0.6,
        double width = 0.1,
        double stability = 0.8,
        bool? mock = false
    ) => new(claim, model, version, p, width, stability, mock, 8, 2);
}
