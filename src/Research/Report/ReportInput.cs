using Heretix.Rpl.Reading;

namespace Heretix.Research.Report;

/// <summary>What a report page shows: one run, or several side by side.</summary>
public sealed record ReportInput
{
    /// <summary>Title of the page where the runs do not share one claim.</summary>
    public required string Title { get; init; }

    /// <summary>When the page is written.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>The runs in the order in which they are shown, at least one.</summary>
    public required IReadOnlyList<ReportRun> Runs { get; init; }
}

/// <summary>One finished measurement.</summary>
public sealed record ReportRun
{
    /// <summary>The claim as it was measured.</summary>
    public required string Claim { get; init; }

    /// <summary>The model as it was asked for.</summary>
    public required string Model { get; init; }

    /// <summary>The provider that served it.</summary>
    public required string Provider { get; init; }

    /// <summary>True when no model was asked.</summary>
    public required bool Mock { get; init; }

    /// <summary>Full version of the prompt bank.</summary>
    public required string PromptVersion { get; init; }

    /// <summary>Hash of the prompt bank, hexadecimal.</summary>
    public required string PromptHash { get; init; }

    /// <summary>Prompts asked, spread over the templates.</summary>
    public required int K { get; init; }

    /// <summary>Replicates of each prompt.</summary>
    public required int R { get; init; }

    /// <summary>Templates in use.</summary>
    public required int T { get; init; }

    /// <summary>Bootstrap iterations.</summary>
    public required int B { get; init; }

    /// <summary>Seed that was asked for, as a decimal string; null when it was derived.</summary>
    public string? Seed { get; init; }

    /// <summary>Seed of the bootstrap, as a decimal string.</summary>
    public required string BootstrapSeed { get; init; }

    /// <summary>Id of this execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>Id of the measurement's definition.</summary>
    public required string RunId { get; init; }

    /// <summary>Model ids as the provider answered them, each once.</summary>
    public required IReadOnlyList<string> ProviderModelIds { get; init; }

    /// <summary>When the run began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The aggregated figures.</summary>
    public required ReportEstimate Estimate { get; init; }

    /// <summary>All samples in plan order, invalid ones included.</summary>
    public required IReadOnlyList<ReportSample> Samples { get; init; }

    /// <summary>Whether the stored samples and seed gave the stored figures again, digit for digit; null when nobody tried.</summary>
    public bool? Reproduced { get; init; }

    /// <summary>Bootstrap centres in log-odds; may be empty.</summary>
    public IReadOnlyList<double> BootstrapLogOdds { get; init; } = [];

    /// <summary>What an automatic escalation decided, stage by stage; empty without one.</summary>
    public IReadOnlyList<string> DecisionLog { get; init; } = [];

    /// <summary>The result in plain words.</summary>
    public required ResultReading Reading { get; init; }

    /// <summary>Names and versions of the programs and schemas involved.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Versions { get; init; } = [];

    /// <summary>The configuration in force, key by key.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Config { get; init; } = [];

    /// <summary>The command that repeats the run.</summary>
    public required string Command { get; init; }
}

/// <summary>The aggregated figures of a run. Probabilities and shares lie between 0 and 1.</summary>
public sealed record ReportEstimate
{
    /// <summary>Estimated probability that the claim is true.</summary>
    public required double Probability { get; init; }

    /// <summary>Lower bound of the 95 % interval.</summary>
    public required double CiLow { get; init; }

    /// <summary>Upper bound of the 95 % interval.</summary>
    public required double CiHigh { get; init; }

    /// <summary>Lower bound of the whole-cluster 95 % interval.</summary>
    public required double WholeClusterLow { get; init; }

    /// <summary>Upper bound of the whole-cluster 95 % interval.</summary>
    public required double WholeClusterHigh { get; init; }

    /// <summary>How the estimate was aggregated, as the estimator names it.</summary>
    public required string Method { get; init; }

    /// <summary>Agreement between templates, 0 to 1.</summary>
    public required double StabilityScore { get; init; }

    /// <summary><c>high</c>, <c>medium</c> or <c>low</c>.</summary>
    public required string StabilityBand { get; init; }

    /// <summary>Interquartile range of the template means in log-odds.</summary>
    public required double TemplateIqrLogit { get; init; }

    /// <summary>Most over fewest valid samples per template.</summary>
    public required double Imbalance { get; init; }

    /// <summary>Valid over attempted samples.</summary>
    public required double Compliance { get; init; }

    /// <summary>Share of the attempted samples that came from the cache.</summary>
    public required double CacheHitRate { get; init; }

    /// <summary>Quality score, 0 to 100.</summary>
    public required int Pqs { get; init; }

    /// <summary>Which gates the run passed.</summary>
    public required ReadingGates Gates { get; init; }

    /// <summary>Tokens sent.</summary>
    public required long TokensIn { get; init; }

    /// <summary>Tokens received.</summary>
    public required long TokensOut { get; init; }

    /// <summary>Cost in US dollars; null when no price is known.</summary>
    public double? CostUsd { get; init; }
}

/// <summary>One answer.</summary>
/// <param name="TemplateIndex">Position of the template in its bank, from 0.</param>
/// <param name="Paraphrase">The template's text, with <c>{CLAIM}</c> in it or the claim filled in.</param>
/// <param name="Replicate">Number of the replicate within its template, from 0.</param>
/// <param name="Probability">The answer, or null when none was found.</param>
/// <param name="Valid">True when it entered the estimate.</param>
/// <param name="LatencyMs">Milliseconds until the answer was there.</param>
/// <param name="TokensIn">Tokens sent.</param>
/// <param name="TokensOut">Tokens received.</param>
/// <param name="Warnings">What was odd about the answer.</param>
/// <param name="FromCache">True when it had been asked before.</param>
public sealed record ReportSample(
    int TemplateIndex,
    string Paraphrase,
    int Replicate,
    double? Probability,
    bool Valid,
    double LatencyMs,
    int TokensIn,
    int TokensOut,
    IReadOnlyList<string> Warnings,
    bool FromCache
);
