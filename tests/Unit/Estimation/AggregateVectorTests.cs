using System.Text.Json;
using Heretix.Estimation;

namespace Heretix.Tests.Unit.Estimation;

public class AggregateVectorTests
{
    private const string File = "aggregate_clustered.json";

    public static TheoryData<int> Rows => Vectors.Rows(File);

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_estimate_and_its_interval_agree_in_every_bit(int row)
    {
        var (input, output) = Read(row);
        var estimate = Estimate(input);

        estimate.LogOdds.ShouldBeBitwise(output.GetProperty("ell_hat").GetDouble());
        estimate.Low.ShouldBeBitwise(output.GetProperty("lo").GetDouble());
        estimate.High.ShouldBeBitwise(output.GetProperty("hi").GetDouble());
        estimate.TemplateIqr.ShouldBeBitwise(output.GetProperty("template_iqr_logit").GetDouble());
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_design_is_described_as_it_is(int row)
    {
        var (input, output) = Read(row);
        var estimate = Estimate(input);

        estimate.Templates.ShouldBe(output.GetProperty("n_templates").GetInt32());
        estimate.ImbalanceRatio.ShouldBe(output.GetProperty("imbalance_ratio").GetDouble());
        estimate.Method.ShouldBe(output.Text("method"));
        estimate.Iterations.ShouldBe(input.GetProperty("B").GetInt32());
        estimate.CountsByTemplate.ShouldBe([
            .. Clusters(input).Select(cluster => KeyValuePair.Create(cluster.Template, cluster.LogOdds.Count)),
        ]);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Probability_stability_quality_and_gates_follow(int row)
    {
        var (input, output) = Read(row);
        var estimate = Estimate(input);
        double compliance = input.GetProperty("compliance").GetDouble();
        double[] interval = output.GetProperty("ci95_p").Doubles();

        estimate.Probability.ShouldBe(output.GetProperty("p").GetDouble(), Vectors.Tolerance);
        estimate.ProbabilityLow.ShouldBe(interval[0], Vectors.Tolerance);
        estimate.ProbabilityHigh.ShouldBe(interval[1], Vectors.Tolerance);
        estimate.Width.ShouldBe(output.GetProperty("ci_width").GetDouble(), Vectors.Tolerance);

        double[] means = [.. Clusters(input).Select(cluster => PairwiseMean.Of([.. cluster.LogOdds]))];
        var (score, iqr) = Stability.FromTemplateMeans(means);
        iqr.ShouldBeBitwise(output.GetProperty("iqr_from_stability_fn").GetDouble());
        score.ShouldBe(output.GetProperty("stability_score").GetDouble(), Vectors.Tolerance);
        Stability.Band(iqr).ShouldBe(output.Text("stability_band"));

        QualityScore.V1(score, estimate.Width, compliance).ShouldBe(output.GetProperty("pqs").GetInt32());
        Gates.IsStable(estimate.Width).ShouldBe(output.GetProperty("is_stable").GetBoolean());
        Gates.ComplianceOk(compliance).ShouldBe(output.GetProperty("gate_compliance_ok").GetInt32() == 1);
        Gates.StabilityOk(score).ShouldBe(output.GetProperty("gate_stability_ok").GetInt32() == 1);
        Gates.PrecisionOk(estimate.Width).ShouldBe(output.GetProperty("gate_precision_ok").GetInt32() == 1);
    }

    private static (JsonElement Input, JsonElement Output) Read(int row)
    {
        var vector = Vectors.Case(File, row);
        return (vector.GetProperty("input"), vector.GetProperty("output"));
    }

    private static ClusteredEstimate Estimate(JsonElement input) =>
        ClusteredBootstrap.Estimate(
            Clusters(input),
            new BootstrapOptions(
                input.GetProperty("B").GetInt32(),
                input.Text("center") == "trimmed" ? Center.Trimmed : Center.Mean,
                input.GetProperty("trim").GetDouble(),
                (int?)input.NullableDouble("fixed_m")
            ),
            new Pcg64(input.Seed("seed"))
        );

    private static TemplateCluster[] Clusters(JsonElement input) =>
        [
            .. input
                .GetProperty("groups")
                .EnumerateArray()
                .Select(group => new TemplateCluster(group[0].GetString()!, group[1].Doubles())),
        ];
}
