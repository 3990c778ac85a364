using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Research.Batch;
using Heretix.Rpl.Results;

namespace Heretix.Research.Sweep;

/// <summary>All claims of a sweep as one model answered one prompt version.</summary>
/// <param name="LogicalModel">The model as the user named it.</param>
/// <param name="Model">The model as its provider calls it; null when no claim could be measured.</param>
/// <param name="Provider">The provider; null when no claim could be measured.</param>
/// <param name="PromptVersion">Full version of the prompt bank, or the name that was given when nothing could be measured.</param>
/// <param name="Claims">Claims asked for.</param>
/// <param name="Failed">Claims without a result.</param>
/// <param name="Figures">Quality of the measured claims.</param>
/// <param name="TokensIn">Input tokens paid for by these executions.</param>
/// <param name="TokensOut">Output tokens paid for.</param>
/// <param name="CostUsd">US dollars paid for them; null when the model has no price.</param>
public sealed record SweptCohort(
    string LogicalModel,
    string? Model,
    string? Provider,
    string PromptVersion,
    int Claims,
    int Failed,
    CohortFigures Figures,
    long TokensIn,
    long TokensOut,
    decimal? CostUsd
)
{
    internal static SweptCohort Of(IReadOnlyCollection<BatchOutcome> outcomes)
    {
        var request = outcomes.First().Item.Request;
        RunResult[] runs = [.. outcomes.Select(outcome => outcome.Result).OfType<RunResult>()];
        var first = runs.FirstOrDefault();
        return new SweptCohort(
            request.Model,
            first?.Model,
            first?.Provider,
            first?.PromptVersion ?? request.PromptVersion,
            outcomes.Count,
            outcomes.Count - runs.Length,
            CohortFigures.Of([.. runs.Select(MeasuredQuality.Of)]),
            runs.Sum(run => run.TokensIn),
            runs.Sum(run => run.TokensOut),
            runs.Any(run => run.CostUsd is null) ? null : runs.Sum(run => run.CostUsd ?? 0)
        );
    }
}

/// <summary>A claim that could not be measured.</summary>
public sealed record SweepFailure(string Id, int Line, string Claim, string Model, string PromptVersion, string Error)
{
    internal static SweepFailure Of(BatchOutcome outcome) =>
        new(
            outcome.Item.Line.Id,
            outcome.Item.Line.Line,
            outcome.Item.Line.Claim,
            outcome.Item.Request.Model,
            outcome.Item.Request.PromptVersion,
            outcome.Failure!.Message
        );
}

/// <summary>A whole sweep: every claim with every model and prompt version.</summary>
/// <param name="ClaimsFile">The file of claims as it was given.</param>
/// <param name="Mock">The mock answered.</param>
/// <param name="Cohorts">One for each model and prompt version, in the order in which they were named.</param>
/// <param name="Failures">Claims that could not be measured, in the order of the file.</param>
public sealed record SweepReport(
    string ClaimsFile,
    bool Mock,
    IReadOnlyList<SweptCohort> Cohorts,
    IReadOnlyList<SweepFailure> Failures
)
{
    /// <summary>Sums up outcomes.</summary>
    public static SweepReport Of(string claimsFile, IReadOnlyList<BatchOutcome> outcomes) =>
        new(
            claimsFile,
            outcomes.Any(outcome => outcome.Item.Request.Mock),
            [
                .. outcomes
                    .GroupBy(outcome => (outcome.Item.Request.Model, outcome.Item.Request.PromptVersion))
                    .Select(group => SweptCohort.Of([.. group])),
            ],
            [.. outcomes.Where(outcome => outcome.Failure is not null).Select(SweepFailure.Of)]
        );
}

/// <summary>Source-generated JSON of a sweep: snake_case members, nulls written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SweepReport))]
public sealed partial class SweepJson : JsonSerializerContext
{
    /// <summary>Indented, with text outside ASCII written as it is.</summary>
    public static SweepJson Indented { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                WriteIndented = true,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
