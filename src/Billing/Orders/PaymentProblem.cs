using System.Globalization;
using Heretix.Billing.Providers;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Heretix.Billing.Orders;

/// <summary>What a caller is told when a provider did not do what it was asked for.</summary>
internal static class PaymentProblem
{
    /// <summary>Another request with the same key is under way.</summary>
    public static ProblemHttpResult Busy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Problem.Of(
            StatusCodes.Status409Conflict,
            "request_in_progress",
            "A request with this key is under way. Wait as long as Retry-After says, then send it again."
        );
    }

    /// <summary>502 when it refused, 503 when it does not answer.</summary>
    public static ProblemHttpResult Of(HttpContext context, ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Unavailable away)
            return Problem.Of(
                StatusCodes.Status502BadGateway,
                "provider_refused",
                "The payment provider refused the request, which is a fault of this server's set-up and not yours. Nothing was charged."
            );
        var seconds = Math.Max(2, (int)Math.Ceiling(away.RetryAfter.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problem.Of(
            StatusCodes.Status503ServiceUnavailable,
            "provider_unavailable",
            "The payment provider does not answer at the moment. Send the same request with the same key again shortly; nothing is bought twice by that."
        );
    }
}
