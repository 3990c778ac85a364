using Heretix.Accounts.External.Tokens;
using Heretix.Accounts.Tokens;
using Microsoft.AspNetCore.Http;

namespace Heretix.Accounts.Sessions;

/// <summary>The access token of an API client, <c>Authorization: Bearer &lt;token&gt;</c>.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer";

    /// <summary>
    /// Whether the client says who it is by a token. Other schemes belong to whatever stands in front of the server, such
    /// as a proxy with a password, and say nothing.
    /// </summary>
    public static bool IsSent(HttpRequest request)
    {
        foreach (var value in request.Headers.Authorization)
        {
            if (IsBearer(value))
                return true;
        }
        return false;
    }

    /// <summary>The token; null when there is none, or more than one, or it is none of ours.</summary>
    public static Secret? Read(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        return
            header.Count == 1
            && IsBearer(header[0])
            && Secret.TryParse(header[0]!.AsSpan(Scheme.Length).Trim(' ').ToString(), out var token)
            ? token
            : null;
    }

    /// <summary>The token of an issuer; null when there is none, or more than one, or it has not that form.</summary>
    public static string? ReadExternal(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count != 1 || !IsBearer(header[0]))
            return null;
        var text = header[0]![Scheme.Length..].Trim(' ');
        return CompactToken.LooksLike(text) ? text : null;
    }

    private static bool IsBearer(string? value) =>
        value is not null
        && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && (value.Length == Scheme.Length || value[Scheme.Length] == ' ');
}
