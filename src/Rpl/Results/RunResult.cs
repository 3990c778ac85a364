using System.Text.Json.Serialization;

namespace Heretix.Rpl.Results;

/// <summary>
/// The result of one measurement as it is shown, stored and sent: member names on the wire are snake_case, with
/// the field's K, R, T and B in upper case. Probabilities are in [0,1], intervals are [low, high].
/// </summary>
public sealed record RunResult
{
    /// <summary>Unique id of this execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>Id of the measurement: equal whenever everything that defines it is equal.</summary>
    public required string RunId { get; init; }

    /// <summary>When the execution began (UTC).</summary>
    [JsonConverter(typeof(UtcTime))]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The claim.</summary>
    public required string Claim { get; init; }

    /// <summary>The model that was asked, as its provider calls it.</summary>
    public required string Model { get; init; }

    /// <summary>The model as the user named it.</summary>
    public required string LogicalModel { get; init; }

    /// <summary>The name under which the catalogue knows it.</summary>
    public required string ResolvedLogicalModel { get; init; }

    /// <summary>The provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The first model id that an answer carried.</summary>
    public string? ProviderModelId { get; init; }

    /// <summary>Full version of the prompt bank.</summary>
    public required string PromptVersion { get; init; }

    /// <summary>SHA-256 of the bank's texts.</summary>
    public required string PromptHash { get; init; }

    /// <summary>The lens: always <c>baseline</c>, the model's weights alone.</summary>
    public string Mode { get; init; } = "baseline";

    /// <summary>The answers came from the offline mock and say nothing about any model.</summary>
    public required bool Mock { get; init; }

    /// <summary>Version of the answer schema.</summary>
    public string SchemaVersion { get; init; } = "schema_v1";

    /// <summary>The seed set by the user, as decimal digits; null when derived.</summary>
    public string? Seed { get; init; }

    /// <summary>What was asked.</summary>
    public required SamplingBlock Sampling { get; init; }

    /// <summary>How it was aggregated.</summary>
    public required AggregationBlock Aggregation { get; init; }

    /// <summary>What came out.</summary>
    public required AggregatesBlock Aggregates { get; init; }

    /// <summary>The bootstrap is always complete when an answer is given.</summary>
    public required CiStatusBlock CiStatus { get; init; }

    /// <summary>The estimate as a prior belief.</summary>
    public required PriorBlock Prior { get; init; }

    /// <summary>Label by rule.</summary>
    public required VerdictBlock Verdict { get; init; }

    /// <summary>Plain-language reading by rule.</summary>
    public required ReadingBlock SimpleExpl { get; init; }

    /// <summary>What an escalating measurement decided after each stage; null for a fixed one.</summary>
    public IReadOnlyList<StageDecision>? DecisionLog { get; init; }

    /// <summary>Input tokens that this execution paid for.</summary>
    public required long TokensIn { get; init; }

    /// <summary>Output tokens that this execution paid for.</summary>
    public required long TokensOut { get; init; }

    /// <summary>US dollars that this execution paid; null when the model has no price.</summary>
    public required decimal? CostUsd { get; init; }

    /// <summary>The whole result came from the cache of finished results.</summary>
    public bool CacheHit { get; init; }

    /// <summary>How often each warning occurred.</summary>
    public required IReadOnlyDictionary<string, int> WarningCounts { get; init; }
}

/// <summary>What was asked.</summary>
public sealed record SamplingBlock(
    [property: JsonPropertyName("K")] int K,
    [property: JsonPropertyName("R")] int R,
    [property: JsonPropertyName("T")] int T,
    IReadOnlyDictionary<string, int> WarningCounts,
    int WarningTotal,
    int SamplesAttempted,
    int SamplesValid
);

/// <summary>How the samples were aggregated; <c>bootstrap_seed</c> is an unsigned 64-bit number in decimal digits.</summary>
public sealed record AggregationBlock(
    string Method,
    [property: JsonPropertyName("B")] int B,
    string Center,
    double Trim,
    string BootstrapSeed,
    int NTemplates,
    IReadOnlyDictionary<string, int> CountsByTemplate,
    double ImbalanceRatio,
    double TemplateIqrLogit,
    int PromptCharLenMax
);

/// <summary>The estimate, its two intervals and its quality.</summary>
public sealed record AggregatesBlock(
    double ProbTrueRpl,
    IReadOnlyList<double> Ci95,
    double CiWidth,
    IReadOnlyList<double> WholeClusterCi95,
    double StabilityScore,
    string StabilityBand,
    bool IsStable,
    double RplComplianceRate,
    double CacheHitRate,
    int Pqs,
    string PqsVersion,
    GatesBlock Gates
);

/// <summary>The quality gates: compliance at least 0.98, stability at least 0.25, interval no wider than 0.30.</summary>
public sealed record GatesBlock(bool ComplianceOk, bool StabilityOk, bool PrecisionOk);

/// <summary>State of the interval; the job id is for callers that expect one and always null.</summary>
public sealed record CiStatusBlock(string Phase, [property: JsonPropertyName("B_used")] int BUsed, string? JobId);

/// <summary>The estimate as a prior.</summary>
public sealed record PriorBlock(double P, IReadOnlyList<double> Ci95, double Stability);

/// <summary>The verdict by rule: label and its upper-case form.</summary>
public sealed record VerdictBlock(string Label, string Text);

/// <summary>A reading of the result in plain language.</summary>
public sealed record ReadingBlock(
    string Title,
    IReadOnlyList<string> BodyParagraphs,
    IReadOnlyList<string> Bullets,
    string Summary
);

/// <summary>What an escalating measurement saw after a stage and what it did.</summary>
/// <param name="Stage">Number of the stage, from 1.</param>
/// <param name="FailedGates">The gates that did not pass, each with value and threshold; empty when all passed.</param>
/// <param name="Warnings">Near misses that do not fail a gate.</param>
/// <param name="Action"><c>stop_passed</c>, <c>escalate</c> or <c>stop_exhausted</c>.</param>
public sealed record StageDecision(
    int Stage,
    [property: JsonPropertyName("K")] int K,
    [property: JsonPropertyName("R")] int R,
    double ProbTrueRpl,
    double CiWidth,
    double StabilityScore,
    double ImbalanceRatio,
    double RplComplianceRate,
    IReadOnlyList<string> FailedGates,
    IReadOnlyList<string> Warnings,
    string Action
);
