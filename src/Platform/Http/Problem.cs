using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Heretix.Platform.Http;

/// <summary>
/// Errors on the wire (RFC 9457): <c>error</c> is a code in snake_case, <c>detail</c> a sentence; both are always there.
/// <c>type</c> is the code as a URN, <c>title</c> the code in words, and <c>request_id</c> is added when it is written.
/// </summary>
public static class Problem
{
    /// <summary>An error as a result.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">The code in snake_case.</param>
    /// <param name="detail">A sentence for people.</param>
    /// <param name="members">Further members, by their name on the wire.</param>
    public static ProblemHttpResult Of(
        int status,
        string error,
        string detail,
        params ReadOnlySpan<(string Name, object? Value)> members
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(error);
        var extensions = new Dictionary<string, object?> { ["error"] = error };
        foreach (var (name, value) in members)
            extensions[name] = value;
        return TypedResults.Problem(
            detail,
            statusCode: status,
            title: Words(error),
            type: "urn:heretix:error:" + error,
            extensions: extensions
        );
    }

    /// <summary>404, also for what belongs to somebody else.</summary>
    public static ProblemHttpResult NotFound(string what) => Of(404, "not_found", $"There is no such {what}.");

    /// <summary>401 for an endpoint that needs a user.</summary>
    public static ProblemHttpResult SignInRequired() =>
        Of(401, "unauthenticated", "Sign in first, for example by link: POST /api/auth/magic-links.");

    /// <summary>422 with what is wrong, member by member.</summary>
    public static ProblemHttpResult Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        Of(422, "validation_failed", "The request was understood but its values were not.", ("errors", errors));

    /// <summary>422 with what is wrong with one member.</summary>
    public static ProblemHttpResult Invalid(string member, string message) =>
        Invalid(new Dictionary<string, string[]> { [member] = [message] });

    /// <summary><c>limit_reached</c> to "Limit reached".</summary>
    private static string Words(string error) => char.ToUpperInvariant(error[0]) + error[1..].Replace('_', ' ');
}
