using Heretix.Estimation;

namespace Heretix.Tests.Unit.Estimation;

public class PlanVectorTests
{
    private const string SamplerFile = "sampler.json";
    private const string SeedFile = "bootstrap_seed.json";
    private const string CalibrationFile = "calibration_brier_ece.json";

    public static TheoryData<int> SamplerRows => Vectors.Rows(SamplerFile);
    public static TheoryData<int> SeedRows => Vectors.Rows(SeedFile);
    public static TheoryData<int> CalibrationRows => Vectors.Rows(CalibrationFile);

    [Theory]
    [MemberData(nameof(SamplerRows))]
    public void Rotation_and_balance_agree(int row)
    {
        var vector = Vectors.Case(SamplerFile, row);
        var input = vector.GetProperty("input");
        var output = vector.GetProperty("output");
        int bank = input.GetProperty("T_bank").GetInt32();
        int k = input.GetProperty("K").GetInt32();

        int offset = Sampler.RotationOffset(
            input.Text("claim"),
            input.Text("model"),
            input.Text("prompt_version_full"),
            bank
        );
        var plan = Sampler.Plan(bank, (int?)input.NullableDouble("T"), k, offset);

        plan.BankSize.ShouldBe(bank);
        plan.RotationOffset.ShouldBe(output.GetProperty("rotation_offset").GetInt32());
        plan.Templates.ShouldBe(output.GetProperty("T_stage").GetInt32());
        plan.TemplateIndices.ShouldBe(output.GetProperty("tpl_indices").Integers());
        plan.Sequence.ShouldBe(output.GetProperty("seq").Integers());
        plan.PlannedCounts.ShouldBe(output.GetProperty("planned_counts").Integers());
        plan.PlannedImbalanceRatio.ShouldBe(output.GetProperty("planned_imbalance_ratio").GetDouble());
        plan.BankSequence.ShouldBe(output.GetProperty("attempt_template_bank_indices").Integers());
        Sampler
            .Balanced(plan.Templates, k, input.GetProperty("direct_offset").GetInt32())
            .ShouldBe(output.GetProperty("seq_with_direct_offset").Integers());
    }

    [Theory]
    [MemberData(nameof(SeedRows))]
    public void The_bootstrap_seed_agrees(int row)
    {
        var vector = Vectors.Case(SeedFile, row);
        var input = vector.GetProperty("input");
        string claim = input.Text("claim");
        string model = input.Text("model");
        string version = input.Text("prompt_version");
        int k = input.GetProperty("k").GetInt32();
        int r = input.GetProperty("r").GetInt32();
        string[] hashes = [.. input.GetProperty("template_hashes").EnumerateArray().Select(x => x.GetString()!)];
        int iterations = input.GetProperty("B").GetInt32();
        var center = input.Text("center") == "trimmed" ? Center.Trimmed : Center.Mean;
        double trim = input.GetProperty("trim").GetDouble();

        BootstrapSeed
            .Canonical(claim, model, version, k, r, hashes, iterations, center, trim)
            .ShouldBe(vector.Text("canonical"));
        BootstrapSeed
            .Derive(claim, model, version, k, r, hashes, iterations, center, trim)
            .ShouldBe(vector.Seed("seed"));
    }

    [Theory]
    [MemberData(nameof(CalibrationRows))]
    public void Brier_score_and_calibration_error_agree(int row)
    {
        var vector = Vectors.Case(CalibrationFile, row);
        LabelledProbability[] pairs =
        [
            .. vector
                .GetProperty("pairs")
                .EnumerateArray()
                .Select(pair => new LabelledProbability(pair[0].GetDouble(), pair[1].GetDouble())),
        ];
        int bins = vector.GetProperty("bins").GetInt32();

        ShouldAgree(Calibration.Brier(pairs), vector.NullableDouble("brier"));
        ShouldAgree(Calibration.ExpectedCalibrationError(pairs, bins), vector.NullableDouble("ece"));
        Calibration.Reliability(pairs, bins).Sum(bin => bin.Count).ShouldBe(pairs.Length);
    }

    private static void ShouldAgree(double? actual, double? expected)
    {
        actual.HasValue.ShouldBe(expected.HasValue);
        if (expected is { } value)
            actual!.Value.ShouldBe(value, Vectors.Tolerance);
    }
}
