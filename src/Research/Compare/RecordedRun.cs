using System.Text.Json.Serialization;
using Heretix.Research.Sweep;
using Heretix.Rpl.Results;

namespace Heretix.Research.Compare;

/// <summary>One completed execution as the store recorded it, with what a comparison needs.</summary>
public sealed record RecordedRun
{
    /// <summary>Id of the execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>When it began (UTC).</summary>
    [JsonConverter(typeof(UtcTime))]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The claim.</summary>
    public required string Claim { get; init; }

    /// <summary>The model as the user named it.</summary>
    public required string LogicalModel { get; init; }

    /// <summary>The model as its provider calls it.</summary>
    public required string Model { get; init; }

    /// <summary>The provider; empty for a run of the earlier system.</summary>
    public required string Provider { get; init; }

    /// <summary>Address of an OpenAI-compatible server, when one was asked: the same name on two servers is two models.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Full version of the prompt bank.</summary>
    public required string PromptVersion { get; init; }

    /// <summary>How it was sampled.</summary>
    public required SamplingShape Shape { get; init; }

    /// <summary>Estimated probability in [0,1].</summary>
    public required double ProbTrueRpl { get; init; }

    /// <summary>The 95 % interval of the estimate as probabilities.</summary>
    public required IReadOnlyList<double> Ci95 { get; init; }

    /// <summary>Width of the interval.</summary>
    public double CiWidth => Ci95[1] - Ci95[0];

    /// <summary>Agreement between templates, in [0,1].</summary>
    public required double StabilityScore { get; init; }

    /// <summary>Quality score, 0 to 100.</summary>
    public required int Pqs { get; init; }

    /// <summary>Valid over attempted samples, in [0,1].</summary>
    public required double RplComplianceRate { get; init; }

    /// <summary>Which gates passed.</summary>
    public required GatesBlock Gates { get; init; }

    /// <summary>The request as it was recorded, in JSON; null when it was not.</summary>
    [JsonIgnore]
    public string? Config { get; init; }

    /// <summary>The model with where it lives: equal only for what is the same model.</summary>
    [JsonIgnore]
    public string ModelIdentity => BaseUrl is null ? $"{Provider}/{Model}" : $"{Provider}/{Model} at {BaseUrl}";

    /// <summary>What it adds to a cohort.</summary>
    [JsonIgnore]
    public MeasuredQuality Quality => new(CiWidth, StabilityScore, Pqs, RplComplianceRate, Gates);
}

/// <summary>How a measurement was sampled: two estimates are compared only where all of it is equal.</summary>
/// <param name="K">Template slots.</param>
/// <param name="R">Replicates per slot.</param>
/// <param name="T">Templates in use; null when it was not recorded.</param>
/// <param name="B">Bootstrap iterations.</param>
/// <param name="MaxOutputTokens">Longest answer; null when it was not recorded.</param>
/// <param name="Mock">The mock answered; it is never compared with a model.</param>
public sealed record SamplingShape(
    [property: JsonPropertyName("K")] int K,
    [property: JsonPropertyName("R")] int R,
    [property: JsonPropertyName("T")] int? T,
    [property: JsonPropertyName("B")] int B,
    int? MaxOutputTokens,
    bool Mock
);
