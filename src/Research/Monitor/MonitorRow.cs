using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Rpl.Results;

namespace Heretix.Research.Monitor;

/// <summary>One claim as a monitor measured it: a line of its log, and of a baseline.</summary>
/// <param name="Timestamp">When the measurement began (UTC).</param>
/// <param name="Claim">The claim.</param>
/// <param name="Model">The model as its provider calls it.</param>
/// <param name="PromptVersion">Full version of the prompt bank.</param>
/// <param name="P">Measured probability in [0,1].</param>
/// <param name="Ci95">Its 95 % interval.</param>
/// <param name="CiWidth">Width of the interval.</param>
/// <param name="Stability">Stability score in [0,1].</param>
/// <param name="DriftP">The probability has moved too far from the baseline; false without one.</param>
/// <param name="DriftStability">The stability score has fallen too far.</param>
/// <param name="DriftCi">The interval has grown too much.</param>
/// <param name="DeltaP">Probability minus that of the baseline; null without one, like the two that follow.</param>
/// <param name="DeltaStability">Stability score minus that of the baseline.</param>
/// <param name="DeltaCi">Width minus that of the baseline.</param>
/// <param name="Mock">The mock answered.</param>
/// <param name="K">Template slots.</param>
/// <param name="R">Replicates per slot.</param>
/// <param name="ExecutionId">The execution behind the row.</param>
public sealed record MonitorRow(
    [property: JsonConverter(typeof(UtcTime))] DateTimeOffset Timestamp,
    string Claim,
    string Model,
    string PromptVersion,
    [property: JsonPropertyName("p_RPL")] double P,
    IReadOnlyList<double> Ci95,
    double CiWidth,
    double Stability,
    bool DriftP,
    bool DriftStability,
    bool DriftCi,
    double? DeltaP,
    double? DeltaStability,
    double? DeltaCi,
    bool Mock,
    [property: JsonPropertyName("K")] int K,
    [property: JsonPropertyName("R")] int R,
    string ExecutionId
)
{
    /// <summary>A result beside its baseline.</summary>
    /// <param name="baseline">Null when there is none: then nothing has drifted.</param>
    public static MonitorRow Of(RunResult run, BaselineRow? baseline, DriftThresholds thresholds)
    {
        var a = run.Aggregates;
        var change = baseline is null
            ? null
            : new Change(
                a.ProbTrueRpl - baseline.P,
                a.StabilityScore - baseline.Stability,
                a.CiWidth - baseline.CiWidth
            );
        var drift = thresholds.Judge(change);
        return new MonitorRow(
            run.CreatedAt,
            run.Claim,
            run.Model,
            run.PromptVersion,
            a.ProbTrueRpl,
            a.Ci95,
            a.CiWidth,
            a.StabilityScore,
            drift.P,
            drift.Stability,
            drift.Ci,
            change?.P,
            change?.Stability,
            change?.CiWidth,
            run.Mock,
            run.Sampling.K,
            run.Sampling.R,
            run.ExecutionId
        );
    }

    /// <summary>Something has drifted.</summary>
    [JsonIgnore]
    public bool HasDrifted => DriftP || DriftStability || DriftCi;

    /// <summary>A baseline stood beside the measurement.</summary>
    [JsonIgnore]
    public bool HasBaseline => DeltaP is not null;

    /// <summary>What has drifted, in words; empty when nothing has.</summary>
    [JsonIgnore]
    public string DriftedQuantities =>
        string.Join(
            ", ",
            new[]
            {
                DriftP ? "probability" : null,
                DriftStability ? "stability" : null,
                DriftCi ? "interval" : null,
            }.OfType<string>()
        );

    /// <summary>The row as one line of JSON.</summary>
    public string ToJsonLine() => JsonSerializer.Serialize(this, MonitorJson.Compact.MonitorRow);
}

/// <summary>Source-generated JSON of a monitor: snake_case members, nulls written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MonitorRow))]
[JsonSerializable(typeof(MonitorReport))]
public sealed partial class MonitorJson : JsonSerializerContext
{
    /// <summary>On one line, with text outside ASCII written as it is.</summary>
    public static MonitorJson Compact { get; } = new(Settings(indented: false));

    /// <summary>The same, indented for people.</summary>
    public static MonitorJson Indented { get; } = new(Settings(indented: true));

    private static JsonSerializerOptions Settings(bool indented) =>
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = indented,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
}
