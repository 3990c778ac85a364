using System.Text.Json.Serialization;
using Heretix.Research.Store;
using Heretix.Rpl.Results;
using Heretix.Rpl.Storage;

namespace Heretix.Cli.Output;

/// <summary>What <c>hx runs list --json</c> prints.</summary>
/// <param name="More">Older executions match too and were left out.</param>
internal sealed record ExecutionsDocument(IReadOnlyList<ExecutionEntry> Executions, bool More);

/// <summary>One execution; the figures are null while there is no result.</summary>
internal sealed record ExecutionEntry(
    string ExecutionId,
    string? RunId,
    [property: JsonConverter(typeof(UtcTime))] DateTimeOffset CreatedAt,
    string Status,
    string? StatusReason,
    string Claim,
    string Model,
    string PromptVersion,
    bool Mock,
    [property: JsonPropertyName("K")] int K,
    [property: JsonPropertyName("R")] int R,
    [property: JsonPropertyName("B")] int B,
    double? ProbTrueRpl,
    IReadOnlyList<double>? Ci95,
    double? StabilityScore,
    int? Pqs,
    double? CostUsd
)
{
    public static ExecutionEntry Of(ExecutionLine line) =>
        new(
            line.ExecutionId,
            line.RunId,
            line.CreatedAt,
            line.Status,
            line.StatusReason,
            line.Claim,
            line.Model,
            line.PromptVersion,
            line.Mock,
            line.K,
            line.R,
            line.B,
            line.ProbTrueRpl,
            line.CiLo is { } low && line.CiHi is { } high ? [low, high] : null,
            line.StabilityScore,
            line.Pqs,
            line.CostUsd
        );
}

/// <summary>What <c>hx runs show --json</c> prints: results, and with <c>--samples</c> what they are made of.</summary>
internal sealed record ShownDocument(
    IReadOnlyList<RunResult> Runs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<SampleEntry>? Samples
);

/// <summary>One sample of an execution.</summary>
/// <param name="ExecutionId">The execution that is shown.</param>
/// <param name="PaidBy">The execution that asked for it.</param>
internal sealed record SampleEntry(
    string ExecutionId,
    string PaidBy,
    string CacheKey,
    string PromptSha256,
    int ParaphraseIdx,
    int ReplicateIdx,
    double? ProbTrue,
    double? Logit,
    bool JsonValid,
    bool Refused,
    IReadOnlyList<string> Warnings,
    string RawText,
    string? ProviderModelId,
    string? ResponseId,
    [property: JsonConverter(typeof(UtcTime))] DateTimeOffset CreatedAt,
    int Attempts,
    long TokensIn,
    long TokensOut,
    decimal CostUsd,
    double LatencyMs
)
{
    public static SampleEntry Of(string executionId, Sample sample) =>
        new(
            executionId,
            sample.ExecutionId,
            sample.CacheKey,
            sample.PromptSha256,
            sample.ParaphraseIndex,
            sample.ReplicateIndex,
            sample.ProbTrue,
            sample.LogOdds,
            sample.Valid,
            sample.Refused,
            sample.Warnings,
            sample.RawText,
            sample.ProviderModelId,
            sample.ResponseId,
            sample.CreatedAt,
            sample.Attempts,
            sample.TokensIn,
            sample.TokensOut,
            sample.CostUsd,
            sample.LatencyMs
        );
}

/// <summary>What <c>hx runs delete --json</c> prints.</summary>
internal sealed record DeletedDocument(IReadOnlyList<DeletedExecution> Deleted);

/// <summary>An execution that is gone, with the number of samples that only it used.</summary>
internal sealed record DeletedExecution(string ExecutionId, int Samples);
