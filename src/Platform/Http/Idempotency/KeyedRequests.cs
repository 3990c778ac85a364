using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Heretix.Platform.Http.Idempotency;

/// <summary>Reads from a request what makes a repetition the same.</summary>
internal static class KeyedRequests
{
    public const string Header = "Idempotency-Key";
    private const string AnonymousCookie = "heretix_anon";
    private const int LongestKey = 255;
    private const int KeptInMemory = 64 * 1024;

    public static bool TryKey(StringValues given, out string key)
    {
        key = given.Count == 1 ? given[0] ?? "" : "";
        return key.Length is > 0 and <= LongestKey && key.All(c => c is >= ' ' and <= '~');
    }

    /// <summary>Reads the whole body once and leaves it as if nobody had.</summary>
    public static async Task<KeyedRequest> ReadAsync(HttpContext context, string key, TimeProvider time)
    {
        var request = context.Request;
        request.EnableBuffering(KeptInMemory);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.PathBase}{request.Path}{request.QueryString}\n"));
        // An answer as events is of no use to whoever asks for one in a piece, and the other way round.
        if (AcceptsEvents(request))
            hash.AppendData("text/event-stream\n"u8);
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
            hash.AppendData(buffer, 0, read);
        request.Body.Position = 0;

        var template = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? request.Path.Value ?? "/";
        var (caller, earlier) = CallerOf(context);
        return new KeyedRequest(
            caller,
            key,
            $"{request.Method} {template}",
            hash.GetHashAndReset(),
            Guid.CreateVersion7(time.GetUtcNow())
        )
        {
            EarlierCaller = earlier,
        };
    }

    /// <summary>A user, as whose keys their answers are kept.</summary>
    public static string Of(Guid user) => $"user:{user:N}";

    private static bool AcceptsEvents(HttpRequest request) =>
        request.Headers.Accept.Any(accepted =>
            accepted?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true
        );

    /// <summary>
    /// The user; without one the browser, by the hash of its cookie; without a cookie the address (IPv6 by its /64). Callers
    /// behind one address could meet under the same key, and then only over the very same request. The first answer gives
    /// a browser its cookie, so the repetition of a first request comes from another caller than the request itself: the
    /// address is named beside the browser.
    /// </summary>
    private static (string Caller, string? Earlier) CallerOf(HttpContext context)
    {
        if (context.Caller().UserId is { } user)
            return (Of(user), null);
        var cookies = context.Request.Cookies;
        var browser = cookies["__Host-" + AnonymousCookie] ?? cookies[AnonymousCookie];
        var address = "address:" + Sha256(Network(context.Connection.RemoteIpAddress));
        return browser is { Length: > 0 } ? ("browser:" + Sha256(browser), address) : (address, null);
    }

    private static string Network(IPAddress? address)
    {
        if (address is null)
            return "none";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }

    private static string Sha256(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
