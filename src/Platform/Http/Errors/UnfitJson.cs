using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Heretix.Platform.Http.Errors;

/// <summary>
/// Says what is wrong with a JSON body. Not JSON at all, too deep, or a member twice: 400 with the place. JSON whose members
/// are missing, null or of another type: 422 by the member's path. System.Text.Json tells most of these apart only in its
/// message; one that is not recognised is still answered with its path.
/// </summary>
internal static partial class UnfitJson
{
    private const int LongestPath = 200;

    /// <param name="json">What the reader said.</param>
    /// <param name="body">The type that the endpoint reads; null when unknown.</param>
    /// <param name="options">The names on the wire.</param>
    public static ProblemHttpResult For(JsonException json, Type? body, JsonSerializerOptions options)
    {
        // The reader's own exception, which is internal: the text is not JSON.
        if (json.InnerException is JsonException)
            return Problem.Of(400, "unreadable", $"The body is not valid JSON{Place(json)}.");
        if (json.Message.StartsWith("Duplicate property", StringComparison.Ordinal))
            return Problem.Of(400, "unreadable", $"The JSON body names a member twice{Place(json)}.");

        var path = Path(json);
        if (MissingMembers().Match(json.Message) is { Success: true } missing)
        {
            return Problem.Invalid(
                Quoted()
                    .Matches(missing.Groups[1].Value)
                    .Select(match => match.Groups[1].Value)
                    .ToDictionary(member => path.Length > 0 ? $"{path}.{member}" : member, _ => Required)
            );
        }
        return Problem.Invalid(path.Length > 0 ? path : "body", Reason(json.Message, path, body, options));
    }

    private static readonly string[] Required = ["is required"];

    private static string Reason(string message, string path, Type? body, JsonSerializerOptions options)
    {
        if (message.StartsWith("must ", StringComparison.Ordinal))
            return message;
        return message.Contains("allow", StringComparison.Ordinal) && message.Contains("null", StringComparison.Ordinal)
            ? "must not be null"
            : ExpectedKind.At(path, body, options);
    }

    private static string Path(JsonException json)
    {
        var path = json.Path is { } given && given.StartsWith('$') ? given[1..].TrimStart('.') : "";
        return path.Length <= LongestPath ? path : path[..LongestPath];
    }

    private static string Place(JsonException json)
    {
        var at = json.LineNumber is { } line ? $" at line {line + 1}, byte {json.BytePositionInLine + 1}" : "";
        return Path(json) is { Length: > 0 } path ? $"{at}, in {path}" : at;
    }

    /// <summary><c>JSON deserialization for type 'X' was missing required properties including: 'claim', 'k'.</c></summary>
    [GeneratedRegex("missing required properties including: (.*)$", RegexOptions.Singleline)]
    private static partial Regex MissingMembers();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();
}
