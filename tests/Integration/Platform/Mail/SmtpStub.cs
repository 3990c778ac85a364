using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;

namespace Heretix.Tests.Integration.Platform.Mail;

/// <summary>A mail server of a few lines (RFC 5321): it takes messages, or answers as it is told.</summary>
internal sealed class SmtpStub : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Channel<(string Envelope, string Message)> messages = Channel.CreateUnbounded<(string, string)>();
    private readonly Task serving;

    public SmtpStub()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Extensions that it offers after EHLO.</summary>
    public IReadOnlyList<string> Offers { get; init; } = ["8BITMIME", "SMTPUTF8"];

    /// <summary>What it says to a recipient.</summary>
    public string Recipient { get; init; } = "250 ok";

    /// <summary>It accepts connections and says nothing.</summary>
    public bool Silent { get; init; }

    /// <summary>Commands that it was given, in order.</summary>
    public List<string> Commands { get; } = [];

    public ValueTask<(string Envelope, string Message)> ReceiveAsync(CancellationToken cancellationToken) =>
        messages.Reader.ReadAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await serving;
        end.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(end.Token);
                try
                {
                    await TalkAsync(client);
                }
                catch (Exception left) when (left is IOException or AuthenticationException)
                {
                    // The client went away; the next one may come.
                }
            }
        }
        catch (Exception stopped)
            when (stopped is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private async Task TalkAsync(TcpClient client)
    {
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false))
        {
            NewLine = "\r\n",
            AutoFlush = true,
        };
        if (Silent)
        {
            await Task.Delay(-1, end.Token);
            return;
        }
        await writer.WriteLineAsync("220 stub ESMTP");
        var envelope = new StringBuilder();
        while (await reader.ReadLineAsync(end.Token) is { } line)
        {
            Commands.Add(line);
            var verb = line.Split(' ')[0].ToUpperInvariant();
            if (verb == "EHLO")
            {
                foreach (var offer in Offers)
                    await writer.WriteLineAsync($"250-{offer}");
                await writer.WriteLineAsync("250 HELP");
            }
            else if (verb == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                var message = new StringBuilder();
                while (await reader.ReadLineAsync(end.Token) is { } text && text != ".")
                    message.Append(text.StartsWith("..", StringComparison.Ordinal) ? text[1..] : text).Append('\n');
                messages.Writer.TryWrite((envelope.ToString(), message.ToString()));
                await writer.WriteLineAsync("250 taken");
            }
            else if (verb == "STARTTLS")
            {
                await writer.WriteLineAsync("220 go on");
                await using var secure = new SslStream(stream);
                // A client that does not trust the certificate ends this with an exception, and so the conversation.
                await secure.AuthenticateAsServerAsync(SelfSigned());
                await secure.ReadExactlyAsync(new byte[1], end.Token);
                return;
            }
            else if (verb == "QUIT")
            {
                await writer.WriteLineAsync("221 bye");
                return;
            }
            else
            {
                envelope.Append(line).Append('\n');
                await writer.WriteLineAsync(verb == "RCPT" ? Recipient : "250 ok");
            }
        }
    }
}
