using System.Net;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Http;

namespace Heretix.Platform.Telemetry;

/// <summary>Whether a request comes from a program on this machine, and not through a proxy on it.</summary>
internal static class LoopbackAccess
{
    /// <summary>What proxies add; the last two are what is left when the server has taken a forwarded address over.</summary>
    private static readonly string[] SignsOfAProxy =
    [
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Real-IP",
        "X-Original-For",
        "X-Original-Proto",
        "Via",
    ];

    public static bool Allows(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address))
            return false;
        foreach (var sign in SignsOfAProxy)
        {
            if (context.Request.Headers.ContainsKey(sign))
                return false;
        }
        // A page elsewhere may point a name of its own at this machine; browsers then send that name.
        return ProductionRules.IsLocal(context.Request.Host.Host);
    }
}
