using System.Diagnostics.CodeAnalysis;

namespace Heretix.Models;

/// <summary>Base addresses as users write them: with or without a version, a trailing slash or the full path.</summary>
internal static class Addresses
{
    private static readonly string[] Endpoints = ["/chat/completions", "/responses", "/messages"];

    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address.UserInfo.Length == 0;

    /// <summary>
    /// The address to which an endpoint's path is appended: ends in a slash, and has the given version
    /// unless a segment of it is a version already.
    /// </summary>
    public static Uri WithVersion(Uri address, string version)
    {
        var path = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        foreach (var endpoint in Endpoints)
            if (path.EndsWith(endpoint, StringComparison.OrdinalIgnoreCase))
                path = path[..^endpoint.Length];
        var versioned = new Uri(path).Segments.Any(s => s is ['v', >= '0' and <= '9', ..]);
        return new Uri(versioned ? path + "/" : $"{path}/{version}/");
    }
}
