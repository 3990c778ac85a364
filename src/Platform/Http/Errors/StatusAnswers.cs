using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace Heretix.Platform.Http.Errors;

/// <summary>The problem that stands for a status that came without a body.</summary>
internal static class StatusAnswers
{
    public static ProblemHttpResult For(HttpContext context, int status) =>
        status switch
        {
            400 => Problem.Of(400, "unreadable", "The request could not be read."),
            401 => Problem.SignInRequired(),
            403 => Problem.Of(403, "forbidden", "This is not allowed."),
            404 => Problem.Of(404, "not_found", "There is nothing at this address. /docs lists what there is."),
            405 => Problem.Of(405, "method_not_allowed", NotAllowed(context)),
            406 => Problem.Of(406, "not_acceptable", "None of the types in Accept can be answered here."),
            408 => Problem.Of(408, "request_timeout", "The request came too slowly."),
            413 => Problem.Of(413, "payload_too_large", TooLarge(context)),
            415 => Problem.Of(
                415,
                "unsupported_media_type",
                "The body has another type than this address reads; send JSON with Content-Type: application/json."
            ),
            429 => Problem.Of(429, "rate_limited", "Too many requests. Wait as long as Retry-After says."),
            500 => Problem.Of(
                500,
                "internal_error",
                "Something went wrong on our side. When you report it, give the request_id."
            ),
            503 => Problem.Of(503, "unavailable", "This does not work at the moment. Try again shortly."),
            _ => Problem.Of(status, CodeOf(status), $"The request was answered with status {status}."),
        };

    private static string NotAllowed(HttpContext context)
    {
        var allowed = context.Response.Headers.Allow.ToString();
        return allowed.Length > 0
            ? $"{context.Request.Method} does not work at this address; it takes {allowed}."
            : $"{context.Request.Method} does not work at this address.";
    }

    private static string TooLarge(HttpContext context) =>
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize is { } limit
            ? string.Create(CultureInfo.InvariantCulture, $"The body is larger than {limit:N0} bytes.")
            : "The body is too large.";

    private static string CodeOf(int status)
    {
        var phrase = ReasonPhrases.GetReasonPhrase(status);
        return phrase.Length == 0 ? $"status_{status}" : phrase.ToLowerInvariant().Replace(' ', '_').Replace('-', '_');
    }
}
