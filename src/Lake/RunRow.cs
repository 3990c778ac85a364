namespace Heretix.Lake;

/// <summary>
/// One execution of a measurement, as the lake's view <c>runs</c> shows it. The research lane and the production export
/// write the same columns and differ in <see cref="Env"/>. Names of columns stand in docs/lake.md.
/// </summary>
public sealed record RunRow
{
    /// <summary>Where it ran: <c>local</c>, <c>test</c>, <c>prod</c>; names the folder.</summary>
    public required string Env { get; init; }

    /// <summary>Whether the labelled mock answered instead of a model.</summary>
    public required bool Mock { get; init; }

    /// <summary>Unique per execution; a file is named after it: letters, digits, <c>. _ -</c>, at most 128.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>Identifies what was measured; the same for every execution of it.</summary>
    public required string RunId { get; init; }

    /// <summary>When it was executed; its UTC date chooses the partition, and it is stored in microseconds.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The claim in words.</summary>
    public string? Claim { get; init; }

    /// <summary>The model that answered.</summary>
    public string? Model { get; init; }

    /// <summary>The model that was asked for.</summary>
    public string? LogicalModel { get; init; }

    /// <summary>Who serves the model.</summary>
    public string? Provider { get; init; }

    /// <summary>The model's name in the provider's answer.</summary>
    public string? ProviderModelId { get; init; }

    /// <summary>Version of the prompt bank.</summary>
    public string? PromptVersion { get; init; }

    /// <summary><c>baseline</c> or <c>web_informed</c>.</summary>
    public string? Mode { get; init; }

    /// <summary>Paraphrases asked.</summary>
    public int? K { get; init; }

    /// <summary>Replicates per paraphrase.</summary>
    public int? R { get; init; }

    /// <summary>Paraphrases in the bank that took part.</summary>
    public int? T { get; init; }

    /// <summary>Bootstrap iterations.</summary>
    public int? B { get; init; }

    /// <summary>Seed of the sampler, 64 unsigned bits in decimal.</summary>
    public string? Seed { get; init; }

    /// <summary>Seed of the bootstrap, 64 unsigned bits in decimal.</summary>
    public string? BootstrapSeed { get; init; }

    /// <summary>The estimate, a probability.</summary>
    public double? ProbTrueRpl { get; init; }

    /// <summary>Lower end of the 95 % interval of the frozen estimator.</summary>
    public double? CiLo { get; init; }

    /// <summary>Upper end of that interval.</summary>
    public double? CiHi { get; init; }

    /// <summary>Its width.</summary>
    public double? CiWidth { get; init; }

    /// <summary>Lower end of the 95 % interval of the whole-cluster bootstrap.</summary>
    public double? WholeClusterCiLo { get; init; }

    /// <summary>Upper end of that interval.</summary>
    public double? WholeClusterCiHi { get; init; }

    /// <summary>Interquartile range of the templates' mean log-odds.</summary>
    public double? TemplateIqrLogit { get; init; }

    /// <summary>Stability between templates, 0 to 1.</summary>
    public double? StabilityScore { get; init; }

    /// <summary>Largest over smallest number of samples per template.</summary>
    public double? ImbalanceRatio { get; init; }

    /// <summary>Share of answers that kept to the format.</summary>
    public double? RplComplianceRate { get; init; }

    /// <summary>Share of samples that came out of the cache.</summary>
    public double? CacheHitRate { get; init; }

    /// <summary>The configuration, as JSON.</summary>
    public string? ConfigJson { get; init; }

    /// <summary>What the sampler chose, as JSON.</summary>
    public string? SamplerJson { get; init; }

    /// <summary>Samples per template, as JSON.</summary>
    public string? CountsByTemplateJson { get; init; }

    /// <summary>Where a larger artifact lies, when there is one.</summary>
    public string? ArtifactJsonPath { get; init; }

    /// <summary>Length of the longest prompt in characters.</summary>
    public int? PromptCharLenMax { get; init; }

    /// <summary>Prompt quality score, 0 to 100.</summary>
    public int? Pqs { get; init; }

    /// <summary>1 when the compliance gate passed, else 0.</summary>
    public int? GateComplianceOk { get; init; }

    /// <summary>1 when the stability gate passed, else 0.</summary>
    public int? GateStabilityOk { get; init; }

    /// <summary>1 when the precision gate passed, else 0.</summary>
    public int? GatePrecisionOk { get; init; }

    /// <summary>Version of the quality score.</summary>
    public string? PqsVersion { get; init; }

    /// <summary>Version of the answer's schema.</summary>
    public string? SchemaVersion { get; init; }

    /// <summary>Tokens sent.</summary>
    public long? TokensIn { get; init; }

    /// <summary>Tokens received.</summary>
    public long? TokensOut { get; init; }

    /// <summary>What it cost, in US dollars.</summary>
    public double? CostUsd { get; init; }

    /// <summary>Whether every sample came out of the cache.</summary>
    public bool? WasCached { get; init; }
}
