using System.Text.Json;
using Heretix.Estimation;

namespace Heretix.Tests.Unit.Estimation;

public class WebVectorTests
{
    private const string ReplicatesFile = "wel_combine_replicates.json";
    private const string FusionFile = "fuse_prior_web.json";
    private const string VerdictFile = "verdict_blocks.json";
    private const string ShuffleFile = "wel_seed_shuffle_chunks.json";

    public static TheoryData<int> ReplicateRows => Vectors.Rows(ReplicatesFile);
    public static TheoryData<int> FusionRows => Vectors.Rows(FusionFile);
    public static TheoryData<int> VerdictRows => Vectors.Rows(VerdictFile);
    public static TheoryData<int> ShuffleRows => Vectors.Rows(ShuffleFile);

    [Theory]
    [MemberData(nameof(ReplicateRows))]
    public void Web_replicates_combine_to_the_reference(int row)
    {
        var vector = Vectors.Case(ReplicatesFile, row);
        var (interval, dispersion) = WebReplicates.Combine(vector.GetProperty("ps").Doubles());

        interval.Probability.ShouldBe(vector.GetProperty("p").GetDouble(), Vectors.Tolerance);
        interval.Low.ShouldBe(vector.GetProperty("ci95")[0].GetDouble(), Vectors.Tolerance);
        interval.High.ShouldBe(vector.GetProperty("ci95")[1].GetDouble(), Vectors.Tolerance);
        dispersion.ShouldBe(vector.GetProperty("dispersion").GetDouble(), Vectors.Tolerance);
    }

    [Theory]
    [MemberData(nameof(FusionRows))]
    public void Prior_and_web_fuse_to_the_reference(int row)
    {
        var vector = Vectors.Case(FusionFile, row);
        var input = vector.GetProperty("input");
        var web = input.GetProperty("web");
        var evidence = web.GetProperty("evidence");

        var (combined, weights) = Fusion.Fuse(
            Interval(input.GetProperty("prior")),
            Interval(web),
            new WebEvidence(
                evidence.NullableDouble("n_docs"),
                evidence.NullableDouble("n_domains"),
                evidence.NullableDouble("median_age_days"),
                evidence.NullableDouble("dispersion"),
                evidence.NullableDouble("json_valid_rate")
            ),
            vector.GetProperty("timely").GetBoolean(),
            web.GetProperty("resolved").GetBoolean()
        );

        ShouldAgree(combined, vector.GetProperty("combined"));
        var expected = vector.GetProperty("weights");
        weights.Web.ShouldBe(expected.GetProperty("w_web").GetDouble(), Vectors.Tolerance);
        weights.Recency.ShouldBe(expected.GetProperty("recency").GetDouble(), Vectors.Tolerance);
        weights.Strength.ShouldBe(expected.GetProperty("strength").GetDouble(), Vectors.Tolerance);
    }

    [Theory]
    [MemberData(nameof(VerdictRows))]
    public void Verdicts_and_completed_blocks_agree(int row)
    {
        var vector = Vectors.Case(VerdictFile, row);
        if (!vector.TryGetProperty("block", out var block))
        {
            Verdict.Label(vector.NullableDouble("prob")).ShouldBe(vector.Text("label"));
            return;
        }

        (double, double)? interval =
            block.TryGetProperty("ci95", out var ends) ? (ends[0].GetDouble(), ends[1].GetDouble())
            : block.TryGetProperty("ci_lo", out var low) ? (low.GetDouble(), block.GetProperty("ci_hi").GetDouble())
            : null;
        var completed = CombinedBlock.Complete(
            block.NullableDouble("p"),
            interval,
            vector.NullableDouble("weight_web") ?? block.NullableDouble("weight_web"),
            fallback: vector.NullableDouble("fallback_prob")
        );

        ShouldAgree(completed, vector.GetProperty("output"));
    }

    [Theory]
    [MemberData(nameof(ShuffleRows))]
    public void Documents_are_shuffled_and_dealt_as_in_the_reference(int row)
    {
        var vector = Vectors.Case(ShuffleFile, row);
        int replicates = vector.GetProperty("replicates").GetInt32();
        ulong seed = vector.Seed("seed");
        if (vector.GetProperty("seed_is_derived").GetBoolean())
        {
            SeededShuffle
                .DeriveSeed(
                    "tavily",
                    "gpt-5",
                    vector.Text("claim"),
                    vector.GetProperty("k_docs").GetInt32(),
                    replicates
                )
                .ShouldBe(seed);
        }

        int[] order = SeededShuffle.Indices(seed, vector.GetProperty("n_docs").GetInt32());
        order.ShouldBe(vector.GetProperty("shuffled_indices").Integers());
        var chunks = SeededShuffle.Chunks(order, replicates);
        int[][] expected = [.. vector.GetProperty("chunks").EnumerateArray().Select(chunk => chunk.Integers())];
        chunks.Count.ShouldBe(expected.Length);
        for (int i = 0; i < expected.Length; i++)
            chunks[i].ShouldBe(expected[i]);
    }

    private static ProbabilityInterval Interval(JsonElement block) =>
        new(
            block.GetProperty("p").GetDouble(),
            block.GetProperty("ci95")[0].GetDouble(),
            block.GetProperty("ci95")[1].GetDouble()
        );

    private static void ShouldAgree(CombinedBlock actual, JsonElement expected)
    {
        actual.Probability.ShouldBe(expected.GetProperty("prob_true").GetDouble(), Vectors.Tolerance);
        actual.Low.ShouldBe(expected.GetProperty("ci_lo").GetDouble(), Vectors.Tolerance);
        actual.High.ShouldBe(expected.GetProperty("ci_hi").GetDouble(), Vectors.Tolerance);
        actual.Label.ShouldBe(expected.Text("label"));
        actual.WeightWeb.ShouldBe(expected.GetProperty("weight_web").GetDouble(), Vectors.Tolerance);
        actual.WeightPrior.ShouldBe(expected.GetProperty("weight_prior").GetDouble(), Vectors.Tolerance);
    }
}
