using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Heretix.Platform.Http.Headers;

/// <summary>
/// What every answer tells browsers not to do. Each header is set only when the endpoint has not set it: pages bring a
/// content security policy of their own, static files their own caching.
/// </summary>
internal static class SecurityHeaders
{
    private static readonly (string Name, string Value)[] Always =
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ];

    public static void Use(IApplicationBuilder app, ServerSettings settings) =>
        app.Use(
            (context, next) =>
            {
                context.Response.OnStarting(() =>
                {
                    Set(context, settings);
                    return Task.CompletedTask;
                });
                return next(context);
            }
        );

    private static void Set(HttpContext context, ServerSettings settings)
    {
        var headers = context.Response.Headers;
        foreach (var (name, value) in Always)
            headers.TryAdd(name, value);
        if (settings.IsProduction && context.Request.IsHttps)
            headers.TryAdd("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
        if (context.Request.Path.StartsWithSegments("/api") || context.Response.StatusCode >= 400)
            headers.TryAdd("Cache-Control", "no-store");
    }
}
