namespace Heretix.Checks.Run;

/// <summary>
/// One answered request: what was asked, what came out, whose it is. The columns of the research store's runs with the
/// context of the service beside them. Probabilities and rates are in [0,1].
/// </summary>
internal sealed class Check
{
    public const string Running = "running";
    public const string Completed = "completed";
    public const string Failed = "failed";

    public Guid Id { get; init; }
    public required string ExecutionId { get; init; }
    public required string RunId { get; init; }
    public required Guid RequestId { get; init; }
    public required string ResultKey { get; init; }
    public required string Env { get; init; }
    public Guid? UserId { get; init; }

    /// <summary>SHA-256 (hex) of the browser's token, for checks of nobody in particular.</summary>
    public string? AnonToken { get; init; }

    public required string Claim { get; init; }
    public required string ClaimHash { get; init; }
    public required string Model { get; init; }
    public required string LogicalModel { get; init; }
    public required string Provider { get; init; }
    public string? ProviderModelId { get; set; }
    public required string PromptVersion { get; init; }
    public required string SchemaVersion { get; init; }
    public required string Mode { get; init; }
    public required bool Mock { get; init; }
    public int K { get; init; }
    public int R { get; init; }
    public int T { get; init; }
    public int B { get; init; }
    public ulong? Seed { get; init; }
    public ulong? BootstrapSeed { get; set; }
    public int MaxOutputTokens { get; init; }
    public double? ProbTrueRpl { get; set; }
    public double? CiLo { get; set; }
    public double? CiHi { get; set; }
    public double? CiWidth { get; set; }
    public double? WholeClusterCiLo { get; set; }
    public double? WholeClusterCiHi { get; set; }
    public double? TemplateIqrLogit { get; set; }
    public double? StabilityScore { get; set; }
    public double? ImbalanceRatio { get; set; }
    public double? RplComplianceRate { get; set; }
    public double? CacheHitRate { get; set; }
    public required string ConfigJson { get; init; }
    public string? SamplerJson { get; set; }
    public string? CountsByTemplateJson { get; set; }
    public string? ArtifactJsonPath { get; set; }
    public int? PromptCharLenMax { get; set; }
    public int? Pqs { get; set; }
    public string? PqsVersion { get; set; }
    public bool? GateComplianceOk { get; set; }
    public bool? GateStabilityOk { get; set; }
    public bool? GatePrecisionOk { get; set; }
    public double? PPrior { get; set; }
    public double? CiPriorLo { get; set; }
    public double? CiPriorHi { get; set; }
    public double? StabilityPrior { get; set; }
    public long? TokensIn { get; set; }
    public long? TokensOut { get; set; }
    public decimal? CostUsd { get; set; }

    /// <summary>Nothing was asked for this check: a stored result, or stored samples throughout.</summary>
    public bool WasCached { get; set; }

    public required string Status { get; set; }

    /// <summary>Why it failed, as a code in snake_case.</summary>
    public string? Failure { get; set; }

    /// <summary>The same as a sentence.</summary>
    public string? FailureDetail { get; set; }

    /// <summary>The whole result as JSON.</summary>
    public string? Result { get; set; }

    /// <summary>Rows of <c>check_samples</c> in plan order.</summary>
    public long[]? SampleIds { get; set; }

    /// <summary>Said to the caller beside the result.</summary>
    public string? Notice { get; init; }

    /// <summary>The process that runs it.</summary>
    public Guid? Owner { get; init; }

    /// <summary>Renewed while it runs; in the past when its process has died.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    public Guid? ReservationId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>A copy to change, so that an attempt that fails leaves this one as it was.</summary>
    public Check Copy() => (Check)MemberwiseClone();
}
