using System.Net;
using System.Net.Sockets;

namespace Heretix.Tests.Integration.Servers;

internal static class FreePort
{
    /// <summary>A loopback port that nobody listens on at the moment.</summary>
    public static int Next()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
