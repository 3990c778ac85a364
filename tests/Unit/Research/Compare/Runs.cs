using Heretix.Estimation;
using Heretix.Research.Compare;
using Heretix.Rpl.Results;

namespace Heretix.Tests.Unit.Research.Compare;

/// <summary>Recorded runs for tests.</summary>
internal static class Runs
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static int count;

    public static RecordedRun Of(
        string version = "v1_2026-01-01",
        string claim = "Water is wet",
        string model = "gpt-5",
        int minute = 0,
        int k = 8,
        int b = 5000,
        bool mock = false,
        double p = 0.6,
        double width = 0.1,
        double stability = 0.8,
        double compliance = 1,
        string? config = null,
        string? baseUrl = null
    ) =>
        new()
        {
            ExecutionId = $"exec-{Interlocked.Increment(ref count):x12}",
            CreatedAt = Start.AddMinutes(minute),
            Claim = claim,
            LogicalModel = model,
            Model = model,
            Provider = "openai",
            BaseUrl = baseUrl,
            PromptVersion = version,
            Shape = new SamplingShape(k, 2, 16, b, 1024, mock),
            ProbTrueRpl = p,
            Ci95 = [p - (width / 2), p + (width / 2)],
            StabilityScore = stability,
            Pqs = QualityScore.V1(stability, width, compliance),
            RplComplianceRate = compliance,
            Gates = new GatesBlock(
                Gates.ComplianceOk(compliance),
                Gates.StabilityOk(stability),
                Gates.PrecisionOk(width)
            ),
            Config = config,
        };
}
