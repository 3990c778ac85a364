using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace Heretix.Platform.Http.Headers;

/// <summary>
/// Behind a proxy the caller's address and scheme come from <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c>, read from
/// right to left as far as the sender of each entry is a trusted proxy; what stands further left is the caller's own
/// claim. The host is never taken from a header.
/// </summary>
internal static class ForwardedAddresses
{
    public static void Use(IApplicationBuilder app, IReadOnlyList<string> trustedProxies)
    {
        if (trustedProxies.Count == 0)
            return;
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
        app.UseForwardedHeaders(options);
    }
}
