using System.Text.Json.Serialization;
using Heretix.Checks.Run;
using Heretix.Estimation;

namespace Heretix.Checks.History;

/// <summary>One line of the history. Figures are null until the check is completed.</summary>
internal sealed record HistoryItem(
    Guid CheckId,
    string Status,
    string? Failure,
    string ExecutionId,
    string RunId,
    Guid RequestId,
    string Claim,
    string Model,
    string LogicalModel,
    string Provider,
    string PromptVersion,
    [property: JsonPropertyName("K")] int K,
    [property: JsonPropertyName("R")] int R,
    [property: JsonPropertyName("T")] int T,
    [property: JsonPropertyName("B")] int B,
    string Mode,
    bool Mock,
    double? ProbTrueRpl,
    double? CiLo,
    double? CiHi,
    double? CiWidth,
    double? StabilityScore,
    int? Pqs,
    string? VerdictLabel,
    bool WasCached,
    decimal? CostUsd,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt
)
{
    public static HistoryItem Of(Check row) =>
        new(
            row.Id,
            row.Status,
            row.Failure,
            row.ExecutionId,
            row.RunId,
            row.RequestId,
            row.Claim,
            row.Model,
            row.LogicalModel,
            row.Provider,
            row.PromptVersion,
            row.K,
            row.R,
            row.T,
            row.B,
            row.Mode,
            row.Mock,
            row.ProbTrueRpl,
            row.CiLo,
            row.CiHi,
            row.CiWidth,
            row.StabilityScore,
            row.Pqs,
            row.ProbTrueRpl is null ? null : Verdict.Label(row.ProbTrueRpl),
            row.WasCached,
            row.CostUsd,
            row.CreatedAt,
            row.FinishedAt
        );
}
