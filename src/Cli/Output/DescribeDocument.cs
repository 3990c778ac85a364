using System.Globalization;
using System.Text.Json.Serialization;
using Heretix.Cli.Settings;
using Heretix.Models;
using Heretix.Rpl.Planning;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;

namespace Heretix.Cli.Output;

/// <summary>What <c>hx describe</c> prints: settings, the first plan, and all plans.</summary>
/// <param name="Config">The settings in force; model and prompt version are the first of those named.</param>
/// <param name="Plan">Plan of the first model and prompt version, in its first stage.</param>
/// <param name="Plans">Every model and prompt version.</param>
/// <param name="Total">Over all plans.</param>
internal sealed record DescribeDocument(
    DescribedConfig Config,
    DescribedPlan Plan,
    IReadOnlyList<DescribedMeasurement> Plans,
    DescribedTotal Total
)
{
    public static DescribeDocument Of(MeasurementSettings settings, IReadOnlyList<DescribedMeasurement> plans) =>
        new(
            DescribedConfig.Of(settings, plans[0]),
            plans[0].Stages[0].Plan,
            plans,
            new DescribedTotal(
                plans.Select(plan => plan.Stages[0].Usual).Aggregate((sum, next) => sum + next),
                plans.SelectMany(plan => plan.Stages).Select(stage => stage.Most).Aggregate((sum, next) => sum + next)
            )
        );
}

/// <summary>The settings in force, under the keys of a config file.</summary>
internal sealed record DescribedConfig(
    string Claim,
    string Model,
    IReadOnlyList<string> Models,
    string? Provider,
    string PromptVersion,
    IReadOnlyList<string> PromptVersions,
    string PromptVersionFull,
    [property: JsonPropertyName("K")] int K,
    [property: JsonPropertyName("R")] int R,
    [property: JsonPropertyName("T")] int? T,
    [property: JsonPropertyName("B")] int B,
    string? Seed,
    int? MaxPromptChars,
    int MaxOutputTokens,
    bool Auto,
    bool Mock,
    bool NoCache,
    string? BaseUrl,
    decimal? CostLimit,
    int Concurrency,
    string Db
)
{
    public static DescribedConfig Of(MeasurementSettings settings, DescribedMeasurement first)
    {
        var request = settings.Template;
        return new DescribedConfig(
            settings.Claim!.Trim(),
            settings.Models[0],
            settings.Models,
            request.Provider,
            settings.PromptVersions[0],
            settings.PromptVersions,
            first.PromptVersionFull,
            request.K,
            request.R,
            request.T,
            request.B,
            request.Seed?.Value.ToString(CultureInfo.InvariantCulture),
            request.MaxPromptChars,
            request.MaxOutputTokens,
            request.Auto,
            request.Mock,
            request.NoCache,
            request.BaseUrl?.AbsoluteUri,
            settings.CostLimit,
            settings.Concurrency,
            settings.Store.Database
        );
    }
}

/// <summary>One model with one prompt version.</summary>
/// <param name="Resumes">The interrupted execution that a run would take up, or null.</param>
/// <param name="Instructions">The part that all prompts share; null unless full prompts were asked for.</param>
internal sealed record DescribedMeasurement(
    string Model,
    string LogicalModel,
    string Provider,
    string PromptVersion,
    string PromptVersionFull,
    string PromptHash,
    string? Resumes,
    IReadOnlyList<DescribedStage> Stages,
    string? Instructions,
    IReadOnlyList<DescribedPrompt> Prompts
)
{
    private const int Excerpt = 100;

    public static DescribedMeasurement Of(
        MeasurementRequest request,
        ModelChoice model,
        PromptBank bank,
        string? resumes,
        IReadOnlyList<StageForecast> stages,
        bool fullPrompts
    ) =>
        new(
            model.ApiModel,
            request.Model,
            model.Provider,
            request.PromptVersion,
            bank.Version,
            bank.Hash,
            resumes,
            [.. stages.Select((stage, index) => DescribedStage.Of(index + 1, stage, request))],
            fullPrompts ? bank.Instructions : null,
            [
                .. stages[^1]
                    .Plan.Items.Select(item => item.Prompt)
                    .DistinctBy(prompt => prompt.TemplateIndex)
                    .Select(prompt => Describe(prompt, fullPrompts)),
            ]
        );

    private static DescribedPrompt Describe(ComposedPrompt prompt, bool full)
    {
        var text = full ? prompt.User : TextTable.Short(prompt.User, Excerpt);
        return new DescribedPrompt(prompt.TemplateIndex, prompt.Sha256, prompt.Length, text, text != prompt.User);
    }
}

/// <summary>One stage; a measurement without escalation has one.</summary>
/// <param name="Usual">One call for each sample that neither the store nor an earlier stage has.</param>
/// <param name="Most">The same with every answer as long as allowed, and asked again as often as allowed.</param>
internal sealed record DescribedStage(
    int Stage,
    [property: JsonPropertyName("K")] int K,
    [property: JsonPropertyName("R")] int R,
    DescribedPlan Plan,
    int Samples,
    int Stored,
    int EarlierStages,
    CallForecast Usual,
    CallForecast Most
)
{
    public static DescribedStage Of(int number, StageForecast stage, MeasurementRequest request) =>
        new(
            number,
            stage.Plan.K,
            stage.Plan.R,
            DescribedPlan.Of(stage, request),
            stage.Plan.Items.Count,
            stage.Stored,
            stage.EarlierStages,
            stage.Usual,
            stage.Most
        );
}

/// <summary>Which templates are asked; <c>seq</c> and <c>planned_counts</c> speak of positions in <c>tpl_indices</c>.</summary>
internal sealed record DescribedPlan(
    [property: JsonPropertyName("T_bank")] int TBank,
    [property: JsonPropertyName("T")] int T,
    int RotationOffset,
    IReadOnlyList<int> TplIndices,
    IReadOnlyList<int> Seq,
    IReadOnlyList<int> PlannedCounts,
    double PlannedImbalanceRatio,
    string BootstrapSeedEffective,
    int PromptCharLenMax,
    bool PromptCharLenOverCap
)
{
    public static DescribedPlan Of(StageForecast stage, MeasurementRequest request)
    {
        var sampler = stage.Plan.Sampler;
        return new DescribedPlan(
            sampler.BankSize,
            sampler.Templates,
            sampler.RotationOffset,
            sampler.TemplateIndices,
            sampler.Sequence,
            sampler.PlannedCounts,
            sampler.PlannedImbalanceRatio,
            stage.BootstrapSeed.ToString(CultureInfo.InvariantCulture),
            stage.Plan.PromptCharLenMax,
            stage.Plan.PromptCharLenMax > request.MaxPromptChars
        );
    }
}

/// <summary>One prompt; its text without the instructions, and perhaps cut off.</summary>
internal sealed record DescribedPrompt(
    int TemplateIndex,
    string PromptSha256,
    int CharLen,
    string Text,
    bool Truncated
);

/// <summary>Over all plans: the first stages with usual answers, and all stages at their most.</summary>
internal sealed record DescribedTotal(CallForecast Usual, CallForecast Most);
