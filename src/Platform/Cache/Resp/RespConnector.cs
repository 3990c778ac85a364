using System.Net.Security;
using System.Net.Sockets;

namespace Heretix.Platform.Cache.Resp;

/// <summary>Opens a connection and greets: TLS, password, database, and a PING that shows that the server answers.</summary>
internal static class RespConnector
{
    /// <exception cref="IOException">The server cannot be reached, or refuses.</exception>
    public static async Task<RespConnection> ConnectAsync(
        RedisAddress address,
        RespTuning tuning,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(tuning.ConnectTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var stream = await OpenAsync(address, tuning, both.Token);
            var connection = new RespConnection(stream, tuning.Timeout, tuning.LargestBulk, time);
            var refusal = await GreetAsync(connection, address);
            if (refusal is null)
                return connection;
            connection.End(refusal);
            var reason = await connection.Ended;
            await connection.DisposeAsync();
            throw new IOException(reason);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new IOException($"no connection within {tuning.ConnectTimeout.TotalMilliseconds:0} ms");
        }
        catch (Exception e) when (e is SocketException or System.Security.Authentication.AuthenticationException)
        {
            throw new IOException(e.Message, e);
        }
    }

    private static async Task<Stream> OpenAsync(
        RedisAddress address,
        RespTuning tuning,
        CancellationToken cancellationToken
    )
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            // An idle connection that a firewall has forgotten is noticed by the system rather than by a caller.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (!address.Tls)
                return stream;
            var tls = new SslStream(stream, leaveInnerStreamOpen: false, tuning.Certificate);
            stream = tls;
            var options = new SslClientAuthenticationOptions { TargetHost = address.Host };
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            return tls;
        }
        catch
        {
            if (stream is not null)
                await stream.DisposeAsync();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Null when the server welcomed us, else why it did not.</summary>
    private static async Task<string?> GreetAsync(RespConnection connection, RedisAddress address)
    {
        var greeted = RespValue.Null;
        if (address.Password is not null)
        {
            greeted = address.User is null
                ? await connection.SendAsync("AUTH", address.Password)
                : await connection.SendAsync("AUTH", address.User, address.Password);
        }
        if (greeted.Kind is RespKind.Null or RespKind.Status && address.Database != 0)
            greeted = await connection.SendAsync("SELECT", address.Database);
        if (greeted.Kind is RespKind.Null or RespKind.Status)
            greeted = await connection.SendAsync("PING");
        return greeted.Kind == RespKind.Status ? null : $"Redis refuses: {greeted.Describe()}";
    }
}
