using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Estimation;
using Heretix.Research.Batch;

namespace Heretix.Research.Evaluation;

/// <summary>One bin of a reliability diagram; bins without claims are left out.</summary>
/// <param name="Lo">Lower edge.</param>
/// <param name="Hi">Upper edge.</param>
/// <param name="Count">Claims whose probability fell into it.</param>
/// <param name="MeanPredicted">What was said, on average.</param>
/// <param name="MeanObserved">What turned out, on average.</param>
public sealed record ReliabilityRow(double Lo, double Hi, int Count, double MeanPredicted, double MeanObserved);

/// <summary>A claim without a result.</summary>
public sealed record EvaluationFailure(string Id, int Line, string Claim, string Error)
{
    internal static EvaluationFailure Of(BatchOutcome outcome) =>
        new(outcome.Item.Line.Id, outcome.Item.Line.Line, outcome.Item.Line.Claim, outcome.Failure!.Message);
}

/// <summary>A whole evaluation: one model and one prompt version on labelled claims.</summary>
/// <param name="Provider">The provider; null when no claim could be measured.</param>
/// <param name="LogicalModel">The model as the user named it.</param>
/// <param name="Model">The model as its provider calls it.</param>
/// <param name="PromptVersion">Full version of the prompt bank.</param>
/// <param name="Mode">The lens: <c>baseline</c>.</param>
/// <param name="Mock">The mock answered.</param>
/// <param name="ClaimsFile">The file of claims as it was given.</param>
/// <param name="Results">Measured claims in the order of the file.</param>
/// <param name="Failures">The other claims, with the reason.</param>
/// <param name="Metrics">Scores over the measured claims.</param>
/// <param name="Bins">Bins of equal width between 0 and 1.</param>
/// <param name="Reliability">The filled bins in ascending order.</param>
public sealed record EvaluationReport(
    string? Provider,
    string LogicalModel,
    string? Model,
    string PromptVersion,
    string Mode,
    bool Mock,
    string ClaimsFile,
    IReadOnlyList<EvaluatedResult> Results,
    IReadOnlyList<EvaluationFailure> Failures,
    EvaluationMetrics Metrics,
    int Bins,
    IReadOnlyList<ReliabilityRow> Reliability
)
{
    /// <summary>Scores the outcomes of labelled claims.</summary>
    /// <param name="outcomes">At least one, all of one model and prompt version.</param>
    /// <param name="bins">At least 1.</param>
    public static EvaluationReport Of(string claimsFile, IReadOnlyList<BatchOutcome> outcomes, int bins)
    {
        var request = outcomes[0].Item.Request;
        var runs = outcomes.Where(outcome => outcome.Result is not null).ToList();
        var first = runs.FirstOrDefault()?.Result;
        EvaluatedResult[] results = [.. runs.Select(outcome => EvaluatedResult.Of(outcome.Item.Line, outcome.Result!))];
        return new EvaluationReport(
            first?.Provider,
            request.Model,
            first?.Model,
            first?.PromptVersion ?? request.PromptVersion,
            "baseline",
            request.Mock,
            claimsFile,
            results,
            [.. outcomes.Where(outcome => outcome.Failure is not null).Select(EvaluationFailure.Of)],
            EvaluationMetrics.Of(results, bins),
            bins,
            [
                .. Calibration
                    .Reliability(EvaluationMetrics.Pairs(results), bins)
                    .Select(bin => new ReliabilityRow(
                        bin.Lower,
                        bin.Upper,
                        bin.Count,
                        bin.MeanProbability,
                        bin.MeanLabel
                    )),
            ]
        );
    }
}

/// <summary>Source-generated JSON of an evaluation: snake_case members, nulls written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EvaluationReport))]
public sealed partial class EvaluationJson : JsonSerializerContext
{
    /// <summary>Indented, with text outside ASCII written as it is.</summary>
    public static EvaluationJson Indented { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                WriteIndented = true,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
