using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Heretix.Platform.Http.Headers;

/// <summary>Which pages of other origins may call this server: those that are configured, with cookies, and no others.</summary>
internal static class Cors
{
    private static readonly string[] Read =
    [
        "X-Request-Id",
        "X-RateLimit-Limit",
        "X-RateLimit-Remaining",
        "X-RateLimit-Reset",
        "Retry-After",
        "Idempotency-Replayed",
        "Location",
    ];

    private static readonly string[] Sent =
    [
        "Accept",
        "Authorization",
        "Content-Type",
        "Idempotency-Key",
        "Last-Event-ID",
        "X-CSRF-Token",
        "X-Device-Fingerprint",
        "X-Device-Name",
        "X-Device-Replace",
        "X-Request-Id",
        "traceparent",
        "tracestate",
    ];

    public static void Allow(CorsPolicyBuilder policy, IReadOnlyList<string> origins) =>
        policy
            .WithOrigins([.. origins])
            .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
            .WithHeaders(Sent)
            .WithExposedHeaders(Read)
            .AllowCredentials()
            // The longest that Chromium keeps an answer to a preflight.
            .SetPreflightMaxAge(TimeSpan.FromHours(2));
}
