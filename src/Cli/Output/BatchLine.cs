using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Research.Batch;

namespace Heretix.Cli.Output;

/// <summary>One line of a batch: flat, so that any table reader takes it. Without a result, <c>error</c> says why.</summary>
internal sealed record BatchLine(
    string Id,
    int Line,
    string Claim,
    double? Label,
    string? Category,
    string Model,
    string? Provider,
    string? PromptVersion,
    bool Mock,
    double? ProbTrueRpl,
    double? CiLo,
    double? CiHi,
    double? CiWidth,
    double? WholeClusterCiLo,
    double? WholeClusterCiHi,
    double? StabilityScore,
    string? StabilityBand,
    double? ImbalanceRatio,
    double? RplComplianceRate,
    double? CacheHitRate,
    int? Pqs,
    bool? GatesOk,
    string? Verdict,
    [property: JsonPropertyName("K")] int? K,
    [property: JsonPropertyName("R")] int? R,
    string? BootstrapSeed,
    long? TokensIn,
    long? TokensOut,
    decimal? CostUsd,
    string? ExecutionId,
    string? RunId,
    string? Error
)
{
    /// <summary>The line as JSON.</summary>
    public static string Of(BatchOutcome outcome)
    {
        var (item, run, failure) = outcome;
        var a = run?.Aggregates;
        var line = new BatchLine(
            item.Line.Id,
            item.Line.Line,
            item.Line.Claim,
            item.Line.Label,
            item.Line.Category,
            run?.Model ?? item.Request.Model,
            run?.Provider,
            run?.PromptVersion ?? item.Request.PromptVersion,
            item.Request.Mock,
            a?.ProbTrueRpl,
            a?.Ci95[0],
            a?.Ci95[1],
            a?.CiWidth,
            a?.WholeClusterCi95[0],
            a?.WholeClusterCi95[1],
            a?.StabilityScore,
            a?.StabilityBand,
            run?.Aggregation.ImbalanceRatio,
            a?.RplComplianceRate,
            a?.CacheHitRate,
            a?.Pqs,
            a is null ? null : a.Gates is { ComplianceOk: true, StabilityOk: true, PrecisionOk: true },
            run?.Verdict.Label,
            run?.Sampling.K,
            run?.Sampling.R,
            run?.Aggregation.BootstrapSeed,
            run?.TokensIn,
            run?.TokensOut,
            run?.CostUsd,
            run?.ExecutionId,
            run?.RunId,
            failure?.Message
        );
        return JsonSerializer.Serialize(line, CliJson.Compact.BatchLine);
    }
}
