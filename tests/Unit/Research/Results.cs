using Heretix.Estimation;
using Heretix.Rpl.Results;

namespace Heretix.Tests.Unit.Research;

/// <summary>Results for tests.</summary>
internal static class Results
{
    private static readonly IReadOnlyDictionary<string, int> None = new Dictionary<string, int>();

    public static RunResult Of(
        string claim = "Water is wet",
        string model = "gpt-5",
        string version = "v1_2026-01-01",
        double p = 0.6,
        double width = 0.1,
        double stability = 0.8,
        bool mock = false,
        int k = 8
    ) =>
        new()
        {
            ExecutionId = "exec-000000000001",
            RunId = "heretix-rpl-000000000001",
            CreatedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
            Claim = claim,
            Model = model + "-2026",
            LogicalModel = model,
            ResolvedLogicalModel = model,
            Provider = "openai",
            PromptVersion = version,
            PromptHash = "hash",
            Mock = mock,
            Sampling = new SamplingBlock(k, 2, 16, None, 0, k * 2, k * 2),
            Aggregation = new AggregationBlock("method", 5000, "trimmed", 0.2, "1", k, None, 1, 0.1, 900),
            Aggregates = new AggregatesBlock(
                p,
                [p - (width / 2), p + (width / 2)],
                width,
                [p - (width / 2), p + (width / 2)],
                stability,
                "medium",
                true,
                1,
                0,
                QualityScore.V1(stability, width, 1),
                "v1",
                new GatesBlock(true, true, Gates.PrecisionOk(width))
            ),
            CiStatus = new CiStatusBlock("final", 5000, null),
            Prior = new PriorBlock(p, [p - (width / 2), p + (width / 2)], stability),
            Verdict = new VerdictBlock("Likely true", "LIKELY TRUE"),
            SimpleExpl = new ReadingBlock("title", [], [], "summary"),
            TokensIn = 10,
            TokensOut = 5,
            CostUsd = 0.01m,
            WarningCounts = None,
        };
}
