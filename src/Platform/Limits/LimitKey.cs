using System.Net;
using System.Net.Sockets;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Heretix.Platform.Limits;

/// <summary>What requests are counted by.</summary>
public static class LimitKey
{
    /// <summary>The signed-in user; the address (<see cref="OfAddress(HttpContext)"/>) when there is none.</summary>
    public static string OfCaller(HttpContext context) =>
        context.Caller().UserId is { } user ? $"user:{user:N}" : OfAddress(context);

    /// <summary>
    /// The IP address of the client: IPv4 as it is, also when written in IPv6 (::ffff:a.b.c.d), and IPv6 by its first 64
    /// bits, because that much belongs to one customer.
    /// </summary>
    public static string OfAddress(HttpContext context) => OfAddress(context.Connection.RemoteIpAddress);

    internal static string OfAddress(IPAddress? address)
    {
        if (address is null)
            return "ip:unknown";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return $"ip:{address}";
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return $"ip:{new IPAddress(bytes)}/64";
    }
}
