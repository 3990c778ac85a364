using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Heretix.Tests.Integration.Platform;

/// <summary>
/// A server that greets like Redis (every command of the greeting is answered with OK) and then does to each further
/// command what the test says: it gets the text of what arrived and writes what it likes.
/// </summary>
internal sealed class RespStub : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private readonly X509Certificate2? certificate;

    /// <param name="answer">Answers one batch of bytes: return the reply, null for none (it hangs), empty to hang up.</param>
    /// <param name="certificate">For TLS.</param>
    public RespStub(Func<string, string?> answer, X509Certificate2? certificate = null)
    {
        this.certificate = certificate;
        listener.Start();
        accepting = AcceptAsync(answer);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Connections that were accepted so far.</summary>
    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync(Func<string, string?> answer)
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Connections++;
                serving.Add(ServeAsync(client, answer));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException) { }
        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client, Func<string, string?> answer)
    {
        using (client)
        {
            try
            {
                await using Stream stream = certificate is null
                    ? client.GetStream()
                    : new SslStream(client.GetStream());
                if (stream is SslStream tls)
                    await tls.AuthenticateAsServerAsync(certificate!);
                var bytes = new byte[4096];
                while (true)
                {
                    var read = await stream.ReadAsync(bytes, stop.Token);
                    var text = Encoding.UTF8.GetString(bytes, 0, read);
                    var reply = IsGreeting(text) ? "+OK\r\n" : answer(text);
                    if (read == 0 || reply == "")
                        return;
                    if (reply is not null)
                        await stream.WriteAsync(Encoding.UTF8.GetBytes(reply), stop.Token);
                }
            }
            catch (Exception e)
                when (e
                        is IOException
                            or OperationCanceledException
                            or System.Security.Authentication.AuthenticationException
                ) { }
        }
    }

    private static bool IsGreeting(string text) =>
        text.Contains("\r\nPING\r\n", StringComparison.Ordinal)
        || text.Contains("\r\nAUTH\r\n", StringComparison.Ordinal)
        || text.Contains("\r\nSELECT\r\n", StringComparison.Ordinal);
}
