using System.Text.Json;
using Heretix.Models;
using Heretix.Platform.Http;
using Heretix.Platform.Settings;
using Heretix.Rpl;
using Heretix.Rpl.Planning;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Heretix.Checks.Order;

/// <summary>
/// Turns the body of a request into an order: reads it member by member, fills in the defaults, finds model and prompts,
/// and says everything that is wrong at once.
/// </summary>
internal sealed class OrderTaking(
    IOptions<ChecksOptions> options,
    ModelSelection models,
    PromptLibrary prompts,
    ServerSettings settings,
    TimeProvider time
)
{
    /// <summary>The order, or why there is none.</summary>
    public (CheckOrder? Order, ProblemHttpResult? Problem) Take(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return (null, Problem.Of(400, "unreadable", "The body must be a JSON object with a claim."));
        var members = new Members(body);
        var defaults = options.Value;
        var claim = members.Text("claim", Bounds.ClaimLength);
        if (claim is null && !members.Errors.ContainsKey("claim"))
            members.Refuse("claim", "must not be empty.");
        Mode(members);
        var k = members.Whole("K", 1, Bounds.K) ?? defaults.K;
        var r = members.Whole("R", 1, Bounds.R) ?? defaults.R;
        if (k * r < Bounds.LeastSamples)
            members.Refuse("K", $"K x R is {k * r}; an estimate needs at least {Bounds.LeastSamples} samples.");
        if (k * r > Bounds.Samples)
            members.Refuse("K", $"K x R is {k * r}; at most {Bounds.Samples} samples are taken.");
        var b = members.Whole("B", Bounds.LeastB, Bounds.MostB) ?? defaults.B;
        var tokens =
            members.Whole("max_output_tokens", Bounds.LeastOutputTokens, Bounds.MostOutputTokens)
            ?? defaults.MaxOutputTokens;
        var seed = members.Unsigned("seed");
        var noCache = members.Flag("no_cache") ?? false;
        var requestId = members.Id("request_id") ?? Guid.CreateVersion7(time.GetUtcNow());
        var bank = Bank(members, members.Text("prompt_version", Bounds.NameLength) ?? defaults.PromptVersion);
        var named = members.Text("logical_model", Bounds.NameLength);
        var selected = models.Select(
            members,
            named ?? members.Text("model", Bounds.NameLength),
            members.Text("provider", 32),
            members.Flag("mock")
        );
        if (members.Errors.Count > 0)
            return (null, Problem.Invalid(members.Errors));
        if (selected.Problem is { } problem)
            return (null, problem);

        var measurement = new MeasurementRequest
        {
            Claim = claim!,
            Model = selected.Name,
            Provider = selected.Provider,
            PromptVersion = bank!.Version,
            K = k,
            R = r,
            B = b,
            Seed = seed is { } value ? new SeedChoice(value, "cfg") : null,
            MaxOutputTokens = tokens,
            MaxPromptChars = defaults.MaxPromptChars,
            NoCache = noCache,
            Mock = selected.Model!.Mock,
        };
        return Place(members, measurement, selected.Model, bank, requestId, selected.Notice);
    }

    private (CheckOrder?, ProblemHttpResult?) Place(
        Members members,
        MeasurementRequest measurement,
        ModelChoice model,
        PromptBank bank,
        Guid requestId,
        string? notice
    )
    {
        MeasurementPlan plan;
        try
        {
            plan = MeasurementPlan.Create(measurement, model, bank, measurement.K, measurement.R, privateTo: null);
        }
        catch (MeasurementException tooLong) when (tooLong.Failure == MeasurementFailure.PromptTooLong)
        {
            members.Refuse("claim", "is too long for the prompts of this bank: shorten it.");
            return (null, Problem.Invalid(members.Errors));
        }
        var order = new CheckOrder(
            measurement,
            model,
            bank,
            plan.Sampler.Templates,
            Identity.RunId(measurement, model, bank, measurement.K, measurement.R, plan.Sampler.Templates),
            // What was asked anew answers later requests too.
            $"{settings.Environment}:{EstimateVersion}:{Identity.RequestKey(measurement with { NoCache = false }, model, bank)}",
            Identity.Subject(measurement, model, bank),
            [.. plan.Items.Select(item => item.CacheKey)],
            requestId,
            notice
        );
        return (order, null);
    }

    /// <summary>Raised when the estimator or the reading of its figures changes, so that no old result answers for it.</summary>
    private const int EstimateVersion = 1;

    private static void Mode(Members members)
    {
        var mode = members.Text("mode", 32);
        if (mode == "web_informed")
            members.Refuse("mode", "web_informed is not offered; baseline asks the model's weights alone.");
        else if (mode is not (null or "baseline"))
            members.Refuse("mode", "must be baseline.");
    }

    private PromptBank? Bank(Members members, string version)
    {
        try
        {
            return prompts.Get(version);
        }
        catch (UnknownPromptException unknown)
        {
            var closest = unknown.Closest is { } close ? $" Did you mean {close}?" : "";
            members.Refuse("prompt_version", $"is none of {string.Join(", ", unknown.Choices)}.{closest}");
            return null;
        }
    }
}
