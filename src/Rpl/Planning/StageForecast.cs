using Heretix.Models;
using Heretix.Rpl.Escalation;
using Heretix.Rpl.Execution;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;
using Heretix.Rpl.Storage;

namespace Heretix.Rpl.Planning;

/// <summary>What one stage of a measurement is going to ask and what that may cost. Nothing is asked to find out.</summary>
/// <param name="Plan">The questions, also when a prompt is longer than the request allows.</param>
/// <param name="BootstrapSeed">The seed of the bootstrap if every template gets a valid sample.</param>
/// <param name="Stored">Samples that are stored and will be reused.</param>
/// <param name="EarlierStages">Samples that an earlier stage of the same measurement asks for.</param>
/// <param name="Usual">One call for each sample that is left, with answers of a typical length.</param>
/// <param name="Most">Every answer as long as allowed, invalid, and asked for until the attempts are used up.</param>
public sealed record StageForecast(
    MeasurementPlan Plan,
    ulong BootstrapSeed,
    int Stored,
    int EarlierStages,
    CallForecast Usual,
    CallForecast Most
)
{
    /// <summary>Tokens of a typical answer: figure, label, and eight short sentences.</summary>
    public const int TypicalAnswerTokens = 200;

    /// <summary>Forecasts the stages of a request: one, or those of an escalation.</summary>
    /// <param name="resumed">The unfinished execution that the request would take up, or null.</param>
    /// <param name="find">Stored samples among cache keys, as <see cref="IExecution.FindAsync"/> gives them.</param>
    /// <exception cref="MeasurementException">A value of the request is out of range.</exception>
    public static IReadOnlyList<StageForecast> Of(
        MeasurementRequest request,
        ModelChoice model,
        PromptBank bank,
        string? resumed,
        Func<IReadOnlyCollection<string>, IReadOnlyDictionary<string, Sample>> find
    )
    {
        request.Validate();
        var uncapped = request with { MaxPromptChars = null };
        // A measurement without cache keeps samples of its own, under keys that no other execution has.
        var privateTo = request.NoCache ? resumed ?? "none yet" : null;
        IReadOnlyList<(int K, int R)> stages = request.Auto ? EscalationGates.Stages : [(request.K, request.R)];
        var earlier = new HashSet<string>();
        var forecasts = new List<StageForecast>();
        foreach (var (k, r) in stages)
        {
            var plan = MeasurementPlan.Create(uncapped, model, bank, k, r, privateTo);
            var keys = plan.Items.Select(item => item.CacheKey).ToHashSet();
            var stored = find(keys)
                .Values.Where(SampleCollector.IsSettled)
                .Select(sample => sample.CacheKey)
                .ToHashSet();
            var open = plan.Items.Where(item => !stored.Contains(item.CacheKey)).ToList();
            var fresh = open.Where(item => !earlier.Contains(item.CacheKey)).ToList();
            forecasts.Add(
                new StageForecast(
                    plan,
                    Seed(request, model, bank, plan),
                    plan.Items.Count - open.Count,
                    open.Count - fresh.Count,
                    CallForecast.Usual(request, model, fresh),
                    CallForecast.Most(request, model, fresh)
                )
            );
            earlier.UnionWith(fresh.Select(item => item.CacheKey));
        }
        return forecasts;
    }

    private static ulong Seed(MeasurementRequest request, ModelChoice model, PromptBank bank, MeasurementPlan plan) =>
        request.Seed?.Value
        ?? Estimation.BootstrapSeed.Derive(
            request.Claim,
            model.ApiModel,
            bank.Version,
            plan.K,
            plan.R,
            plan.Items.Select(item => item.Prompt.Sha256),
            request.B
        );
}

/// <summary>A number of calls with what they take.</summary>
/// <param name="Calls">Calls to the provider.</param>
/// <param name="TokensIn">Tokens sent.</param>
/// <param name="TokensOut">Tokens received.</param>
/// <param name="CostUsd">US dollars; null when the model has no price.</param>
public sealed record CallForecast(int Calls, long TokensIn, long TokensOut, decimal? CostUsd)
{
    /// <summary>Both together; the cost is unknown where one of them is.</summary>
    public static CallForecast operator +(CallForecast left, CallForecast right) =>
        new(
            left.Calls + right.Calls,
            left.TokensIn + right.TokensIn,
            left.TokensOut + right.TokensOut,
            left.CostUsd + right.CostUsd
        );

    internal static CallForecast Usual(MeasurementRequest request, ModelChoice model, IReadOnlyList<WorkItem> items)
    {
        var tokensIn = items.Sum(item => PriceEstimate.Usual(item.Prompt.Length));
        long tokensOut = items.Count * Math.Min(StageForecast.TypicalAnswerTokens, request.MaxOutputTokens);
        return new CallForecast(items.Count, tokensIn, tokensOut, model.Price?.Cost(tokensIn, tokensOut));
    }

    internal static CallForecast Most(MeasurementRequest request, ModelChoice model, IReadOnlyList<WorkItem> items)
    {
        var calls = items.Count * SampleCollector.MaxAttempts;
        var tokensIn = items.Sum(item => PriceEstimate.MostTokensIn(item.Prompt)) * SampleCollector.MaxAttempts;
        var tokensOut = (long)calls * request.MaxOutputTokens;
        return new CallForecast(calls, tokensIn, tokensOut, model.Price?.Cost(tokensIn, tokensOut));
    }
}
