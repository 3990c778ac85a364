using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Heretix.Billing.Usage;
using Heretix.Rpl.Results;

namespace Heretix.Checks.Run;

/// <summary>A finished check as it is sent. Probabilities are in [0,1].</summary>
internal record CheckBody
{
    public required Guid CheckId { get; init; }
    public required string ExecutionId { get; init; }
    public required string RunId { get; init; }
    public required Guid RequestId { get; init; }
    public required string Claim { get; init; }

    /// <summary>The model that was asked, as its provider calls it.</summary>
    public required string Model { get; init; }

    /// <summary>The model as it was asked for.</summary>
    public required string LogicalModel { get; init; }

    public required string ResolvedLogicalModel { get; init; }
    public required string Provider { get; init; }
    public required string? ProviderModelId { get; init; }
    public required string PromptVersion { get; init; }
    public required string SchemaVersion { get; init; }
    public required SamplingBlock Sampling { get; init; }
    public required AggregationBlock Aggregation { get; init; }
    public required AggregatesBlock Aggregates { get; init; }

    /// <summary>The answers came from the labelled mock and say nothing about any model.</summary>
    public required bool Mock { get; init; }

    /// <summary>What should be known beside the result; null when nothing.</summary>
    public required string? Notice { get; init; }

    public required string VerdictLabel { get; init; }
    public required string VerdictText { get; init; }
    public required string ExplanationHeadline { get; init; }
    public required string ExplanationText { get; init; }
    public required IReadOnlyList<string> ExplanationReasons { get; init; }
    public required string Mode { get; init; }
    public required PriorPart Prior { get; init; }

    /// <summary>Always null: only the model's weights are asked.</summary>
    public WebPart? Web { get; init; }

    public required CombinedPart Combined { get; init; }
    public required WeightsPart Weights { get; init; }
    public required ProvenancePart Provenance { get; init; }

    /// <summary>Always null, as is everything that belongs to a web lens.</summary>
    public string? WebArtifact { get; init; }

    public IReadOnlyList<WebPart> WelReplicates { get; init; } = [];
    public IReadOnlyList<WebPart>? WelDebugVotes { get; init; }
    public required long TokensIn { get; init; }
    public required long TokensOut { get; init; }

    /// <summary>US dollars that this check cost; null when the model has no price.</summary>
    public required decimal? CostUsd { get; init; }

    public required ReadingBlock SimpleExpl { get; init; }

    /// <summary>Nothing was asked for this check.</summary>
    public required bool WasCached { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>The answer to a request for a check: the check, and what is left of the allowance.</summary>
internal sealed record RunResponse : CheckBody
{
    [SetsRequiredMembers]
    public RunResponse(CheckBody body, UsageView usage)
        : base(body) =>
        (UsagePlan, ChecksAllowed, ChecksUsed, Remaining, Usage) = (
            usage.Plan,
            usage.Allowed,
            usage.Used,
            usage.Remaining,
            UsageResponse.Of(usage)
        );

    public string UsagePlan { get; }

    /// <summary>Checks in the period; null for no limit.</summary>
    public int? ChecksAllowed { get; }

    public int ChecksUsed { get; }
    public int? Remaining { get; }
    public UsageResponse Usage { get; }
}

/// <summary>The estimate as a prior belief.</summary>
internal sealed record PriorPart(
    double ProbTrue,
    double CiLo,
    double CiHi,
    double Width,
    double Stability,
    double ComplianceRate
);

/// <summary>What a web lens would say; none is offered.</summary>
internal sealed record WebPart(double ProbTrue, double CiLo, double CiHi);

/// <summary>The prior and nothing else, in the shape that a combination has.</summary>
internal sealed record CombinedPart(
    double ProbTrue,
    double CiLo,
    double CiHi,
    IReadOnlyList<double> Ci95,
    string Label,
    double WeightPrior,
    double WeightWeb,
    bool Resolved
);

/// <summary>Weights of a combination; without a web lens its weight is 0.</summary>
internal sealed record WeightsPart(double WWeb, double? Recency, double? Strength);

/// <summary>Where the figures come from.</summary>
internal sealed record ProvenancePart(RplProvenance Rpl);

/// <summary>Everything that is needed to measure the same again.</summary>
internal sealed record RplProvenance(
    string RunId,
    string ExecutionId,
    string Provider,
    string Model,
    string? ProviderModelId,
    string PromptVersion,
    string PromptHash,
    [property: JsonPropertyName("K")] int K,
    [property: JsonPropertyName("R")] int R,
    [property: JsonPropertyName("T")] int T,
    [property: JsonPropertyName("B")] int B,
    string? Seed,
    string BootstrapSeed,
    int MaxOutputTokens
);
