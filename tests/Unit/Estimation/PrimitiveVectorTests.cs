using System.Globalization;
using Heretix.Estimation;

namespace Heretix.Tests.Unit.Estimation;

public class PrimitiveVectorTests
{
    private const string Primitives = "primitives_mean_trim_percentile.json";
    private const string LogOddsFile = "logit_sigmoid.json";
    private const string StabilityFile = "stability.json";
    private const string QualityFile = "pqs.json";

    public static TheoryData<int> PrimitiveRows => Vectors.Rows(Primitives);
    public static TheoryData<int> LogOddsRows => Vectors.Rows(LogOddsFile);
    public static TheoryData<int> StabilityRows => Vectors.Rows(StabilityFile);
    public static TheoryData<int> QualityRows => Vectors.Rows(QualityFile);

    [Theory]
    [MemberData(nameof(PrimitiveRows))]
    public void Means_trimmed_means_and_percentiles_agree_in_every_bit(int row)
    {
        var vector = Vectors.Case(Primitives, row);
        double[] values = vector.GetProperty("input").Doubles();

        PairwiseMean.Of(values).ShouldBeBitwise(vector.GetProperty("mean").GetDouble());
        TrimmedMean.Of(values, 0.2).ShouldBeBitwise(vector.GetProperty("trimmed_0.2").GetDouble());
        TrimmedMean.Of(values, 0.1).ShouldBeBitwise(vector.GetProperty("trimmed_0.1").GetDouble());

        Array.Sort(values);
        foreach (var percentile in vector.GetProperty("percentiles").EnumerateObject())
        {
            double share = double.Parse(percentile.Name, CultureInfo.InvariantCulture) / 100;
            Percentile.Of(values, share).ShouldBeBitwise(percentile.Value.GetDouble());
        }
    }

    [Theory]
    [MemberData(nameof(LogOddsRows))]
    public void Log_odds_and_back_agree(int row)
    {
        var vector = Vectors.Case(LogOddsFile, row);
        if (vector.TryGetProperty("x", out var x))
        {
            LogOdds.ToProbability(x.GetDouble()).ShouldBe(vector.GetProperty("sigmoid").GetDouble(), Vectors.Tolerance);
            return;
        }

        double logOdds = LogOdds.FromProbability(vector.GetProperty("p").GetDouble());
        logOdds.ShouldBe(vector.GetProperty("logit").GetDouble(), Vectors.Tolerance);
        LogOdds.ToProbability(logOdds).ShouldBe(vector.GetProperty("sigmoid_of_logit").GetDouble(), Vectors.Tolerance);
    }

    [Theory]
    [MemberData(nameof(StabilityRows))]
    public void Stability_and_its_band_agree(int row)
    {
        var vector = Vectors.Case(StabilityFile, row);
        double iqr = vector.GetProperty("iqr").GetDouble();

        Stability.Score(iqr).ShouldBe(vector.GetProperty("score").GetDouble(), Vectors.Tolerance);
        Stability.Score(iqr, 0.5, 1).ShouldBe(vector.GetProperty("score_s0.5_a1").GetDouble(), Vectors.Tolerance);
        Stability.Band(iqr).ShouldBe(vector.Text("band"));
    }

    [Theory]
    [MemberData(nameof(QualityRows))]
    public void The_quality_score_agrees(int row)
    {
        var vector = Vectors.Case(QualityFile, row);
        QualityScore
            .V1(
                vector.GetProperty("stability").GetDouble(),
                vector.GetProperty("width").GetDouble(),
                vector.GetProperty("compliance").GetDouble()
            )
            .ShouldBe(vector.GetProperty("pqs").GetInt32());
    }
}
