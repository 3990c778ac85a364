using System.Globalization;
using System.Net;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Limits;

/// <summary>
/// Holds requests to limits that their endpoints cannot name beforehand, with the same exemptions, headers and answer as the
/// limits that they name.
/// </summary>
public sealed class RequestLimits
{
    private readonly IRateLimits limits;
    private readonly IOptions<LimitOptions> options;
    private readonly TimeProvider time;

    internal RequestLimits(IRateLimits limits, IOptions<LimitOptions> options, TimeProvider time) =>
        (this.limits, this.options, this.time) = (limits, options, time);

    /// <summary>Takes one from an allowance.</summary>
    /// <param name="context">The request.</param>
    /// <param name="policy">A registered policy's name.</param>
    /// <param name="key">What is counted; see <see cref="IRateLimits.TakeAsync"/>.</param>
    /// <param name="reason">A sentence that says what there was too much of; when to come again is added to it.</param>
    /// <param name="cancellationToken">Ends the wait for the shared count.</param>
    /// <returns>The 429 to answer with; null when the request may go on.</returns>
    public async ValueTask<ProblemHttpResult?> RefuseAsync(
        HttpContext context,
        string policy,
        string key,
        Func<LimitDecision, string> reason,
        CancellationToken cancellationToken
    ) =>
        IsExempt(context.Connection.RemoteIpAddress)
            ? null
            : Answer(context, await limits.TakeAsync(policy, key, cancellationToken), reason);

    /// <summary>Refuses a request whose key is over its limit already, and counts nothing; costs no time.</summary>
    /// <param name="context">The request.</param>
    /// <param name="policy">A registered policy's name.</param>
    /// <param name="key">What is counted.</param>
    /// <param name="reason">A sentence that says what there was too much of; when to come again is added to it.</param>
    /// <returns>The 429 to answer with; null when the request may go on.</returns>
    public ProblemHttpResult? RefuseOver(
        HttpContext context,
        string policy,
        string key,
        Func<LimitDecision, string> reason
    ) =>
        !IsExempt(context.Connection.RemoteIpAddress) && limits.Peek(policy, key) is { Allowed: false } over
            ? Answer(context, over, reason)
            : null;

    internal bool IsExempt(IPAddress? address)
    {
        var exempt = options.Value.Exempt;
        if (exempt.Count == 0 || address is null)
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return exempt.Exists(network => network.Contains(address));
    }

    /// <summary>Has the answer tell of a decision; the 429 when it is a refusal.</summary>
    internal ProblemHttpResult? Answer(HttpContext context, LimitDecision decision, Func<LimitDecision, string> reason)
    {
        LimitHeaders.Tell(context, decision, time);
        if (decision.Allowed)
            return null;
        // Whole seconds, rounded up: whoever waits that long is let in.
        var wait = Math.Max(1, (int)Math.Ceiling(decision.Reset.TotalSeconds));
        context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        return Problem.Of(
            StatusCodes.Status429TooManyRequests,
            "rate_limited",
            $"{reason(decision)} Try again in {wait} seconds.",
            ("retry_after", wait)
        );
    }
}
