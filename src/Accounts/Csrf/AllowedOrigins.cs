using Heretix.Platform.Http;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Csrf;

/// <summary>The origins whose pages may act for a signed-in browser: of the API, of the application, and those that CORS lets in.</summary>
internal sealed class AllowedOrigins
{
    private readonly HashSet<string> origins = new(StringComparer.OrdinalIgnoreCase);

    public AllowedOrigins(ServerSettings settings, IOptions<HttpRulesOptions> rules)
    {
        origins.Add(OriginOf(settings.ApiUrl));
        origins.Add(OriginOf(settings.AppUrl));
        // People type either name of their machine, and the browser takes them for two origins.
        if (settings is { Environment: "local", ApiUrl.IsLoopback: true })
        {
            foreach (var host in (string[])["localhost", "127.0.0.1", "[::1]"])
                origins.Add(OriginOf(new UriBuilder(settings.ApiUrl) { Host = host }.Uri));
        }
        foreach (var origin in rules.Value.CorsOrigins)
            origins.Add(OriginOf(new Uri(origin)));
    }

    /// <summary>
    /// Whether a request comes from a page of one of them: by <c>Origin</c>, or without one by <c>Referer</c>; a request
    /// with neither says nothing and is not believed. What the browser itself calls cross-site never is.
    /// </summary>
    public bool IsFrom(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] == "cross-site")
            return false;
        var origin = request.Headers.Origin;
        if (origin.Count > 0)
            return origin.Count == 1 && origins.Contains(origin[0] ?? "");
        var referer = request.Headers.Referer;
        return referer.Count == 1
            && Uri.TryCreate(referer[0], UriKind.Absolute, out var page)
            && origins.Contains(OriginOf(page));
    }

    /// <summary>Scheme, host and port as a browser writes them: without the scheme's own port.</summary>
    private static string OriginOf(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
