using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Heretix.Platform.Limits;

/// <summary>What an answer says of the limits that its request was held to: of all of them, the one with the least left.</summary>
internal sealed class LimitHeaders
{
    private LimitDecision decision;
    private DateTimeOffset ends;

    private LimitHeaders() { }

    /// <summary>Has the answer tell of a decision, unless it already tells of a tighter one.</summary>
    public static void Tell(HttpContext context, LimitDecision decision, TimeProvider time)
    {
        if (context.Features.Get<LimitHeaders>() is { } told)
        {
            if (decision.Allowed && decision.Remaining >= told.decision.Remaining)
                return;
            (told.decision, told.ends) = (decision, time.GetUtcNow() + decision.Reset);
            return;
        }
        var headers = new LimitHeaders { decision = decision, ends = time.GetUtcNow() + decision.Reset };
        context.Features.Set(headers);
        // Set when the answer begins: an error handler starts its answer with a clean sheet.
        context.Response.OnStarting(
            static state =>
            {
                var (headers, response) = ((LimitHeaders, HttpResponse))state;
                headers.Write(response.Headers);
                return Task.CompletedTask;
            },
            (headers, context.Response)
        );
    }

    private void Write(IHeaderDictionary headers)
    {
        var reset = Math.Ceiling((ends - DateTimeOffset.UnixEpoch).TotalSeconds);
        headers["X-RateLimit-Limit"] = decision.Limit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = decision.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = reset.ToString(CultureInfo.InvariantCulture);
    }
}
