using Heretix.Lake;

namespace Heretix.Tests.Integration.Lake;

/// <summary>Each shipped query on a lake small enough to work its answer out by hand.</summary>
public sealed class NamedQueryTests : IDisposable
{
    private readonly LakeFolder _lake = new();

    public NamedQueryTests()
    {
        using ParquetLake lake = new(_lake.Root);
        void Add(RunRow run, params SampleRow[] samples) => lake.Append(run, samples, LakeFolder.Token);

        Add(
            Run("a-1", "a", day: 0, p: 0.2, lo: 0.1, hi: 0.3) with
            {
                CostUsd = 0.5,
                TokensIn = 100,
                CacheHitRate = 0,
            },
            Sample("a-1", 0, logit: -2, valid: true, latency: 100),
            Sample("a-1", 1, logit: -1, valid: true, latency: 300),
            Sample("a-1", 2, logit: 3, valid: false, latency: 200)
        );
        Add(
            Run("a-2", "a", day: 1, p: 0.7, lo: 0.4, hi: 0.9) with
            {
                CostUsd = 0.25,
                TokensIn = 50,
                CacheHitRate = 0.5,
            },
            Sample("a-2", 0, logit: 1, valid: true, latency: 50) with
            {
                FromCache = true,
            }
        );
        Add(Run("b-1", "b", day: 1, p: 0.5, lo: 0.45, hi: 0.55) with { StabilityScore = 0.4, GateStabilityOk = 0 });
        Add(Run("m-1", "a", day: 0, p: 0.9, lo: 0.0, hi: 1.0) with { Mock = true });
    }

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void Drift_by_model() =>
        Answer("drift-by-model", "mock, claim, runs, first_p, last_p, round(drift, 6), intervals_apart")
            .ShouldBe(["False|a|2|0.2|0.7|0.5|True"]);

    [Fact]
    public void Widest_intervals() =>
        Answer("widest-intervals", "mock, claim, execution_id, round(ci_width, 6)")
            .ShouldBe(["False|a|a-2|0.5", "False|b|b-1|0.1", "True|a|m-1|1"]);

    [Fact]
    public void Cost_by_day() =>
        Answer("cost-by-day", "day, mock, runs, tokens_in, cost_usd, cache_hit_rate")
            .ShouldBe(["03/15/2026|False|2|50|0.25|0.5", "03/14/2026|False|1|100|0.5|0", "03/14/2026|True|1|||"]);

    [Fact]
    public void Compliance_by_model() =>
        Answer("compliance-by-model", "mock, answers, round(valid_rate, 6), invalid, median_latency_ms")
            .ShouldBe(["False|3|0.666667|1|200"]);

    [Fact]
    public void Most_unstable_claims() =>
        Answer("most-unstable-claims", "mock, claim, runs, stability, failed_stability_gate")
            .ShouldBe(["False|b|1|0.4|1", "False|a|2|0.8|0", "True|a|1|0.8|0"]);

    [Fact]
    public void Templates_that_disagree() =>
        Answer("templates-that-disagree", "mock, paraphrase_idx, runs, mean_shift_logit, largest_distance_logit")
            .ShouldBe(["False|2|1|4|4", "False|0|2|-0.5|1", "False|1|1|0|0"]);

    [Fact]
    public void Every_shipped_query_runs_on_an_empty_lake()
    {
        using LakeFolder empty = new();
        foreach (NamedQuery query in LakeQuery.Named)
        {
            empty.Query(query.Sql).ShouldBeEmpty(query.Name);
        }
    }

    private IEnumerable<string> Answer(string name, string columns) =>
        _lake.Query($"SELECT {columns} FROM ({NamedQuery.Find(name)!.Sql})").Select(row => string.Join('|', row));

    private static RunRow Run(string id, string claim, int day, double p, double lo, double hi) =>
        LakeFolder.Run(id, at: LakeFolder.Noon.AddDays(day)) with
        {
            RunId = "run-" + claim,
            Claim = claim,
            ProbTrueRpl = p,
            CiLo = lo,
            CiHi = hi,
            CiWidth = hi - lo,
            StabilityScore = 0.8,
            GateStabilityOk = 1,
        };

    private static SampleRow Sample(string id, int paraphrase, double logit, bool valid, double latency) =>
        LakeFolder.Samples(id, 1)[0] with
        {
            CacheKey = $"key-{paraphrase}",
            ParaphraseIdx = paraphrase,
            Logit = logit,
            JsonValid = valid,
            LatencyMs = latency,
            FromCache = false,
        };
}
