using System.Globalization;
using System.Net;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Heretix.Platform.Limits;

/// <summary>Holds a request to the limits of its endpoint, says so in its headers, and answers 429 when one is used up.</summary>
internal sealed class LimitMiddleware(RequestDelegate next, RateLimits limits, TimeProvider time)
{
    private static readonly string[] OnlyApi = [LimitNames.Api];
    private static readonly string[] Nothing = [];

    public async Task InvokeAsync(HttpContext context)
    {
        var policies = PoliciesOf(context);
        if (policies.Length == 0 || IsPreflight(context.Request) || IsExempt(context.Connection.RemoteIpAddress))
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
        await GoOnAsync(context, tightest!.Value);
    }

    private async Task GoOnAsync(HttpContext context, LimitDecision decision)
    {
        // Set when the answer begins: an error handler starts its answer with a clean sheet.
        var reset = Math.Ceiling((time.GetUtcNow() + decision.Reset - DateTimeOffset.UnixEpoch).TotalSeconds);
        context.Response.OnStarting(
            static state =>
            {
                var (headers, decision, reset) = ((IHeaderDictionary, LimitDecision, double))state;
                headers["X-RateLimit-Limit"] = decision.Limit.ToString(CultureInfo.InvariantCulture);
                headers["X-RateLimit-Remaining"] = decision.Remaining.ToString(CultureInfo.InvariantCulture);
                headers["X-RateLimit-Reset"] = reset.ToString(CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            },
            (context.Response.Headers, decision, reset)
        );
        if (decision.Allowed)
        {
            await next(context);
            return;
        }
        var wait = RetryAfter(decision);
        context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        await Problem
            .Of(
                429,
                "rate_limited",
                $"Too many requests: {decision.Limit} are allowed. Try again in {wait} seconds.",
                ("retry_after", wait)
            )
            .ExecuteAsync(context);
    }

    /// <summary>Whole seconds, rounded up: whoever waits that long is let in.</summary>
    private static int RetryAfter(LimitDecision decision) =>
        Math.Max(1, (int)Math.Ceiling(decision.Reset.TotalSeconds));

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

    private bool IsExempt(IPAddress? address)
    {
        if (limits.Options.Exempt.Count == 0 || address is null)
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return limits.Options.Exempt.Exists(network => network.Contains(address));
    }
}
