using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Http.Errors;

/// <summary>
/// What the framework could not bind: 400 when the request is unreadable, 422 when it could be read and a value does not
/// fit. The framework tells parameters apart only in its message, so the name is read out of that.
/// </summary>
internal static partial class BadRequests
{
    public static ProblemHttpResult For(HttpContext context, Endpoint? endpoint, BadHttpRequestException bad)
    {
        if (bad.StatusCode != 400)
            return StatusAnswers.For(context, bad.StatusCode);
        if (bad.InnerException is JsonException json)
        {
            var body = endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
            var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value;
            return UnfitJson.For(json, body, options.SerializerOptions);
        }
        if (Unbindable().Match(bad.Message) is { Success: true } unbindable)
            return Problem.Invalid(WireName(unbindable), "has a form that cannot be read");
        if (Missing().Match(bad.Message) is { Success: true } missing)
        {
            return missing.Groups[2].Value is "body"
                ? Problem.Of(400, "unreadable", "The request needs a JSON body, and it must not be null.")
                : Problem.Invalid(WireName(missing), $"is required in the {missing.Groups[2].Value}");
        }
        if (bad.Message.StartsWith("Implicit body", StringComparison.Ordinal))
            return Problem.Of(400, "unreadable", "The request needs a JSON body, and there is none.");
        return StatusAnswers.For(context, 400);
    }

    /// <summary>Parameters that stand together in a record are named by its properties.</summary>
    private static string WireName(Match parameter) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Groups[1].Value);

    /// <summary><c>Failed to bind parameter "Nullable&lt;int&gt; limit" from "abc".</c></summary>
    [GeneratedRegex("""^Failed to bind parameter "[^"]*?(\w+)" from """)]
    private static partial Regex Unbindable();

    /// <summary><c>Required parameter "string token" was not provided from query string.</c></summary>
    [GeneratedRegex(
        """^Required parameter "[^"]*?(\w+)" was not provided from (body|query string|header|route|form)"""
    )]
    private static partial Regex Missing();
}
