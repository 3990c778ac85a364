using System.Text.Json.Serialization;
using Heretix.Rpl.Results;

namespace Heretix.Checks.Measuring;

/// <summary>A result with what is stored beside it.</summary>
/// <param name="Result">The result as its own execution saw it.</param>
/// <param name="SamplerJson">What the sampler chose, as JSON.</param>
/// <param name="SampleIds">Rows of the samples in plan order.</param>
/// <param name="Fresh">It was measured just now, not found.</param>
internal sealed record Measured(RunResult Result, string SamplerJson, long[] SampleIds, bool Fresh)
{
    /// <summary>The same figures for somebody else, who has paid for none of them.</summary>
    public RunResult For(string executionId, string logicalModel, DateTimeOffset createdAt) =>
        Result with
        {
            ExecutionId = executionId,
            LogicalModel = logicalModel,
            CreatedAt = createdAt,
            CacheHit = true,
            Aggregates = Result.Aggregates with { CacheHitRate = 1 },
            TokensIn = 0,
            TokensOut = 0,
            CostUsd = Result.CostUsd is null ? null : 0,
        };
}

/// <summary>Shape of <c>sampler_json</c>, the same as in the research store.</summary>
internal sealed record SamplerRecord(
    [property: JsonPropertyName("T_bank")] int BankSize,
    [property: JsonPropertyName("T")] int Templates,
    IReadOnlyList<int> Seq,
    IReadOnlyList<int> TplIndices,
    IReadOnlyDictionary<string, int> WarningCounts,
    int WarningTotal
);

/// <summary>Shape of <c>config_json</c>, the same as in the research store.</summary>
internal sealed record ConfigRecord(
    string Claim,
    string Model,
    string? Provider,
    string PromptVersion,
    [property: JsonPropertyName("K")] int K,
    [property: JsonPropertyName("R")] int R,
    [property: JsonPropertyName("T")] int? T,
    [property: JsonPropertyName("B")] int B,
    string? Seed,
    int MaxOutputTokens,
    int? MaxPromptChars,
    bool NoCache,
    bool Mock
);
