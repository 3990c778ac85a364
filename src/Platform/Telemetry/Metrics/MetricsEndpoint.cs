using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Heretix.Platform.Http;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Http;

namespace Heretix.Platform.Telemetry.Metrics;

/// <summary>
/// <c>GET /metrics</c>: for this machine, and for whoever holds <c>METRICS_TOKEN</c>; in production, where one is set, only for
/// the latter: a proxy on this machine that adds no header looks like a program on it.
/// </summary>
internal sealed class MetricsEndpoint(MetricsPage page, ServerSettings settings)
{
    private readonly byte[]? token = settings.Configuration["METRICS_TOKEN"] is { Length: > 0 } text
        ? Digest(text)
        : null;

    public IResult Answer(HttpContext context)
    {
        if (!IsFreeFor(context) && !HasToken(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Problem.Of(
                401,
                "unauthenticated",
                settings.IsProduction && token is not null
                    ? "Metrics are for callers with the bearer token METRICS_TOKEN."
                    : "Metrics are for this machine and for callers with the bearer token METRICS_TOKEN."
            );
        }
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Text(page.Render(), "text/plain; version=0.0.4; charset=utf-8");
    }

    private bool IsFreeFor(HttpContext context) =>
        !(settings.IsProduction && token is not null) && LoopbackAccess.Allows(context);

    private bool HasToken(HttpRequest request) =>
        token is not null
        && AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var given)
        && given.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
        // Digests have one length, so that the comparison takes the same time whatever was sent.
        && CryptographicOperations.FixedTimeEquals(Digest(given.Parameter ?? ""), token);

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
