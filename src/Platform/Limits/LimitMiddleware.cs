using Microsoft.AspNetCore.Http;

namespace Heretix.Platform.Limits;

/// <summary>Holds a request to the limits of its endpoint, says so in its headers, and answers 429 when one is used up.</summary>
internal sealed class LimitMiddleware(RequestDelegate next, RateLimits limits, RequestLimits requests)
{
    private static readonly string[] OnlyApi = [LimitNames.Api];
    private static readonly string[] Nothing = [];

    public async Task InvokeAsync(HttpContext context)
    {
        var policies = PoliciesOf(context);
        if (
            policies.Length == 0
            || IsPreflight(context.Request)
            || requests.IsExempt(context.Connection.RemoteIpAddress)
        )
        {
            await next(context);
            return;
        }

        LimitDecision? tightest = null;
        foreach (var policy in policies)
        {
            var decision = await limits.TakeAsync(policy, KeyOf(context, policy), context.RequestAborted);
            if (tightest is not { } other || !decision.Allowed || decision.Remaining < other.Remaining)
                tightest = decision;
            if (!decision.Allowed)
                break;
        }
        if (requests.Answer(context, tightest!.Value, TooMany) is { } refusal)
            await refusal.ExecuteAsync(context);
        else
            await next(context);
    }

    private static string TooMany(LimitDecision decision) => $"Too many requests: {decision.Limit} are allowed.";

    private string KeyOf(HttpContext context, string policy) =>
        limits.Options.Policies.TryGetValue(policy, out var found) && found.Scope == LimitScope.Address
            ? LimitKey.OfAddress(context)
            : LimitKey.OfCaller(context);

    /// <summary>What the endpoint names; else <c>api</c> for everything under /api, found or not.</summary>
    private static string[] PoliciesOf(HttpContext context)
    {
        var named = context.GetEndpoint()?.Metadata.GetOrderedMetadata<LimitPolicyName>();
        if (named is null or { Count: 0 })
            return context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
                ? OnlyApi
                : Nothing;
        // The endpoint's own word comes after its group's.
        return named[^1].Policy == LimitNames.None ? Nothing : Names(named);
    }

    private static string[] Names(IReadOnlyList<LimitPolicyName> named) =>
        [
            .. named
                .Select(name => name.Policy)
                .Where(policy => policy != LimitNames.None)
                .Distinct(StringComparer.Ordinal),
        ];

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method)
        && request.Headers.ContainsKey("Origin")
        && request.Headers.ContainsKey("Access-Control-Request-Method");
}
