using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging;
using IPNetwork = System.Net.IPNetwork;

namespace Heretix.Platform.Http.Headers;

/// <summary>
/// Behind a proxy the caller's address and scheme come from <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c>, read from
/// right to left as far as the sender of each entry is a trusted proxy; what stands further left is the caller's own
/// claim. The host is never taken from a header.
/// </summary>
internal static class ForwardedAddresses
{
    /// <param name="app">The path of every request.</param>
    /// <param name="trustedProxies">Addresses and networks of the proxies.</param>
    /// <param name="doubts">Hears once of a proxy that nobody named; null where there is none to be expected.</param>
    public static void Use(IApplicationBuilder app, IReadOnlyList<string> trustedProxies, ILogger? doubts)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        // The framework trusts loopback unless told otherwise.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in trustedProxies)
        {
            if (HttpRulesOptions.TryNetwork(proxy, out var network))
                options.KnownIPNetworks.Add(network);
        }
        if (doubts is not null)
            WarnOnce(app, options.KnownIPNetworks, doubts);
        if (trustedProxies.Count > 0)
            app.UseForwardedHeaders(options);
    }

    /// <summary>
    /// Behind a proxy that is not trusted all callers share one address, and with it one allowance: they are soon refused,
    /// and nothing else says why. The peer is not named: it may be a person who made the header up.
    /// </summary>
    private static void WarnOnce(IApplicationBuilder app, IEnumerable<IPNetwork> trusted, ILogger doubts)
    {
        IPNetwork[] networks = [.. trusted];
        var warned = 0;
        app.Use(
            (context, next) =>
            {
                if (
                    Volatile.Read(ref warned) == 0
                    && context.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XForwardedForHeaderName)
                    && !IsAmong(networks, context.Connection.RemoteIpAddress)
                    && Interlocked.Exchange(ref warned, 1) == 0
                )
                    Log.UntrustedProxy(doubts);
                return next(context);
            }
        );
    }

    private static bool IsAmong(IPNetwork[] networks, IPAddress? address)
    {
        if (address is null)
            return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(networks, network => network.Contains(plain) || network.Contains(address));
    }
}
